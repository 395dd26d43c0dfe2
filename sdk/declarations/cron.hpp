#pragma once
// When a declared job is due.

#include <cstdint>
#include <string>

#include "sdk/values/result.hpp"

namespace onebudget::declarations {

/// The next time strictly after `after_ms` at which a five-field cron expression is due in `time_zone`
/// ("Asia/Shanghai", "UTC" or an offset such as "+08:00"). Fields: minute, hour, day of month, month, day of week (0
/// and 7 = Sunday), each
/// *, ?, a, a-b, with /step, in lists; names of months and weekdays in three letters; L = last day of the month; also
/// @hourly, @daily, @weekly, @monthly, @yearly. When both day fields are restricted (neither is * nor ?), a day that
/// fits either is due. Fault scheduler.cron names the bad field; scheduler.cron_never.
Result<std::int64_t> next_due(const std::string& cron, const std::string& time_zone, std::int64_t after_ms);

} // namespace onebudget::declarations
