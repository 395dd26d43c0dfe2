#include "plugins/treasury/domain/plan/curve.hpp"

#include <gtest/gtest.h>

namespace onebudget::treasury {
namespace {

Money yuan(std::int64_t amount) { return Money::from_fen(amount * 100); }

TEST(Curve, payments_are_set_against_the_plans_to_date_and_months_to_come_are_open) {
  std::array<MonthSums, kMonths> months;
  months[1] = {yuan(100), yuan(90), yuan(10)};
  months[2] = {yuan(100), yuan(20), {}};
  const auto curve = payment_curve(months, 2026, *Day::parse("2026-03-01"));
  ASSERT_TRUE(curve.ok());
  EXPECT_EQ((*curve)[0].paid_to_date, Money());
  EXPECT_FALSE((*curve)[0].deviation) << "nothing was planned yet";
  EXPECT_EQ((*curve)[1].paid_to_date, yuan(80));
  EXPECT_EQ((*curve)[1].deviation, Ratio::from_percent(-20));
  EXPECT_EQ((*curve)[2].deviation, Ratio::from_percent(-50));
  EXPECT_FALSE((*curve)[3].paid_to_date);
  EXPECT_EQ((*curve)[11].plan_to_date, yuan(200));
}

TEST(Curve, sums_beyond_what_money_holds_are_a_fault) {
  std::array<MonthSums, kMonths> months;
  months[0].plan = Money::from_fen(INT64_MAX);
  months[1].plan = Money::from_fen(1);
  EXPECT_FALSE(payment_curve(months, 2026, *Day::parse("2026-03-01")).ok());
}

} // namespace
} // namespace onebudget::treasury
