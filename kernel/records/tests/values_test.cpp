#include "kernel/records/write/values.hpp"

#include <gtest/gtest.h>

#include "kernel/records/query/render.hpp"
#include "kernel/records/schema/nearest.hpp"
#include "kernel/records/schema/scaled.hpp"

namespace onebudget::records {
namespace {

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

TEST(ValuesTest, decimals_are_exact_or_refused) {
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

TEST(ValuesTest, times_keep_their_millisecond_and_zone) {
  std::int64_t ms = 0;
  ASSERT_TRUE(parse_time("2026-01-02T11:04:05.678+08:00", ms));
  std::string out;
  append_time(out, ms);
  EXPECT_EQ(out, "2026-01-02T03:04:05.678Z");
  EXPECT_TRUE(parse_time("1969-12-31T23:59:59Z", ms));
  EXPECT_EQ(ms, -1000);
  for (const char* junk : {"2026-01-02", "2026-01-02T03:04:05", "2026-02-30T00:00:00Z", "2026-01-02T24:00:00Z",
                           "2026-01-02T00:00:00+25:00", "2026-01-02T00:00:00.Z", "x"})
    EXPECT_FALSE(parse_time(junk, ms)) << junk;
  EXPECT_TRUE(valid_date("2024-02-29"));
  for (const char* junk : {"2026-02-29", "2026-2-1", "2026-13-01", "0000-01-01", "2026-01-01x"})
    EXPECT_FALSE(valid_date(junk)) << junk;
}

TEST(ValuesTest, json_strings_are_escaped) {
  std::string out;
  append_json_string(out, std::string("a\"b\\c\n\t\x01") + "教");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\t\\u0001教\"");
}

TEST(ValuesTest, masks_keep_only_what_they_may) {
  const auto masked = [](const char* text, const char* mask) {
    std::string out;
    append_masked(out, text, mask);
    return out;
  };
  EXPECT_EQ(masked("13812345678", "phone"), "138****5678");
  EXPECT_EQ(masked("320102199001011234", "identity"), "320***********1234");
  EXPECT_EQ(masked("6222021234567890123", "bank_account"), "***************0123");
  EXPECT_EQ(masked("欧阳锋", "name"), "欧**");
  EXPECT_EQ(masked("123", "phone"), "***") << "too short to show any of it";
}

TEST(ValuesTest, the_nearest_name_is_near) {
  EXPECT_EQ(nearest("ammount", {"amount", "name"}), "amount");
  EXPECT_EQ(nearest("zzzzzz", {"amount", "name"}), "");
  EXPECT_EQ(nearest(std::string(10'000, 'a'), {"amount"}), "");
}

} // namespace
} // namespace onebudget::records
