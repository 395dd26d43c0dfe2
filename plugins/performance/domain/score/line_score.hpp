#pragma once
// What one indicator scores; domain rules 3.3. All rounding is half up to a hundredth of a point.

#include <optional>
#include <string>
#include <vector>

#include "plugins/performance/domain/parameters.hpp"
#include "plugins/performance/domain/words.hpp"

namespace onebudget::performance {

struct Measured {
  Nature nature = Nature::at_least;
  Points weight;
  std::string target, actual;      ///< numbers as typed; ignored for qualitative ones
  std::string unit, actual_unit;   ///< 计量单位 of the target and of the actual value
  std::optional<Reached> reached;  ///< qualitative only
  int percent = 0;                 ///< qualitative only, within the band of `reached`
  bool applicable = true;          ///< 不适用: falls away, the rest is rescaled
  bool overshoot_accepted = false; ///< somebody judged that the target was not set low
  bool has_reason = false;         ///< 偏差原因分析及改进措施
};

struct LineScore {
  Points points;
  Ratio completion;        ///< actual of target (for ≤: target of actual), 100 % when exactly reached
  bool low_target = false; ///< far above a target that was set low: reduced
  bool overshoot = false;  ///< far beyond the target, whether it was reduced or accepted
};

/// Targets: a number for ≥, ≤ and =, above zero (zero for ≤ only: 不得发生). Rule performance.target_zero,
/// performance.target; used for goals and for scores alike.
std::vector<FieldFault> check_target(Nature nature, const std::string& target, const std::string& unit);
/// Everything a score needs. Rules performance.target…, performance.actual, performance.actual_unit,
/// performance.qualitative, performance.not_applicable, performance.reason.
std::vector<FieldFault> check_measured(const Measured& line, const Parameters& parameters);
/// Of a line that check_measured finds nothing against, the reason aside.
LineScore score_of(const Measured& line, const Parameters& parameters);

} // namespace onebudget::performance
