#pragma once
// Brings rows of the one table to what the business records say.

#include <set>
#include <string>
#include <vector>

#include "plugins/insight/service/service.hpp"

namespace onebudget::insight {

struct Kept {
  std::int64_t projects = 0, rows = 0; ///< looked at, and rows that there ought to be
  std::set<std::string> differing;     ///< codes of projects whose rows were not as they ought to be
};

/// Compares the rows of these projects with the records behind them. With `mend` what differs is written: up to 20 rows
/// in the unit of work, more as one upsert of their own.
Result<Kept> keep(const Call& call, const std::set<std::string>& codes, bool mend);

/// Where these alerts belong now (insight.alert_place). The change of a place is an event of its own, which brings the
/// project's rows up to date.
Result<void> place_alerts(const Call& call, const std::set<std::string>& alerts);

} // namespace onebudget::insight
