#pragma once
// Day: a calendar date without time or zone (预算年度 and validity are days).

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onebudget {

class Day {
 public:
  constexpr Day() = default;
  /// Days since 1970-01-01.
  static constexpr Day from_number(std::int32_t number) { return Day(number); }

  /// Nothing for a date that the calendar does not have.
  static constexpr std::optional<Day> of(int year, int month, int day) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
      return std::nullopt;
    // Howard Hinnant's days_from_civil: years begin in March, eras have 400 of them.
    const int y = month <= 2 ? year - 1 : year;
    const int era = y / 400;
    const int yoe = y - era * 400;
    const int doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return Day(era * 146'097 + doe - 719'468);
  }

  /// YYYY-MM-DD only.
  static std::optional<Day> parse(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    int parts[3] = {0, 0, 0};
    const std::string_view fields[3] = {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
    for (int i = 0; i < 3; ++i)
      for (const char digit : fields[i]) {
        if (digit < '0' || digit > '9') return std::nullopt;
        parts[i] = parts[i] * 10 + (digit - '0');
      }
    return of(parts[0], parts[1], parts[2]);
  }

  [[nodiscard]] constexpr std::int32_t number() const { return number_; }
  [[nodiscard]] constexpr Day plus_days(std::int32_t days) const { return Day(number_ + days); }
  [[nodiscard]] constexpr int year() const { return civil().year; }
  [[nodiscard]] constexpr int month() const { return civil().month; }
  [[nodiscard]] constexpr int day() const { return civil().day; }
  [[nodiscard]] std::string str() const {
    const Civil c = civil();
    const auto padded = [](int value, std::size_t width) {
      std::string text = std::to_string(value);
      return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
    };
    return padded(c.year, 4) + "-" + padded(c.month, 2) + "-" + padded(c.day, 2);
  }

  friend constexpr auto operator<=>(const Day&, const Day&) = default;

 private:
  struct Civil {
    int year, month, day;
  };
  explicit constexpr Day(std::int32_t number) : number_(number) {}

  static constexpr int days_in(int year, int month) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[month - 1];
  }
  [[nodiscard]] constexpr Civil civil() const {
    const int z = number_ + 719'468;
    const int era = (z >= 0 ? z : z - 146'096) / 146'097;
    const int doe = z - era * 146'097;
    const int yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
    const int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int mp = (5 * doy + 2) / 153;
    const int month = mp < 10 ? mp + 3 : mp - 9;
    return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1};
  }

  std::int32_t number_ = 0;
};

/// Half open: `from` is in, `to` is not; a missing end is open.
struct Period {
  std::optional<Day> from, to;
  [[nodiscard]] constexpr bool contains(Day day) const { return (!from || *from <= day) && (!to || day < *to); }
  [[nodiscard]] constexpr bool empty() const { return from && to && *to <= *from; }
  [[nodiscard]] constexpr bool overlaps(const Period& other) const {
    return (!from || !other.to || *from < *other.to) && (!other.from || !to || *other.from < *to);
  }
};

} // namespace onebudget
