#include "plugins/compilation/domain/review/zero_base.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

ZeroBase sheet_of(const Case& one) {
  ZeroBase sheet;
  std::istringstream scores(one.value("scores", "17 13 9 13 8 13 8 4"));
  for (int& score : sheet.scores) scores >> score;
  sheet.no_basis = has(one, "no_basis");
  sheet.duplicate = has(one, "duplicate");
  sheet.poor_last_year = has(one, "poor");
  sheet.no_goal = has(one, "no_goal");
  sheet.policy_lapsed = has(one, "lapsed");
  const std::string what = one.value("disposition", "keep");
  sheet.disposition = what == "keep"    ? Disposition::keep
                      : what == "cut"   ? Disposition::cut
                      : what == "merge" ? Disposition::merge
                                        : Disposition::cancel;
  sheet.measured = yuan("1000000.00");
  sheet.approved = yuan(one, "approved", "1000000.00");
  sheet.has_reason = has(one, "reason");
  sheet.has_merge_target = has(one, "target");
  sheet.fiscal_year = 2026;
  sheet.sunset_year = number(one, "sunset", 2028);
  return sheet;
}

TEST(ZeroBase, is_checked_in_every_case) {
  EXPECT_EQ(run("zero_base",
                [](const Case& one) {
                  const ZeroBase sheet = sheet_of(one);
                  Policy policy;
                  if (has(one, "points")) {
                    EXPECT_TRUE(policy.set("zero_base_points", one.value("points")).ok());
                  }
                  if (one.when == "class")
                    return Lines{std::string(1, static_cast<char>('A' + static_cast<int>(zero_base_class(sheet, {}))))};
                  return lines(check_zero_base(sheet, policy));
                }),
            Lines());
}

TEST(ZeroBase, a_well_executed_project_whose_policy_lapsed_gets_nothing) {
  ZeroBase sheet;
  for (std::size_t i = 0; i < sheet.scores.size(); ++i) sheet.scores[i] = Policy().zero_base_points[i];
  sheet.measured = yuan("1000000.00");
  EXPECT_EQ(zero_base_limit(sheet, {}), sheet.measured);
  sheet.policy_lapsed = true;
  EXPECT_EQ(zero_base_class(sheet, {}), ZeroBaseClass::d);
  EXPECT_EQ(zero_base_limit(sheet, {}), Money());
}

} // namespace
} // namespace onebudget::compilation
