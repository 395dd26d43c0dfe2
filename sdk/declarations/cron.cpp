// Five-field cron: minute hour day-of-month month day-of-week.

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/declarations/cron.hpp"

namespace onebudget::declarations {
namespace {

constexpr int kYearsAhead = 40; ///< longer than any rhythm of day, month and weekday
constexpr std::size_t kLongestCron = 200;
constexpr std::int64_t kMinuteMs = 60'000, kDayMs = 86'400'000;

struct Shape {
  const char* name_zh;
  const char* name_en;
  int low, high;
  std::string_view words; ///< three letters each, from `low` on
};

constexpr std::array<Shape, 5> kShapes = {{{"分", "minute", 0, 59, ""},
                                           {"时", "hour", 0, 23, ""},
                                           {"日", "day of month", 1, 31, ""},
                                           {"月", "month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
                                           {"星期", "day of week", 0, 7, "SUNMONTUEWEDTHUFRISAT"}}};

struct Field {
  std::uint64_t bits = 0;
  bool any = false;      ///< written as * or ?
  bool last_day = false; ///< L
};

struct Cron {
  Field minute, hour, day, month, weekday;
};

Fault bad_field(const Shape& shape, std::string_view text) {
  const std::string shown(text.substr(0, 40));
  return fault(FaultKind::malformed, "scheduler.cron",
               {std::string("定时表达式的“") + shape.name_zh + "”字段无效:" + shown,
                std::string("The field \"") + shape.name_en + "\" of the cron expression is invalid: " + shown});
}

std::optional<int> number(const Shape& shape, std::string_view text) {
  if (text.size() == 3 && !shape.words.empty()) {
    std::string upper;
    for (const char c : text) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    for (std::size_t at = 0; at < shape.words.size(); at += 3) {
      if (shape.words.substr(at, 3) == upper) return shape.low + static_cast<int>(at / 3);
    }
  }
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.size() > 2 || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < shape.low || value > shape.high) return std::nullopt;
  return value;
}

/// One item of a list: *, ?, L, a, a-b, each with /step.
bool add_item(const Shape& shape, std::string_view item, Field& field) {
  if (item == "L" && shape.high == 31) {
    field.last_day = true;
    return true;
  }
  int step = 1;
  const std::size_t slash = item.find('/');
  const std::string_view range = item.substr(0, slash);
  if (slash != std::string_view::npos) {
    const std::string_view text = item.substr(slash + 1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (text.empty() || text.size() > 2 || error != std::errc() || end != text.data() + text.size() || step < 1)
      return false;
  }
  // 7 is only a second name of Sunday; a range to the end stops at Saturday.
  const int highest = shape.high == 7 ? 6 : shape.high;
  int from = shape.low, to = highest;
  const std::size_t dash = range.find('-');
  if (range == "*" || range == "?") {
    field.any = field.any || step == 1;
  } else if (dash != std::string_view::npos) {
    const auto first = number(shape, range.substr(0, dash)), second = number(shape, range.substr(dash + 1));
    if (!first || !second || *first > *second) return false;
    from = *first;
    to = *second;
  } else {
    const auto only = number(shape, range);
    if (!only) return false;
    from = *only;
    to = slash == std::string_view::npos ? from : std::max(from, highest);
  }
  for (int value = from; value <= to; value += step)
    field.bits |= std::uint64_t{1} << (shape.high == 7 ? value % 7 : value);
  return true;
}

Result<Field> parse_field(const Shape& shape, std::string_view text) {
  Field field;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    if (!add_item(shape, text.substr(at, comma - at), field)) return bad_field(shape, text);
    at = comma + 1;
  }
  return field;
}

std::string_view without_alias(std::string_view cron) {
  static constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
      {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"}, {"@weekly", "0 0 * * 0"},
      {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@hourly", "0 * * * *"}};
  for (const auto& [alias, meaning] : kAliases) {
    if (cron == alias) return meaning;
  }
  return cron;
}

Result<Cron> parse_cron(std::string_view text) {
  const std::string_view cron = without_alias(text.substr(0, kLongestCron));
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < cron.size();) {
    const std::size_t begin = cron.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    at = std::min(cron.find_first_of(" \t", begin), cron.size());
    words.push_back(cron.substr(begin, at - begin));
  }
  if (words.size() != kShapes.size() || text.size() > kLongestCron) {
    return fault(FaultKind::malformed, "scheduler.cron",
                 {"定时表达式须有五个字段:分 时 日 月 星期。",
                  "A cron expression has five fields: minute hour day month weekday."});
  }
  Cron parsed;
  Field* const fields[] = {&parsed.minute, &parsed.hour, &parsed.day, &parsed.month, &parsed.weekday};
  for (std::size_t i = 0; i < kShapes.size(); ++i) {
    OB_TRY(const Field field, parse_field(kShapes[i], words[i]));
    *fields[i] = field;
  }
  return parsed;
}

bool has(const Field& field, unsigned value) { return (field.bits >> value & 1) != 0; }

bool day_fits(const Cron& cron, std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  if (!has(cron.month, static_cast<unsigned>(date.month()))) return false;
  const bool last = date == std::chrono::year_month_day(date.year() / date.month() / std::chrono::last);
  const bool by_date = has(cron.day, static_cast<unsigned>(date.day())) || (cron.day.last_day && last);
  const bool by_weekday = has(cron.weekday, std::chrono::weekday(day).c_encoding());
  // Where both are given, either will do; where one is open, the other decides.
  return cron.day.any || cron.weekday.any ? by_date && by_weekday : by_date || by_weekday;
}

/// Minutes east of Greenwich.
Result<std::int64_t> offset_minutes(const std::string& zone) {
  if (zone == "Asia/Shanghai" || zone == "PRC") return 480; // no summer time since 1991
  if (zone == "UTC" || zone == "Z") return 0;
  const auto digit = [&zone](std::size_t at) { return std::isdigit(static_cast<unsigned char>(zone[at])) != 0; };
  if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' && digit(1) && digit(2) && digit(4) &&
      digit(5)) {
    const int hours = (zone[1] - '0') * 10 + (zone[2] - '0'), minutes = (zone[4] - '0') * 10 + (zone[5] - '0');
    const std::int64_t total = hours * 60 + minutes;
    if (hours <= 14 && minutes < 60) return zone[0] == '-' ? -total : total;
  }
  return fault(FaultKind::malformed, "scheduler.time_zone",
               {"不支持的时区:" + zone + ";请用 Asia/Shanghai、UTC 或 +08:00 形式。",
                "Unsupported time zone: " + zone + "; use Asia/Shanghai, UTC or the form +08:00."});
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

} // namespace

Result<std::int64_t> next_due(const std::string& cron, const std::string& time_zone, std::int64_t after_ms) {
  OB_TRY(const Cron parsed, parse_cron(cron));
  OB_TRY(const std::int64_t offset, offset_minutes(time_zone));
  const std::int64_t local_ms = after_ms + offset * kMinuteMs;
  const std::int64_t first_minute = floor_div(local_ms, kMinuteMs) + 1; // strictly after
  const std::int64_t first_day = floor_div(first_minute * kMinuteMs, kDayMs);
  for (std::int64_t day = first_day; day < first_day + std::int64_t{kYearsAhead} * 366; ++day) {
    if (!day_fits(parsed, std::chrono::sys_days(std::chrono::days(day)))) continue;
    const std::int64_t from = day == first_day ? first_minute - day * 1440 : 0;
    for (std::int64_t minute = from; minute < 1440; ++minute) {
      if (has(parsed.hour, static_cast<unsigned>(minute / 60)) &&
          has(parsed.minute, static_cast<unsigned>(minute % 60))) {
        return (day * 1440 + minute - offset) * kMinuteMs;
      }
    }
  }
  return fault(
      FaultKind::malformed, "scheduler.cron_never",
      {"定时表达式永远不会到期:" + cron.substr(0, 80), "The cron expression is never due: " + cron.substr(0, 80)});
}

} // namespace onebudget::declarations
