#pragma once
// Cost-performance (成本预算绩效分析): unit cost against a standard or the like elsewhere, and what could be saved.

#include <optional>
#include <vector>

#include "plugins/performance/domain/value.hpp"

namespace onebudget::performance {

struct CostItem {
  Money cost;
  Value quantity;
  std::optional<Money> standard; ///< per unit
  bool has_standard_source = false;
};

struct CostAnswer {
  Money unit_cost; ///< half up to a fen
  Ratio deviation; ///< of the standard; 0 without one
  Money saving;    ///< what the quantity costs above the standard; never negative
};

/// Rule performance.cost: a quantity above zero, no negative money, a standard with its source.
std::vector<FieldFault> check_cost(const CostItem& item);
Result<CostAnswer> analyse(const CostItem& item);

} // namespace onebudget::performance
