#pragma once
// The indicator tree as data (指标体系): levels, their weights, what each must hold; domain rules 3.2, 3.7.

#include <string>
#include <vector>

#include "plugins/performance/domain/parameters.hpp"
#include "plugins/performance/domain/words.hpp"

namespace onebudget::performance {

struct SchemeLevel {
  std::string code; ///< "output"
  Points weight;
  std::vector<std::string> kinds; ///< second levels it may hold
  bool each_kind = false;         ///< at least one indicator of every kind
  bool if_public = false;         ///< needed only where a public is served; otherwise its weight is shared
};

/// 预算执行率 and the levels; `at_least_levels` together weigh `at_least` or more.
struct Scheme {
  Points execution;
  std::vector<SchemeLevel> levels;
  std::vector<std::string> at_least_levels;
  Points at_least;
};

/// Weights add up to 100, codes and kinds occur once, the floor holds. Rule performance.scheme.
std::vector<FieldFault> check_scheme(const Scheme& scheme);

/// The weight of each level when the levels of `absent` fall away: shared by the others in proportion, the rest of the
/// rounding at the heaviest. The execution keeps its own.
std::vector<Points> level_weights(const Scheme& scheme, const std::vector<std::string>& absent);

} // namespace onebudget::performance
