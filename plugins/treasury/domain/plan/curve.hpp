#pragma once
// Payments of a year by month against what the usage plans allow. Pure.

#include <array>
#include <optional>
#include <string>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"
#include "sdk/values/ratio.hpp"

namespace onebudget::treasury {

inline constexpr int kMonths = 12;

/// What one month planned and paid; `refunded` of what was paid in it.
struct MonthSums {
  Money plan, paid, refunded;
};

struct CurveMonth {
  Money plan_to_date;
  std::optional<Money> paid_to_date; ///< less what came back; nothing for months to come
  std::optional<Ratio> deviation;    ///< of the payments from the plan to date; nothing without a plan
};
/// Fault money.overflow.
Result<std::array<CurveMonth, kMonths>> payment_curve(const std::array<MonthSums, kMonths>& months, int year, Day day);

} // namespace onebudget::treasury
