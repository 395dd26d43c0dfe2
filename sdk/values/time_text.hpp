#pragma once
// UTC milliseconds as text: RFC 3339 with milliseconds and Z, "2026-01-02T03:04:05.678Z".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sdk/values/day.hpp"

namespace onebudget {

inline constexpr std::int64_t kDayMs = 86'400'000;

/// Always 24 characters for the years 1 … 9999; times beyond them are shown as the nearest of these.
[[nodiscard]] inline std::string time_text(std::int64_t utc_ms) {
  constexpr std::int64_t kFirst = -62'135'596'800'000, kLast = 253'402'300'799'999;
  const std::int64_t ms = utc_ms < kFirst ? kFirst : utc_ms > kLast ? kLast : utc_ms;
  std::int64_t day = ms / kDayMs, rest = ms % kDayMs;
  if (rest < 0) {
    rest += kDayMs;
    --day;
  }
  const auto padded = [](std::int64_t value, std::size_t width) {
    const std::string text = std::to_string(value);
    return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
  };
  return Day::from_number(static_cast<std::int32_t>(day)).str() + "T" + padded(rest / 3'600'000, 2) + ":" +
         padded(rest / 60'000 % 60, 2) + ":" + padded(rest / 1000 % 60, 2) + "." + padded(rest % 1000, 3) + "Z";
}

/// Reads RFC 3339 with a zone: "…Z" or "…+08:00", with 0 … 9 decimals of a second (cut to milliseconds). Nothing for
/// anything else: no zone, a 60th second, a date that the calendar does not have.
[[nodiscard]] inline std::optional<std::int64_t> parse_time_text(std::string_view text) {
  const auto number = [&](std::size_t at, std::size_t size, int most) -> int {
    if (at + size > text.size()) return -1;
    int value = 0;
    for (const char digit : text.substr(at, size)) {
      if (digit < '0' || digit > '9') return -1;
      value = value * 10 + (digit - '0');
    }
    return value > most ? -1 : value;
  };
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const auto day = Day::parse(text.substr(0, 10));
  const int hour = number(11, 2, 23), minute = number(14, 2, 59), second = number(17, 2, 59);
  if (!day || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  std::size_t at = 19;
  std::int64_t ms = 0;
  if (text[at] == '.') {
    const std::size_t begin = ++at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    if (at == begin || at - begin > 9) return std::nullopt;
    for (std::size_t i = 0; i < 3; ++i) ms = ms * 10 + (begin + i < at ? text[begin + i] - '0' : 0);
  }
  std::int64_t zone_minutes = 0;
  const std::string_view zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
    const int hours = number(at + 1, 2, 23), minutes = number(at + 4, 2, 59);
    if (hours < 0 || minutes < 0) return std::nullopt;
    zone_minutes = (hours * 60 + minutes) * (zone[0] == '-' ? -1 : 1);
  }
  return std::int64_t{day->number()} * kDayMs + hour * std::int64_t{3'600'000} + minute * std::int64_t{60'000} +
         second * 1000 + ms - zone_minutes * 60'000;
}

} // namespace onebudget
