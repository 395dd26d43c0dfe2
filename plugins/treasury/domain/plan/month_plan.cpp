#include "plugins/treasury/domain/plan/month_plan.hpp"

namespace onebudget::treasury {

namespace {

constexpr int kMonths = 12;
constexpr int kTolerancePercent = 10;

Hit no_plan(Text message, std::string evidence = "{}") {
  return {"R04", Level::red, std::move(message), std::move(evidence)};
}

FieldFault bad_amount(const char* field, Text message, Text remedy) {
  return {field, "treasury.plan_amount", std::move(message), std::move(remedy)};
}

} // namespace

std::vector<FieldFault> check_plan(const PlanFacts& plan) {
  std::vector<FieldFault> findings;
  if (plan.month < 1 || plan.month > kMonths)
    findings.push_back({"/month",
                        "treasury.plan_month",
                        {"月份应在 1 至 12 之间。", "The month lies between 1 and 12."},
                        {"请改写月份。", "Change the month."}});
  if (!(Money() < plan.requested))
    findings.push_back(bad_amount("/requested_amount", {"申请金额应大于零。", "A plan asks for more than nothing."},
                                  {"请填写金额。", "Give the amount."}));
  if (plan.granted && (plan.requested < *plan.granted || !(Money() < *plan.granted)))
    findings.push_back(bad_amount(
        "/approved_amount",
        {"审批金额应大于零，且不超过申请金额 " + plan.requested.to_yuan() + " 元。",
         "What is granted is more than nothing and at most the " + plan.requested.to_yuan() + " yuan asked for."},
        {"请改写审批金额；全部不批请退回。", "Change it; to grant nothing, return the plan."}));
  return findings;
}

std::vector<Hit> uneven(const PlanFacts& plan) {
  if (!plan.basic || plan.month < 1 || plan.month > kMonths) return {};
  const auto until = plan.planned_until.plus(plan.granted.value_or(plan.requested));
  const auto even = plan.indicator.scaled(plan.month, kMonths, Rounding::up);
  const auto slack = plan.indicator.scaled(kTolerancePercent, 100L * kMonths, Rounding::up);
  if (!until || !even || !slack) return {};
  const auto most = even->plus(*slack);
  if (!most || !(*most < *until)) return {};
  return {{"treasury.plan_even",
           Level::yellow,
           {"基本支出至 " + std::to_string(plan.month) + " 月计划 " + until->to_yuan() + " 元，均衡数为 " +
                even->to_yuan() + " 元。",
            "Basic spending planned until month " + std::to_string(plan.month) + " is " + until->to_yuan() +
                " yuan; evenly it would be " + even->to_yuan() + " yuan."},
           R"({"planned":")" + until->to_yuan() + R"(","even":")" + even->to_yuan() + R"("})"}};
}

std::vector<Hit> check_plan_balance(const std::optional<PlanBalance>& plan, Money amount, Day day) {
  if (!plan) return {no_plan({"支付申请没有用款计划。", "The request names no usage plan."})};
  if (!plan->approved)
    return {no_plan({"用款计划尚未批准或已关闭。", "The usage plan is not approved, or it is closed."})};
  if (day.year() != plan->fiscal_year || day.month() < plan->month)
    return {no_plan({"用款计划属 " + std::to_string(plan->fiscal_year) + " 年 " + std::to_string(plan->month) +
                         " 月，申请日期为 " + day.str() + "。",
                     "The plan is of month " + std::to_string(plan->month) + " of " +
                         std::to_string(plan->fiscal_year) + "; the request is dated " + day.str() + "."})};
  const auto left = plan->granted.minus(plan->used);
  if (left && !(*left < amount)) return {};
  const std::string has = left ? left->to_yuan() : "0.00";
  return {no_plan({"用款计划余额 " + has + " 元，申请 " + amount.to_yuan() + " 元。",
                   "The plan has " + has + " yuan left; " + amount.to_yuan() + " yuan are asked for."},
                  R"({"granted":")" + plan->granted.to_yuan() + R"(","used":")" + plan->used.to_yuan() +
                      R"(","amount":")" + amount.to_yuan() + R"("})")};
}

} // namespace onebudget::treasury
