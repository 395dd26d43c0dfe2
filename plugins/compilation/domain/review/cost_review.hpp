#pragma once
// Review of costs (评审中心评审): 送审, 审定 and 核减; corrections, "Compile".

#include <optional>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::compilation {

struct CostReview {
  bool cost = true;              ///< the review centre's; an investment, asset or performance review needs no amounts
  Money submitted;               ///< 送审
  std::optional<Money> approved; ///< 审定
};

/// Rule compilation.cost_review: the review centre decides on an amount, and never on more than was submitted.
std::vector<FieldFault> check_cost_review(const CostReview& review);
/// 核减 = 送审 − 审定. Fault money.overflow.
Result<Money> cost_cut(const CostReview& review);

} // namespace onebudget::compilation
