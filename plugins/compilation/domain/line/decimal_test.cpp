#include "plugins/compilation/domain/line/decimal.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

Decimal d(const char* text) {
  const auto value = Decimal::parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return value ? *value : Decimal();
}

TEST(Decimal, reads_and_writes_the_shortest_text) {
  for (const char* text : {"0", "1", "-1", "0.5", "-0.000000000001", "123456789012345678901234567890"})
    EXPECT_EQ(d(text).str(), text);
  EXPECT_EQ(d("1.500").str(), "1.5");
  for (const char* text : {"", "-", "1.", ".5", "1e3", "1,000", "1.0000000000001", "12a"})
    EXPECT_FALSE(Decimal::parse(text).ok()) << text;
  EXPECT_EQ(Decimal::parse(std::string(60, '9')).fault().code, "compilation.decimal_overflow");
}

TEST(Decimal, computes_exactly_where_binary_fractions_would_not) {
  EXPECT_EQ(d("0.1").plus(d("0.2"))->str(), "0.3");
  EXPECT_EQ(d("1.1").times(d("1.1"))->str(), "1.21");
  EXPECT_EQ(d("0.3").minus(d("0.1"))->str(), "0.2");
  EXPECT_EQ(d("1").over(d("3"))->str(), "0.333333333333");
  EXPECT_EQ(d("-2").over(d("3"))->str(), "-0.666666666667");
  EXPECT_EQ(*d("0.1").compare(d("0.10")), 0);
}

TEST(Decimal, every_rounding_is_named) {
  EXPECT_EQ(d("2.005").rounded(2, Rounding::half_up)->str(), "2.01");
  EXPECT_EQ(d("-2.005").rounded(2, Rounding::half_up)->str(), "-2.01");
  EXPECT_EQ(d("2.001").rounded(2, Rounding::up)->str(), "2.01");
  EXPECT_EQ(d("2.009").rounded(2, Rounding::down)->str(), "2");
  EXPECT_EQ(d("1234.565").to_money(Rounding::half_up)->to_yuan(), "1234.57");
  EXPECT_FALSE(d("1").rounded(13, Rounding::up).ok());
}

TEST(Decimal, overflow_and_division_by_zero_are_faults) {
  const Decimal huge = d("99999999999999999999999999999999999999");
  EXPECT_EQ(huge.times(huge).fault().code, "compilation.decimal_overflow");
  EXPECT_EQ(huge.plus(huge).fault().code, "compilation.decimal_overflow");
  EXPECT_EQ(huge.to_money(Rounding::down).fault().code, "compilation.decimal_overflow");
  EXPECT_EQ(d("1").over(d("0.00")).fault().code, "compilation.division_by_zero");
}

} // namespace
} // namespace onebudget::compilation
