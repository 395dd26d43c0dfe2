#pragma once
// The recorded act of the People's Congress (人大批准), and what the law asks of the budget that it approves; domain
// rules 1.7.

#include <optional>
#include <vector>

#include "plugins/compilation/domain/policy.hpp"
#include "sdk/values/day.hpp"

namespace onebudget::compilation {

struct ApprovalFacts {
  Day today, approved_on;
  std::optional<Day> draft_sent_on; ///< 草案送人大初审, if it is recorded
  Money general;                    ///< 一般公共预算支出 as approved
  std::optional<Money> reserve;     ///< of it 预备费, if it is recorded
  bool has_late_reason = false;
};

/// Rule compilation.congress_approval: the act lies behind us; the draft went to its committee policy.draft_days
/// before, or the record says why not; the reserve (预备费) is between policy.reserve_least and policy.reserve_most of
/// the general public budget. What is not recorded is not judged.
std::vector<FieldFault> check_approval(const ApprovalFacts& facts, const Policy& policy);

} // namespace onebudget::compilation
