#include "plugins/workflow/domain/lateness.hpp"

namespace onebudget::workflow {

Result<std::optional<DueDay>> due_day(const Calendar& calendar, Day opened, std::optional<int> workdays,
                                      std::optional<Day> by) {
  std::optional<DueDay> out;
  if (workdays) {
    OB_TRY(out, calendar.after(opened, *workdays));
  }
  if (by && (!out || *by < out->day)) out = DueDay{*by, false};
  return out;
}

Measure measure_on(Day today, std::optional<Day> due, Overdue overdue, bool escalated) {
  if (!due || today < *due) return Measure::nothing;
  if (today == *due || overdue == Overdue::remind || escalated) return Measure::remind;
  return overdue == Overdue::escalate ? Measure::escalate : Measure::send_back;
}

Day next_alarm(const Calendar& calendar, Day today, Day due) {
  if (today < due) return due;
  Day next = today.plus_days(1);
  while (!calendar.workday(next)) next = next.plus_days(1);
  return next;
}

} // namespace onebudget::workflow
