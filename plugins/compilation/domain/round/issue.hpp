#pragma once
// 批复: issued only after the People's Congress approved, save what the law allows; and in time. Domain rules 1.7 and
// the corrections. Points of law are from memory [M] and to be checked before they are quoted.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugins/compilation/domain/policy.hpp"
#include "sdk/values/day.hpp"

namespace onebudget::compilation {

/// Why money may go out before the approval; `none`: an ordinary issue after it.
enum class EarlyGround { none, carry_over, like_amount, legal_duty, disaster_relief, advance_transfer };

struct Approval {
  Day approved_on;
  std::map<std::string, Money> totals; ///< by fund kind
};

struct IssueFacts {
  EarlyGround ground = EarlyGround::none;
  std::optional<Approval> approval; ///< of the same region and fiscal year, confirmed by a second person
  Day issued_on;
  std::map<std::string, Money> amounts;       ///< by fund kind, of this issue
  std::map<std::string, Money> issued_before; ///< by fund kind, all issues of the year so far
  std::optional<Money> last_year_like;        ///< last year's amount of the same time, for `like_amount`
  std::optional<Money> carry_over_balance;    ///< for `carry_over`
  Money early_before;                         ///< issued to the same receiver on the same ground so far
  bool has_document = false;                  ///< the document the ground rests on
  bool to_unit = false;                       ///< department → unit, else finance → department
  std::optional<Day> received_on;             ///< when the department got its own, for `to_unit`
};

/// Rule compilation.issue: what refuses. Fields "/ground", "/lines", "/document".
std::vector<FieldFault> check_issue(const IssueFacts& facts);
/// Rule compilation.issue_late: a warning, never a refusal: 20 days after the approval, 15 days after receipt.
std::vector<FieldFault> issue_lateness(const IssueFacts& facts, const Policy& policy);

} // namespace onebudget::compilation
