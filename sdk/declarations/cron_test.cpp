#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "sdk/declarations/cron.hpp"

namespace onebudget::declarations {
namespace {

std::int64_t at(int year, unsigned month, unsigned day, int hour, int minute, int second = 0) {
  const std::chrono::sys_days days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
  return ((days.time_since_epoch().count() * 24 + hour) * 60 + minute) * 60'000LL + second * 1000LL;
}

/// "Mon Jul 9 14:59:59 2012" (taken as UTC) or "2016-01-03T13:09:03+0530"; the zone comes back as "+05:30".
std::optional<std::int64_t> parse_time(const std::string& text, std::string& zone) {
  static const std::string months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int year = 0, day = 0, hour = 0, minute = 0, second = 0, month = 0, zone_hours = 0, zone_minutes = 0;
  char name[4] = {}, sign = '+';
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%c%2d%2d", &year, &month, &day, &hour, &minute, &second, &sign,
                  &zone_hours, &zone_minutes) == 9) {
    zone = std::string(1, sign) + text.substr(20, 2) + ":" + text.substr(22, 2);
    const int offset = (sign == '-' ? -1 : 1) * (zone_hours * 60 + zone_minutes);
    return at(year, static_cast<unsigned>(month), static_cast<unsigned>(day), hour, minute, second) - offset * 60'000LL;
  }
  zone = "UTC";
  if (std::sscanf(text.c_str(), "%*3s %3s %d %d:%d:%d %d", name, &day, &hour, &minute, &second, &year) != 6) {
    second = 0;
    if (std::sscanf(text.c_str(), "%*3s %3s %d %d:%d %d", name, &day, &hour, &minute, &year) != 5) return std::nullopt;
  }
  month = static_cast<int>(months.find(name) / 3) + 1;
  return at(year, static_cast<unsigned>(month), static_cast<unsigned>(day), hour, minute, second);
}

nlohmann::json cases() {
  std::ifstream file(OB_CRON_CASES);
  return nlohmann::json::parse(file);
}

TEST(Cron, fires_when_the_collected_cases_say_so) {
  int used = 0;
  const nlohmann::json all = cases();
  for (const auto& one : all.at("activation")) {
    std::string zone;
    const auto time = parse_time(one.at("time"), zone);
    ASSERT_TRUE(time);
    const std::string spec = one.at("spec");
    const auto next = next_due(spec, zone, *time - 1);
    ASSERT_TRUE(next.ok()) << spec;
    EXPECT_EQ(*next == *time, one.at("fires").get<bool>()) << spec << " at " << one.at("time");
    ++used;
  }
  EXPECT_EQ(used, 29);
}

TEST(Cron, is_next_due_when_the_collected_cases_say_so) {
  int used = 0;
  const nlohmann::json all = cases();
  for (const auto& one : all.at("next")) {
    std::string spec = one.at("spec_with_seconds");
    const std::string after = one.at("after"), expected = one.at("next");
    if (spec.find("TZ=") != std::string::npos || after.find("TZ=") != std::string::npos) continue; // summer time
    const bool six = std::count(spec.begin(), spec.end(), ' ') == 5;
    if (six && spec.rfind("0 ", 0) != 0) continue; // a seconds field that is not 0
    if (six) spec = spec.substr(2);
    std::string zone, zone_expected;
    const auto time = parse_time(after, zone);
    ASSERT_TRUE(time) << after;
    const auto next = next_due(spec, zone, *time);
    if (expected.empty()) {
      ASSERT_FALSE(next.ok()) << spec;
      EXPECT_EQ(next.fault().code, "scheduler.cron_never");
    } else {
      ASSERT_TRUE(next.ok()) << spec;
      EXPECT_EQ(*next, *parse_time(expected, zone_expected)) << spec << " after " << after;
    }
    ++used;
  }
  EXPECT_EQ(used, 19);
}

TEST(Cron, runs_in_the_time_of_shanghai) {
  // 03:00 in Shanghai is 19:00 UTC of the day before.
  EXPECT_EQ(*next_due("0 3 * * *", "Asia/Shanghai", at(2026, 1, 1, 0, 0)), at(2026, 1, 1, 19, 0));
  EXPECT_EQ(*next_due("0 3 * * *", "Asia/Shanghai", at(2026, 1, 1, 19, 0)), at(2026, 1, 2, 19, 0));
  EXPECT_EQ(*next_due("0 0 1 1 *", "Asia/Shanghai", at(2026, 6, 1, 0, 0)), at(2026, 12, 31, 16, 0));
}

TEST(Cron, knows_the_last_day_of_every_month) {
  EXPECT_EQ(*next_due("0 0 L * *", "UTC", at(2026, 2, 1, 0, 0)), at(2026, 2, 28, 0, 0));
  EXPECT_EQ(*next_due("0 0 L * *", "UTC", at(2028, 2, 1, 0, 0)), at(2028, 2, 29, 0, 0));
  EXPECT_EQ(*next_due("0 0 L * *", "UTC", at(2026, 2, 28, 0, 0)), at(2026, 3, 31, 0, 0));
  EXPECT_EQ(*next_due("0 0 15,L 4 *", "UTC", at(2026, 4, 15, 0, 0)), at(2026, 4, 30, 0, 0));
}

TEST(Cron, takes_seven_and_zero_as_sunday) {
  const auto sunday = at(2026, 1, 4, 0, 0);
  EXPECT_EQ(*next_due("0 0 * * 7", "UTC", at(2026, 1, 1, 0, 0)), sunday);
  EXPECT_EQ(*next_due("0 0 * * 0", "UTC", at(2026, 1, 1, 0, 0)), sunday);
  EXPECT_EQ(*next_due("0 0 * * sun", "UTC", at(2026, 1, 1, 0, 0)), sunday);
  EXPECT_EQ(*next_due("0 0 * * 5-7", "UTC", at(2026, 1, 3, 0, 0)), sunday);
}

TEST(Cron, names_the_bad_field) {
  const std::pair<const char*, const char*> bad[] = {
      {"60 * * * *", "minute"},       {"* 24 * * *", "hour"},    {"* * 0 * *", "day of month"},
      {"* * 32 * *", "day of month"}, {"* * * 13 *", "month"},   {"* * * Foo *", "month"},
      {"* * * * 8", "day of week"},   {"*/0 * * * *", "minute"}, {"5-1 * * * *", "minute"},
      {"1,,2 * * * *", "minute"},     {"-1 * * * *", "minute"},  {"* * * * L", "day of week"},
      {"1/ * * * *", "minute"},       {"+1 * * * *", "minute"},  {"999999999999 * * * *", "minute"},
      {", * * * *", "minute"}};
  for (const auto& [cron, name] : bad) {
    const auto refused = next_due(cron, "UTC", 0);
    ASSERT_FALSE(refused.ok()) << cron;
    EXPECT_EQ(refused.fault().code, "scheduler.cron") << cron;
    EXPECT_NE(refused.fault().message.en.find(name), std::string::npos) << cron;
  }
  for (const char* cron : {"", "* * * *", "* * * * * *", "@never", "@every 5m"}) {
    EXPECT_FALSE(next_due(cron, "UTC", 0).ok()) << cron;
  }
  EXPECT_EQ(next_due("* * * * *", "Mars/Base", 0).fault().code, "scheduler.time_zone");
}

TEST(Cron, works_before_the_epoch_too) { EXPECT_EQ(*next_due("0 0 1 1 *", "UTC", at(1969, 12, 31, 12, 0)), 0); }

} // namespace
} // namespace onebudget::declarations
