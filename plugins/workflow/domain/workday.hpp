#pragma once
// Workdays (工作日): Monday to Friday, less the State Council's days off, plus its 调休 days worked at a weekend.

#include <map>
#include <set>
#include <string_view>

#include "sdk/values/day.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::workflow {

struct DueDay {
  Day day;
  /// A day on the way lies beyond the published lists: only weekends were left out there, and the day may still move.
  bool assumed = false;
};

struct WorkdayCount {
  int workdays = 0;
  bool assumed = false;
};

class Calendar {
 public:
  /// Rows of data/holiday.csv: list_year,day,kind,name,paper. Faults: workflow.calendar with the line.
  static Result<Calendar> parse(std::string_view csv);

  [[nodiscard]] bool workday(Day day) const;
  /// Whether every list that can move this day has been published.
  [[nodiscard]] bool announced(Day day) const;

  /// The last day of a term of 1 to 1000 workdays; the day of the start is not counted, and one that begins on a day
  /// off counts from the next workday. A negative term goes back. Faults: workflow.term.
  [[nodiscard]] Result<DueDay> after(Day start, int workdays) const;

  /// Workdays after `from` up to and with `to`, so that between(d, after(d, n)) is n; negative when `to` is earlier.
  /// More than 20 years apart: workflow.term.
  [[nodiscard]] Result<WorkdayCount> between(Day from, Day to) const;

 private:
  std::map<Day, bool> special_; ///< day → worked
  std::set<int> years_;
};

} // namespace onebudget::workflow
