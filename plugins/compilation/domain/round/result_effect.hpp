#pragma once
// What a result of an evaluation does to the ceilings of a later year: proposed here, carried by a person. Corrections:
// year T is evaluated during T+1 and feeds T+2's 一下; money for 三保, debt service and legal commitments is not
// touched by a grade.

#include <string>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::compilation {

/// The first budget year that a result of `evaluated_year` may reach.
constexpr int year_fed_by(int evaluated_year) { return evaluated_year + 2; }

/// One applied result, seen from one ceiling.
struct EffectFacts {
  Money change;          ///< that the result proposes for its project
  bool in_force = true;  ///< not revoked
  bool shielded = false; ///< 三保, debt service, legal commitments, running contracts: by the project or by the result
  bool documented = false;              ///< a person named the document that lets it reach shielded money
  bool here = false, elsewhere = false; ///< carried by this ceiling, by another
  Money carried;                        ///< fen that were really carried
};

enum class Carry { carry, take_back, shielded, elsewhere, nothing };
struct CarryStep {
  Carry what = Carry::nothing;
  Money change; ///< of the ceiling
};
struct CarryPlan {
  Money amount;                 ///< of the ceiling afterwards
  std::vector<CarryStep> steps; ///< one for each effect, in its order
};

/// Rule compilation.result_effect. What was revoked is taken back first, raises come before cuts, and no cut takes a
/// ceiling below zero: what is carried is what was really cut. Each result is carried once. Faults: money.overflow.
Result<CarryPlan> carry_results(Money ceiling, const std::vector<EffectFacts>& effects);

/// Rule compilation.result_review: the points for performance (J4) are those that the result proposes, or the reviewer
/// says why not; a project rated 差 carries the hard stop, unless its money is shielded. Fields as on the sheet.
struct ReviewFacts {
  int proposed = 0, given = 0;
  bool poor = false, shielded = false;      ///< of the result
  bool stopped = false, has_reason = false; ///< of the sheet
};
std::vector<FieldFault> check_result_review(const ReviewFacts& facts);

} // namespace onebudget::compilation
