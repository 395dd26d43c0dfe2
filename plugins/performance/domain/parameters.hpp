#pragma once
// Numbers that no law fixes: dated data (entity parameter) with provenance. What stands here holds while no row says
// otherwise; domain rules 3.3, 3.6.

#include <string_view>

#include "plugins/performance/domain/value.hpp"

namespace onebudget::performance {

struct Parameters {
  Ratio overshoot_from = Ratio::from_percent(130); ///< [P] above it a target counts as set low
  Ratio explain_from = Ratio::from_percent(150);   ///< [P] above it a reason is asked for in any case
  Ratio reason_below = Ratio::from_percent(100);   ///< [P] below it a reason is asked for
  Points excellent = Points::whole(90), good = Points::whole(80), fair = Points::whole(60); ///< [S21]
  Points level_tolerance = Points::whole(1);         ///< [P] a level's weight may differ by as much
  Points inflated_by = Points::whole(1);             ///< [P] self points above verified ones by as much are a finding
  Ratio history_drop = Ratio::from_percent(10);      ///< [P] a target this much worse than history is questioned
  Ratio outlier = Ratio::from_millionths(3'500'000); ///< modified z-score by median and MAD
  int fewest_values = 5;                             ///< [P] fewer values are not compared
  int appeal_days = 10, hearing_days = 10, answer_days = 20, correction_days = 30; ///< workdays [P]
  Ratio most_factor = Ratio::from_percent(120); ///< [P] the highest ceiling factor a policy may name

  /// One number by its code. Faults: performance.parameter_code, performance.parameter.
  Result<void> set(std::string_view code, std::string_view value);
};

/// Grades go down and every number makes sense. Fault performance.parameter.
Result<void> check_parameters(const Parameters& parameters);

} // namespace onebudget::performance
