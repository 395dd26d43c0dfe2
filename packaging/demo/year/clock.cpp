#include "packaging/demo/year/clock.hpp"

#include <chrono>
#include <cstring>
#include <fstream>

#include "sdk/client/client.hpp"

namespace onebudget::demo {

namespace {

constexpr std::int64_t kDayMs = 86'400'000, kChinaMs = 8 * 3'600'000, kNineMs = 9 * 3'600'000;
constexpr int kWeek = 7, kThursday = 3, kWorking = 5; ///< 1970-01-01 was a Thursday

std::int64_t real_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Fault no_file(const std::string& file) {
  return fault(FaultKind::malformed, "ctl.demo_clock",
               {"没有可移动的时钟文件 " + file + "。请按 packaging/demo/README.md 启动服务。",
                "There is no movable clock at " + file + ". Start the server as packaging/demo/README.md says."});
}

} // namespace

Result<PlayClock> PlayClock::open(const std::string& file) {
  OB_TRY(const std::string bytes, client::file_text(file));
  PlayClock clock;
  clock.file_ = file;
  if (bytes.size() != sizeof clock.ahead_) return no_file(file);
  std::memcpy(&clock.ahead_, bytes.data(), sizeof clock.ahead_);
  return clock;
}

std::int64_t PlayClock::now_ms() const { return real_ms() + ahead_ * 1000; }

Day PlayClock::today() const { return Day::from_number(static_cast<std::int32_t>((now_ms() + kChinaMs) / kDayMs)); }

Result<void> PlayClock::move_to(std::int64_t utc_ms, bool back) {
  const std::int64_t by = (utc_ms - now_ms()) / 1000;
  if (by <= 0 && !back) return {};
  ahead_ += by;
  // In place: the server has the page mapped.
  std::fstream out(file_, std::ios::in | std::ios::out | std::ios::binary);
  char bytes[sizeof ahead_];
  std::memcpy(bytes, &ahead_, sizeof ahead_);
  out.write(bytes, sizeof bytes);
  out.flush();
  return out ? Result<void>() : Result<void>(no_file(file_));
}

std::int64_t morning_of(Day day) { return day.number() * kDayMs - kChinaMs + kNineMs; }

Workdays::Workdays(const Json& holidays) {
  for (const Json& row : holidays)
    if (const auto day = Day::parse(row.value("day", std::string())))
      (row.value("kind", std::string()) == "work" ? work_ : off_).insert(day->number());
}

bool Workdays::workday(Day day) const {
  if (work_.contains(day.number())) return true;
  return !off_.contains(day.number()) && (day.number() + kThursday) % kWeek < kWorking;
}

Day Workdays::after(Day day, int workdays) const {
  while (!workday(day)) day = day.plus_days(1);
  for (; workdays > 0; --workdays) {
    day = day.plus_days(1);
    while (!workday(day)) day = day.plus_days(1);
  }
  return day;
}

int Workdays::between(Day from, Day to) const {
  int count = 0;
  for (Day day = from; day < to;) {
    day = day.plus_days(1);
    count += workday(day) ? 1 : 0;
  }
  return count;
}

} // namespace onebudget::demo
