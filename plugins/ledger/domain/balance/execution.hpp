#pragma once
// How far a year's money is spent against how far the year is gone. Pure.

#include <array>
#include <optional>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"
#include "sdk/values/ratio.hpp"

namespace onebudget::ledger {

inline constexpr int kMonths = 12;

/// The share of the year that is over at the end of the day: nothing before it, everything after it.
Ratio gone_of_year(int year, Day day);

/// Spent of a budget, and by how much that is ahead of (behind, when negative) the time; nothing without a budget.
struct Rate {
  std::optional<Ratio> spent, ahead;
};
Rate rate_of(Money paid, Money budget, Ratio gone);

/// One month of the curve. `paid` and `paid_to_date` are nothing for months to come.
struct CurvePoint {
  std::optional<Money> paid, paid_to_date;
  Money even_to_date; ///< what an even year would have spent by the month's end
  Ratio gone;         ///< at the month's end, or on the day within the month that runs
  Rate rate;
};
/// paid: by month, refunds taken off. Fault money.overflow.
Result<std::array<CurvePoint, kMonths>> curve_of(const std::array<Money, kMonths>& paid, Money budget, int year,
                                                 Day day);

} // namespace onebudget::ledger
