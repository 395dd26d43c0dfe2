#include "plugins/treasury/domain/plan/month_plan.hpp"

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

PlanFacts facts(const Case& one) {
  PlanFacts plan;
  plan.fiscal_year = 2026;
  plan.month = number(one, "month", 3);
  plan.basic = has(one, "basic");
  plan.requested = yuan(one, "requested", "100.00");
  if (has(one, "granted")) plan.granted = yuan(one, "granted");
  plan.indicator = yuan(one, "indicator", "1200.00");
  plan.planned_until = yuan(one, "until");
  return plan;
}

TEST(MonthPlan, asks_for_an_amount_in_every_case) {
  EXPECT_EQ(run("plan_amount", [](const Case& one) { return lines(check_plan(facts(one))); }), Lines());
}

TEST(MonthPlan, is_even_for_basic_spending_in_every_case) {
  EXPECT_EQ(run("plan_even", [](const Case& one) { return lines(uneven(facts(one))); }), Lines());
}

TEST(MonthPlan, is_what_a_payment_lives_off_in_every_case) {
  EXPECT_EQ(run("plan_balance",
                [](const Case& one) {
                  std::optional<PlanBalance> plan = PlanBalance{2026, number(one, "month", 3), !has(one, "draft"),
                                                                yuan(one, "granted", "100.00"), yuan(one, "used")};
                  if (has(one, "no plan")) plan.reset();
                  return lines(check_plan_balance(plan, yuan(one, "amount"), day(one, "day", "2026-03-10")));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::treasury
