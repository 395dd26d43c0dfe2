#include <gtest/gtest.h>

#include "sdk/values/money_text.hpp"
#include "sdk/values/ratio.hpp"
#include "sdk/values/scaled.hpp"
#include "sdk/values/time_text.hpp"
#include "sdk/values/words.hpp"

namespace onebudget {
namespace {

TEST(Ratio, is_exact_to_a_millionth) {
  for (const auto& [text, millionths] : {std::pair<const char*, std::int64_t>{"0", 0},
                                         {"1", 1'000'000},
                                         {"0.25", 250'000},
                                         {"-0.5", -500'000},
                                         {"1.1", 1'100'000},
                                         {"0.000001", 1},
                                         {"123456.654321", 123'456'654'321}}) {
    const auto ratio = Ratio::parse(text);
    ASSERT_TRUE(ratio.ok()) << text;
    EXPECT_EQ(ratio->millionths(), millionths) << text;
    EXPECT_EQ(ratio->str(), text);
  }
  for (const char* bad : {"", "-", ".5", "1.", "0.1234567", "1e3", "50%", "+1", " 1"})
    EXPECT_EQ(Ratio::parse(bad).fault().code, "ratio.malformed") << bad;
  EXPECT_EQ(Ratio::parse("99999999999999999999").fault().code, "ratio.overflow");
}

TEST(Ratio, divides_money_with_a_named_rounding) {
  const auto third = Ratio::of(Money::from_fen(1), Money::from_fen(3), Rounding::half_up);
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(third->millionths(), 333'333);
  EXPECT_EQ(third->percent(), "33.3333%");
  EXPECT_EQ(Ratio::of(Money::from_fen(2), Money::from_fen(3), Rounding::up)->millionths(), 666'667);
  EXPECT_EQ(Ratio::of(Money::from_fen(-1), Money::from_fen(-4), Rounding::down)->str(), "0.25");
  EXPECT_EQ(Ratio::of(Money::from_fen(1), Money(), Rounding::down).fault().code, "ratio.no_whole");
  EXPECT_EQ(Ratio::of(Money::from_fen(INT64_MAX), Money::from_fen(1), Rounding::down).fault().code, "ratio.overflow");
}

TEST(Ratio, takes_its_share_of_an_amount) {
  EXPECT_EQ(Ratio::from_percent(30).share_of(Money::from_fen(1005), Rounding::half_up)->fen(), 302);
  EXPECT_EQ(Ratio::from_percent(30).share_of(Money::from_fen(1005), Rounding::down)->fen(), 301);
  EXPECT_EQ(Ratio::from_percent(100).percent(), "100%");
}

TEST(MoneyText, groups_digits_and_names_the_unit) {
  const Money amount = Money::from_fen(123'456'789);
  EXPECT_EQ(money_text(amount, MoneyUnit::yuan), "1,234,567.89 元");
  EXPECT_EQ(money_text(amount, MoneyUnit::wan_yuan), "123.46 万元");
  EXPECT_EQ(money_text(amount, MoneyUnit::yi_yuan), "0.01 亿元");
  EXPECT_EQ(money_text(Money::from_fen(-5), MoneyUnit::yuan), "-0.05 元");
  EXPECT_EQ(money_text(Money::from_fen(-5), MoneyUnit::wan_yuan), "0.00 万元");
  EXPECT_EQ(money_text(Money::from_fen(INT64_MIN), MoneyUnit::yuan), "-92,233,720,368,547,758.08 元");
  EXPECT_EQ(natural_unit(Money::from_fen(999'999)), MoneyUnit::yuan);
  EXPECT_EQ(natural_unit(Money::from_fen(1'000'000)), MoneyUnit::wan_yuan);
  EXPECT_EQ(natural_unit(Money::from_fen(-10'000'000'000)), MoneyUnit::yi_yuan);
}

TEST(TimeText, goes_there_and_back) {
  for (const auto& [ms, text] : {std::pair<std::int64_t, const char*>{0, "1970-01-01T00:00:00.000Z"},
                                 {1767323045678, "2026-01-02T03:04:05.678Z"},
                                 {-1, "1969-12-31T23:59:59.999Z"},
                                 {951826554321, "2000-02-29T12:15:54.321Z"},
                                 {253402300799999, "9999-12-31T23:59:59.999Z"},
                                 {-62135596800000, "0001-01-01T00:00:00.000Z"}}) {
    EXPECT_EQ(time_text(ms), text);
    EXPECT_EQ(parse_time_text(text), ms) << text;
  }
  EXPECT_EQ(time_text(INT64_MAX), "9999-12-31T23:59:59.999Z");
}

TEST(TimeText, reads_zones_and_fractions) {
  EXPECT_EQ(parse_time_text("2026-01-02T11:04:05.678912345+08:00"), 1767323045678);
  EXPECT_EQ(parse_time_text("2026-01-01T22:34:05Z"), 1767306845000);
  EXPECT_EQ(parse_time_text("2026-01-02T03:04:05.6Z"), 1767323045600);
  for (const char* bad :
       {"", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-02-30T00:00:00Z", "2026-01-02T24:00:00Z",
        "2026-01-02T03:04:60Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.1234567890Z", "2026-01-02T03:04:05+8:00",
        "2026-01-02T03:04:05Zx", "2026-01-02T03:04:05+08:60"})
    EXPECT_FALSE(parse_time_text(bad)) << bad;
}

std::string scaled(const std::string& text, int scale) {
  std::int64_t number = 0;
  switch (parse_scaled(text, scale, number)) {
    case ScaledError::syntax:
      return "syntax";
    case ScaledError::decimals:
      return "decimals";
    case ScaledError::overflow:
      return "overflow";
    case ScaledError::none:
      break;
  }
  std::string out;
  append_scaled(out, number, scale);
  return out;
}

TEST(Scaled, decimals_are_exact_or_refused) {
  EXPECT_EQ(scaled("1234567.89", 2), "1234567.89");
  EXPECT_EQ(scaled("-0.01", 2), "-0.01");
  EXPECT_EQ(scaled("5", 2), "5.00");
  EXPECT_EQ(scaled("5.000", 2), "5.00");
  EXPECT_EQ(scaled("0.1", 0), "decimals");
  EXPECT_EQ(scaled("92233720368547758.07", 2), "92233720368547758.07");
  EXPECT_EQ(scaled("-92233720368547758.08", 2), "-92233720368547758.08");
  EXPECT_EQ(scaled("92233720368547758.08", 2), "overflow");
  EXPECT_EQ(scaled("1.234", 2), "decimals");
  for (const char* junk : {"", "-", ".", "1.", ".5", "+1", "1e3", "1,000", " 1", "0x1", "１"})
    EXPECT_EQ(scaled(junk, 2), "syntax") << junk;
}

enum class Colour { red, green };
constexpr Word<Colour> kColours[] = {{"red", Colour::red}, {"green", Colour::green}};

TEST(Words, go_both_ways) {
  EXPECT_STREQ(name_in(kColours, Colour::green), "green");
  EXPECT_EQ(of_name(kColours, "green"), Colour::green);
  EXPECT_EQ(of_name(kColours, "gree"), std::nullopt);
  EXPECT_STREQ(name_in(kColours, static_cast<Colour>(7)), "red") << "the first stands for what is not there";
}

} // namespace
} // namespace onebudget
