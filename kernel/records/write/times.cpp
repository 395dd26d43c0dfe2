// Days and times as text, by the calendar of <chrono>.

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "kernel/records/write/values.hpp"

namespace onebudget::records {

namespace {

bool number_at(std::string_view text, std::size_t at, std::size_t length, int& out) {
  if (at + length > text.size()) return false;
  out = 0;
  for (std::size_t i = at; i < at + length; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  return true;
}

bool day_of(std::string_view text, std::chrono::sys_days& day) {
  int year = 0, month = 0, day_number = 0;
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  if (!number_at(text, 0, 4, year) || !number_at(text, 5, 2, month) || !number_at(text, 8, 2, day_number)) return false;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day_number))};
  if (!date.ok() || year < 1) return false;
  day = std::chrono::sys_days(date);
  return true;
}

/// "Z" or "+08:00" at the end; minutes east of Greenwich.
bool zone_of(std::string_view text, int& minutes) {
  if (text == "Z" || text == "z") {
    minutes = 0;
    return true;
  }
  int hours = 0, rest = 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  if (!number_at(text, 1, 2, hours) || !number_at(text, 4, 2, rest) || hours > 23 || rest > 59) return false;
  minutes = (text[0] == '-' ? -1 : 1) * (hours * 60 + rest);
  return true;
}

} // namespace

bool valid_date(std::string_view text) {
  std::chrono::sys_days day;
  return text.size() == 10 && day_of(text, day);
}

bool parse_time(std::string_view text, std::int64_t& ms) {
  std::chrono::sys_days day;
  int hour = 0, minute = 0, second = 0, zone = 0;
  if (text.size() < 20 || !day_of(text, day) || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')) return false;
  if (!number_at(text, 11, 2, hour) || text[13] != ':' || !number_at(text, 14, 2, minute) || text[16] != ':' ||
      !number_at(text, 17, 2, second))
    return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  std::size_t at = 19;
  int millis = 0;
  if (text[at] == '.') {
    int weight = 100;
    const std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, weight /= 10)
      millis += (text[at] - '0') * weight;
    if (at == first || at - first > 9) return false;
  }
  if (!zone_of(text.substr(at), zone)) return false;
  const std::int64_t days = day.time_since_epoch().count();
  ms = ((days * 24 + hour) * 60 + minute - zone) * 60'000 + second * 1000 + millis;
  return true;
}

namespace {

/// `number` in `width` digits.
void put_digits(char* to, int width, unsigned number) {
  for (; width > 0; number /= 10) to[--width] = static_cast<char>('0' + number % 10);
}

} // namespace

void append_time(std::string& out, std::int64_t ms) {
  using std::chrono::days;
  const std::chrono::sys_time<std::chrono::milliseconds> moment{std::chrono::milliseconds(ms)};
  const auto day = std::chrono::floor<days>(moment);
  const std::chrono::year_month_day date(day);
  const auto rest = static_cast<unsigned>((moment - day).count());
  const int year = static_cast<int>(date.year());
  if (year < 0 || year > 9999) { // no instant of a budget; a list must not break over one
    out += "0000-01-01T00:00:00.000Z";
    return;
  }
  std::array<char, 24> text{};
  std::copy_n("0000-00-00T00:00:00.000Z", text.size(), text.begin());
  put_digits(&text[0], 4, static_cast<unsigned>(year));
  put_digits(&text[5], 2, static_cast<unsigned>(date.month()));
  put_digits(&text[8], 2, static_cast<unsigned>(date.day()));
  put_digits(&text[11], 2, rest / 3'600'000);
  put_digits(&text[14], 2, rest / 60'000 % 60);
  put_digits(&text[17], 2, rest / 1000 % 60);
  put_digits(&text[20], 3, rest % 1000);
  out.append(text.data(), text.size());
}

} // namespace onebudget::records
