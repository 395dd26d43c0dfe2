#include "plugins/usage/domain/figures.hpp"

#include <gtest/gtest.h>

#include "sdk/testing/cases.hpp"

namespace onebudget::usage {
namespace {

TEST(Figures, hold_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/figures.case",
                               [](const testing::Case& one) -> std::vector<std::string> {
                                 const std::int64_t part = std::stoll(one.value("part")),
                                                    whole = std::stoll(one.value("whole"));
                                 const std::string said =
                                     one.when == "share" ? share(part, whole) : average(part, whole);
                                 return {said.empty() ? "none" : said};
                               }),
            std::vector<std::string>());
}

TEST(Figures, sums_add_up_and_stop_at_the_largest_amount) {
  Sum one{1, 15, 11, 100, 3, Money::from_fen(5)}, all;
  all.add(one);
  all.add(one);
  EXPECT_EQ(all.events, 2);
  EXPECT_EQ(all.calendar_days, 30);
  EXPECT_EQ(all.workdays, 22);
  EXPECT_EQ(all.rows, 200);
  EXPECT_EQ(all.bad_rows, 6);
  EXPECT_EQ(all.amount.fen(), 10);
}

} // namespace
} // namespace onebudget::usage
