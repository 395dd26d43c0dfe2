#pragma once
// Usage plans (用款计划): how much of an indicator may be paid from a month on. A payment lives off one plan.

#include <optional>
#include <vector>

#include "plugins/treasury/domain/level.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::treasury {

struct PlanFacts {
  int fiscal_year = 0, month = 0;
  bool basic = false;           ///< 基本支出, which is even over the months
  Money requested;              ///< asked for by this plan
  std::optional<Money> granted; ///< 审批金额; none while it is the requested amount
  Money indicator;              ///< the indicator's amount
  Money planned_until;          ///< other live plans of the indicator, of this month and before
};

/// Rules treasury.plan_month and treasury.plan_amount: a month of the year, more than nothing, and granted at most what
/// was asked for. That the indicator has the money left is the funds check's to say, when the plan reserves it.
std::vector<FieldFault> check_plan(const PlanFacts& plan);

/// Rule treasury.plan_even: a basic plan that runs more than a tenth of the year's even share ahead of its month is
/// told (yellow); projects follow their progress and are exempt.
std::vector<Hit> uneven(const PlanFacts& plan);

struct PlanBalance {
  int fiscal_year = 0, month = 0;
  bool approved = false;
  Money granted, used; ///< `used`: requests under way and paid, refunds taken off
};
/// Rule R04 (无计划支付): the plan is approved, its month has come, and it has the amount left. `plan`: none when the
/// request names no plan. Red, without override: only another plan helps.
std::vector<Hit> check_plan_balance(const std::optional<PlanBalance>& plan, Money amount, Day day);

} // namespace onebudget::treasury
