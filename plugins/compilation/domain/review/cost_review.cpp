#include "plugins/compilation/domain/review/cost_review.hpp"

namespace onebudget::compilation {

std::vector<FieldFault> check_cost_review(const CostReview& review) {
  constexpr const char* kRule = "compilation.cost_review";
  std::vector<FieldFault> findings;
  if (review.cost && !review.approved)
    findings.push_back({"/approved_amount",
                        kRule,
                        {"评审中心评审须有审定金额。", "A cost review has an approved amount."},
                        {"请填写审定金额。", "Give it."}});
  if (review.approved && review.submitted < *review.approved)
    findings.push_back(
        {"/approved_amount",
         kRule,
         {"审定金额 " + review.approved->to_yuan() + " 元大于送审金额 " + review.submitted.to_yuan() + " 元。",
          "The approved " + review.approved->to_yuan() + " yuan are more than the submitted " +
              review.submitted.to_yuan() + " yuan."},
         {"请核对两项金额。", "Check both amounts."}});
  return findings;
}

Result<Money> cost_cut(const CostReview& review) { return review.submitted.minus(review.approved.value_or(Money())); }

} // namespace onebudget::compilation
