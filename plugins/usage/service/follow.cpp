// Committed events, taken down as rows: where, when, how long, how much.

#include <algorithm>
#include <array>

#include "plugins/usage/service/service.hpp"

namespace onebudget::usage {

namespace {

constexpr std::int64_t kDayMs = 86'400'000, kChinaMs = 8 * 3'600'000;

Day day_of(std::int64_t at_ms) { return Day::from_number(static_cast<std::int32_t>((at_ms + kChinaMs) / kDayMs)); }

plugin::Query where(std::string filter) {
  plugin::Query query;
  query.filter = std::move(filter);
  return query;
}

/// What is about to be written; the place is filled in by `keep`.
struct Taken {
  const Event& event;
  std::string source, kind;
  RecordId unit;
  std::int64_t year = 0; ///< 0 = the year of the day
  Json more = Json::object();
};

/// One row for each source; `again` says whether the newest word on it counts.
Result<void> keep(const Call& call, const Taken& taken, bool again = false) {
  OB_TRY(const auto known, call.records().first(kEvent, where("source==" + plugin::quoted(taken.source))));
  if (known && !again) return {};
  OB_TRY(const Row node, call.node(taken.unit));
  const Day day = day_of(taken.event.at_ms);
  Json row = taken.more;
  row.update({{"source", taken.source},
              {"kind", taken.kind},
              {"topic", taken.event.topic},
              {"unit", taken.unit.str()},
              {"region_code", node.text("region_code")},
              {"year", taken.year != 0 ? taken.year : day.year()},
              {"month", day.str().substr(0, 7)},
              {"day", day.str()},
              {"at", taken.event.at_ms}});
  if (known) return call.records().update(kEvent, known->id(), known->version(), row);
  const auto made = call.records().insert(kEvent, row);
  return made ? Result<void>() : Result<void>(made.fault());
}

/// The record that a transition was made of; none when it is gone.
Result<Row> moved(const Call& call, const Event& event) {
  const Row payload(event.payload);
  auto row = call.records().get(payload.text("entity"), payload.ref("id"));
  if (!row && row.fault().kind == FaultKind::not_found) return Row();
  return row;
}

Json subject(const Event& event) {
  const Row payload(event.payload);
  return {{"subject_entity", payload.text("entity")}, {"subject_id", payload.text("id")}};
}

/// Where the newest row of an entity lies; none when this is not for the plugin to see.
RecordId newest_place(const Call& call, const std::string& entity) {
  plugin::Query newest;
  newest.sort = "-id";
  const auto row = call.records().first(entity, newest);
  if (!row || !*row) return {};
  for (const char* owner : {"unit", "region", "node"})
    if ((*row)->has(owner)) return (*row)->ref(owner);
  return {};
}

/// Where whoever imported holds a post. With posts in several places: in that one under which the newest row of a file
/// that was taken lies, else the first.
Result<RecordId> place_of_import(const Call& call, const Row& payload, bool taken) {
  std::vector<Row> posts;
  if (const std::string user = payload.text("user"); !user.empty() && user != "0") {
    OB_TRY(posts, call.holders({{"user", user}}));
  }
  if (posts.size() == 1) return posts.front().ref("node");
  const RecordId newest = taken ? newest_place(call, payload.text("entity")) : RecordId();
  if (posts.empty() || newest.none()) return posts.empty() ? newest : posts.front().ref("node");
  OB_TRY(const Row row, call.node(newest));
  for (const Row& post : posts)
    if (row.text("path").rfind(post.text("path"), 0) == 0) return post.ref("node");
  return posts.front().ref("node");
}

} // namespace

Result<void> follow_approval(Call& call, const Event& event) {
  const Row payload(event.payload);
  const bool finished = event.topic == "workflow.case.finished", step = event.topic == "workflow.step.acted";
  const std::string result = payload.text("result");
  if (step && result != "approved" && result != "returned") return {}; // handed over or cancelled: nobody decided
  Taken taken{
      event,         "", finished ? "case_finished" : step ? "step_acted" : "case_returned", payload.ref("unit"), 0,
      subject(event)};
  // A case comes back as often as somebody returns it; each time is told apart by its moment.
  taken.source = event.topic + "/" + payload.text(step ? "task" : "case");
  if (!finished && !step) taken.source += "/" + std::to_string(payload.number("at_ms"));
  taken.more["rule"] = step ? payload.text("step") : result;
  if (finished || step) {
    const std::int64_t at = payload.number("at_ms", event.at_ms);
    taken.more["calendar_days"] = day_of(at).number() - day_of(at - payload.number("wait_ms")).number();
    taken.more["workdays"] = payload.number("wait_workdays");
  }
  if (finished) {
    OB_TRY(const Row known, call.records().get("workflow.case", payload.ref("case")));
    taken.more["amount"] = known.at("amount");
  }
  return keep(call, taken);
}

Result<void> follow_opening(Call& call, const Event& event) {
  OB_TRY(const Row round, moved(call, event));
  if (round.none() || round.text("step") != "one_up") return {};
  const std::int64_t year = round.number("fiscal_year");
  return keep(call, {event, "opened/" + round.text("region") + "/" + std::to_string(year), "round_opened",
                     round.ref("region"), year, subject(event)});
}

Result<void> follow_version(Call& call, const Event& event) {
  OB_TRY(const Row version, moved(call, event));
  if (version.none() || version.text("step") != "two_up") return {};
  const std::int64_t year = version.number("fiscal_year");
  Taken taken{event,      "declared/" + version.text("unit") + "/" + std::to_string(year),
              "declared", version.ref("unit"),
              year,       subject(event)};
  taken.more["amount"] = version.at("total");
  OB_TRY(const Row node, call.node(version.ref("unit")));
  const std::string opened =
      "kind==round_opened;year==" + std::to_string(year) + ";region_code==" + plugin::quoted(node.text("region_code"));
  OB_TRY(const auto opening, call.records().first(kEvent, where(opened)));
  const auto from = opening ? opening->day("day") : std::nullopt;
  if (!from) return {}; // declared before anybody watched: how long it took is not known
  const Day to = day_of(event.at_ms);
  taken.more["calendar_days"] = to.number() - from->number();
  OB_TRY(const auto workdays, workdays_between(call, *from, to));
  if (workdays) taken.more["workdays"] = *workdays;
  return keep(call, taken, true);
}

Result<void> follow_issue(Call& call, const Event& event) {
  const Row payload(event.payload);
  if (payload.number("part", 1) != 1) return {};
  return keep(call, {event,
                     "issued/" + payload.text("batch"),
                     "issued",
                     payload.ref("unit"),
                     payload.number("fiscal_year"),
                     {{"subject_entity", "compilation.budget_issue"},
                      {"subject_id", payload.text("batch")},
                      {"amount", payload.at("total")}}});
}

Result<void> follow_payment(Call& call, const Event& event) {
  const Row payload(event.payload);
  if (payload.text("kind") != "payment") return {};
  return keep(call, {event,
                     "paid/" + payload.text("certificate"),
                     "paid",
                     payload.ref("unit"),
                     payload.day("paid_on").value_or(day_of(event.at_ms)).year(),
                     {{"subject_entity", "treasury.payment_certificate"},
                      {"subject_id", payload.text("certificate")},
                      {"amount", payload.at("amount")}}});
}

Result<void> follow_alert(Call& call, const Event& event) {
  const Row payload(event.payload);
  const auto alert = call.records().get("monitoring.alert", payload.ref("alert"));
  return keep(call, {event,
                     "alert/" + payload.text("alert"),
                     "alert",
                     payload.ref("unit"),
                     alert ? alert->number("fiscal_year") : 0,
                     {{"subject_entity", "monitoring.alert"},
                      {"subject_id", payload.text("alert")},
                      {"rule", payload.text("rule")}}});
}

Result<void> follow_finding(Call& call, const Event& event) {
  OB_TRY(const Row alert, moved(call, event));
  if (alert.none()) return {};
  plugin::Query newest = where("alert==" + alert.id().str());
  newest.sort = "-id";
  OB_TRY(const auto finding, call.records().first("monitoring.finding", newest));
  Taken taken{event,         "finding/" + alert.id().str(), "finding", alert.ref("unit"), alert.number("fiscal_year"),
              subject(event)};
  taken.more["rule"] = alert.text("rule");
  if (finding) {
    OB_TRY(const Money sum, finding->money("recover_amount").plus(finding->money("adjust_amount")));
    taken.more["amount"] = plugin::abi(sum);
  }
  return keep(call, taken, true);
}

Result<void> follow_performance(Call& call, const Event& event) {
  const Row payload(event.payload);
  // The plugin publishes a topic of its own beside the kernel's of the same name: one of them is enough.
  if (payload.text("entity").empty()) return {};
  OB_TRY(const Row row, moved(call, event));
  if (row.none()) return {};
  const std::int64_t year = row.number("fiscal_year");
  const std::string object = row.has("project") ? row.text("project") : "unit" + row.text("unit");
  const std::string kind = event.topic == "performance.goal.approved"          ? "goal"
                           : event.topic == "performance.evaluation.confirmed" ? "evaluated"
                                                                               : "result";
  // A project counts once however many goals, self-, department's and finance evaluations it has.
  Taken taken{event, kind + "/" + object + "/" + std::to_string(year), kind, row.ref("unit"), year, subject(event)};
  taken.more["rule"] = row.has("grade") ? row.text("grade") : "";
  if (kind == "result") taken.more["amount"] = row.at("change");
  return keep(call, taken);
}

Result<void> follow_import(Call& call, const Event& event) {
  const Row payload(event.payload);
  const bool taken = event.topic == "records.imported";
  OB_TRY(const RecordId place, place_of_import(call, payload, taken));
  if (place.none()) return {};
  return keep(call, {event,
                     "imported/" + payload.text("request_id") + "/" + payload.text("entity"),
                     "imported",
                     place,
                     0,
                     {{"subject_entity", payload.text("entity")},
                      {"rule", taken ? "taken" : "refused"},
                      {"rows", payload.number("rows")},
                      {"bad_rows", payload.number("invalid")}}});
}

} // namespace onebudget::usage
