#include "plugins/ledger/domain/balance/execution.hpp"

#include <gtest/gtest.h>

#include "sdk/cpp/narrow.hpp"

namespace onebudget::ledger {
namespace {

Day on(const char* day) { return Day::parse(day).value_or(Day()); }
Money yuan(std::int64_t amount) { return Money::from_fen(amount * 100); }

TEST(Execution, the_year_is_gone_by_days_and_a_leap_year_has_one_more) {
  EXPECT_EQ(gone_of_year(2026, on("2025-12-31")), Ratio());
  EXPECT_EQ(gone_of_year(2026, on("2026-01-01")).millionths(), 2740);
  EXPECT_EQ(gone_of_year(2028, on("2028-07-01")).millionths(), 500'000); // 183 of 366
  EXPECT_EQ(gone_of_year(2026, on("2026-12-31")), Ratio::from_percent(100));
  EXPECT_EQ(gone_of_year(2026, on("2027-03-01")), Ratio::from_percent(100));
}

TEST(Execution, a_rate_needs_a_budget_and_is_behind_when_the_year_is_further) {
  EXPECT_FALSE(rate_of(yuan(5), yuan(0), Ratio::from_percent(50)).spent);
  const Rate rate = rate_of(yuan(30), yuan(100), Ratio::from_percent(50));
  EXPECT_EQ(rate.spent, Ratio::from_percent(30));
  EXPECT_EQ(rate.ahead, Ratio::from_percent(-20));
}

TEST(Execution, months_to_come_have_no_payments_and_the_month_that_runs_counts_to_the_day) {
  std::array<Money, kMonths> paid;
  paid[0] = yuan(100);
  paid[1] = yuan(-10);
  const auto curve = curve_of(paid, yuan(3650), 2026, on("2026-02-14"));
  ASSERT_TRUE(curve.ok());
  EXPECT_EQ((*curve)[0].even_to_date.fen(), Money::from_fen(31'000).fen());
  EXPECT_EQ((*curve)[1].paid_to_date, yuan(90));
  EXPECT_EQ((*curve)[1].gone, gone_of_year(2026, on("2026-02-14")));
  EXPECT_FALSE((*curve)[2].paid);
  EXPECT_EQ((*curve)[11].even_to_date, yuan(3650));
}

TEST(Execution, a_region_is_named_with_what_lies_below_it) {
  EXPECT_EQ(plugin::region_prefix("320000000"), "32");
  EXPECT_EQ(plugin::region_prefix("320500000"), "3205");
  EXPECT_EQ(plugin::region_prefix("320583000"), "320583");
  EXPECT_EQ(plugin::region_prefix("320583101"), "320583101");
  EXPECT_EQ(plugin::region_prefix("320583"), "320583");
}

} // namespace
} // namespace onebudget::ledger
