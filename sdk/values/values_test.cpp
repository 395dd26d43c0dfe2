#include <gtest/gtest.h>

#include "sdk/values/day.hpp"
#include "sdk/values/id.hpp"
#include "sdk/values/money.hpp"

namespace onebudget {
namespace {

TEST(Money, reads_and_writes_yuan) {
  for (const auto& [text, fen] : {std::pair<const char*, std::int64_t>{"0", 0},
                                  {"1", 100},
                                  {"1.5", 150},
                                  {"-0.05", -5},
                                  {"1234567.89", 123456789},
                                  {"92233720368547758.07", INT64_MAX},
                                  {"-92233720368547758.08", INT64_MIN}}) {
    const auto money = Money::parse_yuan(text);
    ASSERT_TRUE(money.ok()) << text;
    EXPECT_EQ(money->fen(), fen) << text;
  }
  EXPECT_EQ(Money::from_fen(-5).to_yuan(), "-0.05");
  EXPECT_EQ(Money::from_fen(INT64_MIN).to_yuan(), "-92233720368547758.08");
  EXPECT_EQ(Money::from_fen(150).to_yuan(), "1.50");
}

TEST(Money, refuses_what_is_not_plain_yuan) {
  for (const char* bad : {"", "-", ".5", "1.", "1.234", "1,000", "1e3", "+1", " 1", "１", "--1", "0x1"})
    EXPECT_EQ(Money::parse_yuan(bad).fault().code, "money.malformed") << bad;
  EXPECT_EQ(Money::parse_yuan("92233720368547758.08").fault().code, "money.overflow");
}

TEST(Money, never_wraps_around) {
  const Money most = Money::from_fen(INT64_MAX);
  EXPECT_FALSE(most.plus(Money::from_fen(1)).ok());
  EXPECT_FALSE(Money::from_fen(INT64_MIN).minus(Money::from_fen(1)).ok());
  EXPECT_FALSE(most.times(2).ok());
  EXPECT_FALSE(most.scaled(3, 2, Rounding::down).ok());
  EXPECT_EQ(most.scaled(1, 1, Rounding::down)->fen(), INT64_MAX);
}

TEST(Money, rounds_as_it_is_told) {
  const Money amount = Money::from_fen(-5);
  EXPECT_EQ(amount.scaled(1, 2, Rounding::half_up)->fen(), -3);
  EXPECT_EQ(amount.scaled(1, 2, Rounding::down)->fen(), -2);
  EXPECT_EQ(Money::from_fen(10).scaled(1, 3, Rounding::up)->fen(), 4);
  EXPECT_EQ(Money::from_fen(10).scaled(1, 3, Rounding::half_up)->fen(), 3);
}

TEST(Day, knows_the_calendar) {
  EXPECT_EQ(Day::parse("1970-01-01")->number(), 0);
  EXPECT_EQ(Day::parse("2026-12-31")->plus_days(1).str(), "2027-01-01");
  EXPECT_TRUE(Day::parse("2024-02-29"));
  for (const char* bad : {"2025-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "26-01-01", "2026/01/01", ""})
    EXPECT_FALSE(Day::parse(bad)) << bad;
  for (std::int32_t number = -800'000; number < 800'000; number += 97)
    EXPECT_EQ(Day::parse(Day::from_number(number).str()).value_or(Day()).number(), number < -719'162 ? 0 : number);
}

TEST(Period, is_half_open) {
  const Period year{Day::of(2026, 1, 1), Day::of(2027, 1, 1)};
  EXPECT_TRUE(year.contains(*Day::of(2026, 1, 1)));
  EXPECT_FALSE(year.contains(*Day::of(2027, 1, 1)));
  EXPECT_FALSE(year.overlaps({Day::of(2027, 1, 1), std::nullopt}));
  EXPECT_TRUE(year.overlaps({std::nullopt, std::nullopt}));
  EXPECT_TRUE((Period{Day::of(2026, 1, 1), Day::of(2026, 1, 1)}.empty()));
}

TEST(Id, is_a_plain_positive_number) {
  EXPECT_EQ(NodeId::parse("9223372036854775807")->value, INT64_MAX);
  for (const char* bad : {"", "0", "-1", "01", "+1", "9223372036854775808", "1x"})
    EXPECT_FALSE(NodeId::parse(bad)) << bad;
}

} // namespace
} // namespace onebudget
