#include "plugins/compilation/domain/plan/rolling_plan.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

YearPlan plan_of(const Case& one, const std::string& prefix = "") {
  YearPlan plan;
  plan.base_year = 2026;
  for (const auto& [name, value] : one.given)
    if (name.size() == prefix.size() + 4 && name.rfind(prefix + "2", 0) == 0)
      plan.amounts[std::stoi(name.substr(prefix.size()))] = yuan(value);
  return plan;
}

TEST(RollingPlan, has_its_amounts_in_every_case) {
  EXPECT_EQ(run("year_amounts",
                [](const Case& one) {
                  return lines(check_year_amounts(plan_of(one), 2026, 2028, yuan("300.00"), yuan("100.00"),
                                                  one.when == "complete"));
                }),
            Lines());
}

TEST(RollingPlan, differs_from_the_one_before_in_every_case) {
  EXPECT_EQ(run("plan_variance",
                [](const Case& one) {
                  Lines out;
                  const auto variance = plan_variance(plan_of(one, "上"), plan_of(one));
                  for (const Variance& each : *variance)
                    out.push_back(std::to_string(each.year) + " " + each.difference.to_yuan());
                  return out;
                }),
            Lines());
}

TEST(RollingPlan, rolls_on_without_taking_last_year_for_the_new_one) {
  YearPlan plan{2026, 3, {{2026, yuan("100.00")}, {2027, yuan("80.00")}, {2028, yuan("60.00")}}};
  const YearPlan next = roll_forward(plan);
  EXPECT_EQ(next.base_year, 2027);
  EXPECT_EQ(next.version, 1);
  EXPECT_EQ(next.amounts.size(), 3U);
  EXPECT_EQ(next.amounts.at(2027), yuan("80.00"));
  EXPECT_EQ(next.amounts.at(2029), Money());
}

} // namespace
} // namespace onebudget::compilation
