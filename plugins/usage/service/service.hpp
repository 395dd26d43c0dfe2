#pragma once
// What the plugin does on a host: it takes down committed events, and answers figures of them.

#include <string>

#include "sdk/cpp/handlers.hpp"

namespace onebudget::usage {

using plugin::Answer;
using plugin::Call;
using plugin::Event;
using plugin::Json;
using plugin::Request;
using plugin::Row;

inline constexpr const char* kEvent = "usage.event";

// Events. Each writes one row of usage.event at most, by the key of what happened: harmless when delivered again.
Result<void> follow_approval(Call& call, const Event& event); ///< workflow.case.finished|returned, workflow.step.acted
Result<void> follow_opening(Call& call, const Event& event);  ///< a round of a region opens; the first one counts
Result<void> follow_version(Call& call, const Event& event);  ///< second up frozen: days since the opening
Result<void> follow_issue(Call& call, const Event& event);
Result<void> follow_payment(Call& call, const Event& event);
Result<void> follow_alert(Call& call, const Event& event);
Result<void> follow_finding(Call& call, const Event& event);     ///< an alert found a violation, with what is recovered
Result<void> follow_performance(Call& call, const Event& event); ///< goals, evaluations and results
Result<void> follow_import(Call& call, const Event& event);

/// GET /figures?year=2026&by=region|month|unit|regime[&region=code] → {year, by, items: [{key, name, played, label,
/// figures}], total}: each number of what the caller sees, of one region where that is asked, with `behind`: the filter
/// of the list of recorded events that it was computed from. Faults usage.year, usage.by (malformed).
Result<Answer> show_figures(Call& call, const Request& request);

/// Working days from one day to a later one, by the workflow's calendar; the first day is not counted. None without
/// the workflow, and beyond 1,000.
Result<std::optional<int>> workdays_between(const Call& call, Day from, Day to);

} // namespace onebudget::usage
