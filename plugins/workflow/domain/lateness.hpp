#pragma once
// Deadlines of tasks: when a task is due, what being late brings about, and how long somebody waited.

#include <optional>

#include "plugins/workflow/domain/definition.hpp"
#include "plugins/workflow/domain/workday.hpp"

namespace onebudget::workflow {

/// Rule workflow.due: `workdays` after the day of opening, or the fixed day if that is earlier; none without either.
Result<std::optional<DueDay>> due_day(const Calendar& calendar, Day opened, std::optional<int> workdays,
                                      std::optional<Day> by);

/// What is done about an open task on a day. Approving is not among it.
enum class Measure { nothing, remind, escalate, send_back };

/// Rule workflow.late: a reminder on the day it is due and on each workday behind it; escalation or return once, on the
/// first day behind. A task that was escalated is reminded of from then on.
Measure measure_on(Day today, std::optional<Day> due, Overdue overdue, bool escalated);

/// The next day on which measure_on() has to be asked again: the due day, then each following workday.
Day next_alarm(const Calendar& calendar, Day today, Day due);

} // namespace onebudget::workflow
