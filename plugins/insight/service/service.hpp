#pragma once
// What the plugin does on a host: follows the business records, rebuilds and compares, tells the outcome.

#include "sdk/cpp/handlers.hpp"

namespace onebudget::insight {

using plugin::Answer;
using plugin::Call;
using plugin::Event;
using plugin::Job;
using plugin::Json;
using plugin::Request;
using plugin::Row;

inline constexpr const char* kLine = "insight.project_line";
inline constexpr const char* kMonth = "insight.month_line";
inline constexpr const char* kPlace = "insight.alert_place";
inline constexpr const char* kProject = "compilation.project";
inline constexpr const char* kIndicator = "ledger.indicator";
inline constexpr const char* kContract = "monitoring.contract";
inline constexpr const char* kAlert = "monitoring.alert";

/// records.changed of the watched entities: the rows of the projects behind it are computed anew. A second time is
/// harmless.
Result<void> follow_change(Call& call, const Event& event);
/// insight.rebuild.asked: begins the job in the plugin's name.
Result<void> follow_asked(Call& call, const Event& event);

/// Jobs rebuild (always) and fill (only when no rebuild ever ended): every project's rows against the business records,
/// a hundred projects in one unit of work; what differs is looked at a second time before it counts as drift, because a
/// record of the last second may be on its way. → {projects, rows, differing, mended, samples[]}.
Result<Json> rebuild_job(Call& call, Job& job);
/// POST /rebuild → 202; the outcome stands at GET /rebuild.
Result<Answer> start_rebuild(Call& call, const Request& request);
/// GET /rebuild → {state: never | running | done, …} of the newest comparison.
Result<Answer> show_rebuild(Call& call, const Request& request);

/// POST /map {approval_no, map: FeatureCollection} → {approval_no, features}: the outlines that the operator was
/// allowed to show, in place of the tiles. Features are areas with a region code; only codes and rings are kept,
/// rounded to ten metres. Refused as insight.map with every mistake: form, code, outline, approval number.
Result<Answer> put_map(Call& call, const Request& request);
/// GET /map → the FeatureCollection with approval_no; no features when there is none.
Result<Answer> show_map(Call& call, const Request& request);
/// DELETE /map: the tiles again.
Result<Answer> drop_map(Call& call, const Request& request);

} // namespace onebudget::insight
