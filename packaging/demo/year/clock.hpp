#pragma once
// The server's clock as the play moves it, and the days on which offices work.

#include <cstdint>
#include <set>
#include <string>

#include "sdk/text/json_door.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::demo {

/// Writes the file that clock.c reads. Only ever moved ahead.
class PlayClock {
 public:
  /// Fault ctl.file when there is no such file of eight bytes.
  static Result<PlayClock> open(const std::string& file);
  [[nodiscard]] std::int64_t now_ms() const; ///< what the server takes for now, UTC
  [[nodiscard]] Day today() const;           ///< in China
  /// To that moment; nothing when it has passed. Before anything happened the clock may be set back.
  Result<void> move_to(std::int64_t utc_ms, bool back = false);

 private:
  std::string file_;
  std::int64_t ahead_ = 0; ///< seconds
};

/// 09:00 in China on that day.
std::int64_t morning_of(Day day);

/// Monday to Friday less days off plus 调休, as the server lists them.
class Workdays {
 public:
  /// `holidays`: rows of the server's list with day and kind (off | work).
  explicit Workdays(const Json& holidays = Json::array());
  [[nodiscard]] bool workday(Day day) const;
  [[nodiscard]] Day after(Day day, int workdays) const; ///< 0 = the day itself, or the next one on which people work
  [[nodiscard]] int between(Day from, Day to) const;    ///< the first day is not counted

 private:
  std::set<std::int32_t> off_, work_;
};

} // namespace onebudget::demo
