#pragma once
// Plain statistics over like values: median, MAD, and what lies far out. Shown as such, never a verdict.

#include <optional>
#include <string>
#include <vector>

#include "plugins/performance/domain/parameters.hpp"

namespace onebudget::performance {

struct Observation {
  std::string subject; ///< project or region
  Value value;
};

struct Outlier {
  std::size_t at = 0;
  Ratio distance; ///< modified z-score: 0.6745 × |x − median| / MAD
};

struct Spread {
  std::size_t count = 0;
  Value median, mad, lowest, highest;
  bool judged = false; ///< false: too few values, or no spread to measure by
  std::vector<Outlier> outliers;
};

/// Of an even count the mean of the middle two, half up.
Value median_of(std::vector<Value> values);
Spread spread_of(const std::vector<Observation>& values, const Parameters& parameters);

} // namespace onebudget::performance
