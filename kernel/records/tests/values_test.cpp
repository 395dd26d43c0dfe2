#include "kernel/records/write/values.hpp"

#include <gtest/gtest.h>

#include "kernel/records/query/render.hpp"

namespace onebudget::records {
namespace {

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

} // namespace
} // namespace onebudget::records
