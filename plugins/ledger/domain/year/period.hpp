#pragma once
// Periods: which days may be posted to. After the year's end nothing reopens; corrections go into the current year
// (corrections, "Execute").

#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::ledger {

struct PeriodMarks {
  std::string month, year; ///< state of the month and of the whole year; empty = never touched, so open
};

/// Rule ledger.period_closed (423): a posting into a month or year that is not open. Nothing when it may be posted.
std::optional<Fault> check_posting(Day posted_on, const PeriodMarks& marks);
/// Rule ledger.posting_date: not in the future.
std::optional<FieldFault> check_posting_date(Day posted_on, Day today);

struct ClosingFacts {
  int month = 0; ///< 0 = the year
  std::string transition;
  std::string year_state;               ///< of the year's own row; empty = none
  std::vector<int> months_not_closed;   ///< of the year, when month is 0
  bool in_flight = false, left = false; ///< the year's indicators still hold reservations; or money not carried over
};
/// Rule ledger.period.
std::vector<FieldFault> check_period(const ClosingFacts& facts);

} // namespace onebudget::ledger
