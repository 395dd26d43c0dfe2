// The scan: judges what is new, raises alerts once for each cause, tells rule by rule what has run.

#include "plugins/monitoring/service/sources.hpp"

namespace onebudget::monitoring {

namespace {

constexpr std::int64_t kAtOnce = 200; ///< rows in one unit of work
constexpr const char* kRunKey = "run";
constexpr const char* kAsked = "monitoring.evaluation.asked";
constexpr std::int64_t kScanKept_ms = 86'400'000;

std::string scan_key(const std::string& scan) { return "scan/" + scan; }

/// Rule by rule: how many objects of its subject were looked at, hits, and sources that were missing.
class Tally {
 public:
  Tally(const Json& state, Day day)
      : json_(state.is_object() ? state : Json{{"day", day.str()}, {"rules", Json::object()}}) {}

  void add(const Object& object) {
    json_["objects"] = Row(json_).number("objects") + 1;
    for (const Rule& rule : rule_list())
      if (object.subject == rule.subject) add(rule.id, "examined");
    for (const Hit& hit : object.found.hits) add(hit.rule, "hits");
    for (const NotRun& one : object.found.not_run) {
      add(one.rule, "not_run");
      json_["rules"][one.rule]["source"] = {{"zh", one.source.zh}, {"en", one.source.en}};
    }
  }
  [[nodiscard]] const Json& json() const { return json_; }

 private:
  void add(std::string_view rule, const char* what) {
    Json& row = json_["rules"][std::string(rule)];
    row[what] = Row(row).number(what) + 1;
  }
  Json json_;
};

Json not_run_json(const Findings& found) {
  Json out = Json::array();
  for (const NotRun& one : found.not_run)
    out.push_back({{"rule", one.rule}, {"source", {{"zh", one.source.zh}, {"en", one.source.en}}}});
  return out;
}

/// Judges some rows; answers how many.
Result<std::size_t> some(const Call& call, Standing& standing, const char* entity, const std::string& filter,
                         Tally& tally) {
  OB_TRY(const auto rows, call.records().list(entity, where(filter, "", kAtOnce)));
  OB_TRY(auto objects, objects_of(call, entity, rows, standing.day()));
  OB_CHECK(judge(call, standing, objects));
  OB_CHECK(raise_alerts(call, standing, objects));
  OB_CHECK(list_unmatched(call, objects));
  for (const Object& object : objects) {
    tally.add(object);
    OB_CHECK(call.records().update(
        entity, object.row, object.version,
        {{"checked", true}, {"checked_on", standing.day().str()}, {"not_run", not_run_json(object.found)}}));
  }
  return rows.size();
}

} // namespace

Result<Json> evaluate_job(Call& call, Job& job) {
  OB_TRY(const Json payload, job.payload());
  const Row asked(payload);
  const Day day = asked.day("day").value_or(call.today());
  const bool full = job.name() == "nightly" || asked.flag("full");
  const std::string stale = "(checked==false,checked_on=lt=" + day.str() + ")";
  OB_TRY(const Json state, job.last_checkpoint());
  Tally tally(state, day);
  OB_TRY(Standing standing, Standing::load(call, day));
  for (const char* entity : kSources)
    while (!job.cancelled()) {
      OB_TRY(const std::size_t judged, some(call, standing, entity, full ? stale : "checked==false", tally));
      OB_CHECK(job.checkpoint(tally.json()));
      if (judged < static_cast<std::size_t>(kAtOnce)) break;
    }
  if (full) OB_CHECK(call.kv().put(kRunKey, plugin::dump(tally.json())));
  if (asked.has("scan"))
    OB_CHECK(call.kv().put(scan_key(asked.text("scan")), plugin::dump(tally.json()), kScanKept_ms));
  return tally.json();
}

Result<Answer> start_evaluation(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  const Row asked(body);
  if (asked.has("day") && !asked.day("day"))
    return fault(FaultKind::malformed, "monitoring.day",
                 {"检查日期应为 YYYY-MM-DD。请改正。", "The day is written YYYY-MM-DD. Correct it."});
  Json payload = {{"full", asked.flag("full")}, {"scan", call.request_id()}};
  if (asked.has("day")) payload["day"] = asked.text("day");
  OB_CHECK(call.publish(kAsked, "evaluation", payload));
  return Answer::json({{"scan", call.request_id()}}, 202);
}

Result<void> follow_asked(Call& call, const Event& event) {
  const auto job = call.submit("evaluate", event.payload);
  return job ? Result<void>() : Result<void>(job.fault());
}

Result<Answer> show_scan(Call& call, const Request& request) {
  const std::string scan = request.parameter("scan").value_or("");
  OB_TRY(const auto kept, call.kv().get(scan_key(scan)));
  if (!kept) return Answer::json({{"scan", scan}, {"state", "running"}});
  return Answer::json({{"scan", scan}, {"state", "done"}, {"result", Json::parse(*kept, nullptr, false)}});
}

Result<Answer> show_run(Call& call, const Request& request) {
  static_cast<void>(request);
  OB_TRY(const auto kept, call.kv().get(kRunKey));
  const Json run = kept ? Json::parse(*kept, nullptr, false) : Json(Json::object());
  const Row rules(Row(run).at("rules"));
  Json items = Json::array();
  for (const Rule& rule : rule_list()) {
    const Row row(rules.at(rule.id));
    const std::int64_t examined = row.number("examined"), missing = row.number("not_run"), hits = row.number("hits");
    const bool ran = hits > 0 || examined > missing;
    Json item = {
        {"rule", std::string(rule.id)}, {"title", {{"zh", std::string(rule.zh)}, {"en", std::string(rule.en)}}},
        {"level", code_of(rule.level)}, {"live", rule.live},
        {"examined", examined},         {"hits", hits},
        {"not_run", missing},           {"state", ran ? "run" : "not_run"}};
    if (!ran || missing > 0)
      item["source"] = row.has("source") ? row.at("source") : Json{{"zh", rule.source->zh}, {"en", rule.source->en}};
    items.push_back(std::move(item));
  }
  return Answer::json({{"day", Row(run).at("day")}, {"objects", Row(run).number("objects")}, {"items", items}});
}

} // namespace onebudget::monitoring
