#include "plugins/compilation/domain/plan/rolling_plan.hpp"

namespace onebudget::compilation {

std::vector<FieldFault> check_year_amounts(const YearPlan& plan, int start_year, int end_year, Money total,
                                           Money year_amount, bool complete) {
  constexpr const char* kRule = "compilation.year_amounts";
  std::vector<FieldFault> findings;
  Money sum;
  for (const auto& [year, amount] : plan.amounts) {
    const std::string shown = std::to_string(year);
    if (year < start_year || year > end_year)
      findings.push_back({"/year",
                          kRule,
                          {shown + " 年不在项目期限内。", "The year " + shown + " lies outside the term."},
                          {"请删除该年度或修改期限。", "Remove the year or change the term."}});
    if (amount < Money())
      findings.push_back({"/amount",
                          kRule,
                          {shown + " 年金额为负。", "The amount of " + shown + " is negative."},
                          {"请填写不小于零的金额。", "Give zero or more."}});
    const auto next = sum.plus(amount);
    if (!next) return {{"/amount", next.fault().code, next.fault().message, {"请核对金额。", "Check the amounts."}}};
    sum = *next;
  }
  if (total < sum || (complete && !(sum == total)))
    findings.push_back({"/amount",
                        kRule,
                        {"各年合计 " + sum.to_yuan() + " 元，项目总额 " + total.to_yuan() + " 元。",
                         "The years add up to " + sum.to_yuan() + " yuan, the total is " + total.to_yuan() + " yuan."},
                        {"请改正分年金额或项目总额。", "Correct the years or the total."}});
  const auto base = plan.amounts.find(plan.base_year);
  if (base != plan.amounts.end() && !(base->second == year_amount))
    findings.push_back({"/amount",
                        kRule,
                        {"预算年度的分年金额与本年申报数不等。", "The base year differs from the year's amount."},
                        {"请改为一致。", "Make them equal."}});
  return findings;
}

Result<std::vector<Variance>> plan_variance(const YearPlan& earlier, const YearPlan& now) {
  std::vector<Variance> out;
  for (const auto& [year, amount] : now.amounts) {
    const auto before = earlier.amounts.find(year);
    if (before == earlier.amounts.end()) continue;
    OB_TRY(const Money difference, amount.minus(before->second));
    out.push_back({year, before->second, amount, difference});
  }
  return out;
}

YearPlan roll_forward(const YearPlan& plan) {
  YearPlan next{plan.base_year + 1, 1, {}};
  for (int year = next.base_year; year < next.base_year + kPlanYears; ++year) {
    const auto known = plan.amounts.find(year);
    next.amounts[year] = known == plan.amounts.end() ? Money() : known->second;
  }
  return next;
}

} // namespace onebudget::compilation
