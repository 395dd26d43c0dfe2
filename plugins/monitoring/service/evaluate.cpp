// The scan: judges what is new, raises alerts once for each cause, tells rule by rule what has run.

#include <algorithm>

#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

namespace {

constexpr std::int64_t kAtOnce = 200; ///< rows in one unit of work
constexpr const char* kRunKey = "run";
constexpr const char* kAsked = "monitoring.evaluation.asked";
constexpr std::int64_t kScanKept_ms = 86'400'000;

std::string scan_key(const std::string& scan) { return "scan/" + scan; }

/// Rule by rule: how many objects of its subject were looked at, hits, and sources that were missing; and how far the
/// walk over each source has come.
class Tally {
 public:
  Tally(const Json& state, Day day) : day_(day.str()) {
    const Row kept(state), rules(kept.at("rules"));
    if (kept.has("day")) day_ = kept.text("day");
    objects_ = kept.number("objects");
    walk_ = kept.at("walk");
    for (const Rule& rule : rule_list()) {
      const Row row(rules.at(rule.id));
      Count& count = counts_[std::string(rule.id)];
      count = {row.number("examined"), row.number("hits"), row.number("not_run"), {}, rule.subject};
      if (row.has("source")) count.source = {Row(row.at("source")).text("zh"), Row(row.at("source")).text("en")};
    }
  }

  void add(const Object& object) {
    ++objects_;
    for (auto& [rule, count] : counts_)
      if (object.subject == count.subject) ++count.examined;
    for (const Hit& hit : object.found.hits) ++counts_[hit.rule].hits;
    for (const NotRun& one : object.found.not_run) {
      Count& count = counts_[one.rule];
      if (count.not_run++ == 0) count.source = one.source;
    }
  }
  /// {day, objects, rules: {R01: {examined?, hits?, not_run?, source?}}}
  [[nodiscard]] Json json() const {
    Json rules = Json::object();
    for (const auto& [rule, count] : counts_) {
      Json row = Json::object();
      if (count.examined > 0) row["examined"] = count.examined;
      if (count.hits > 0) row["hits"] = count.hits;
      if (count.not_run > 0) {
        row["not_run"] = count.not_run;
        row["source"] = {{"zh", count.source.zh}, {"en", count.source.en}};
      }
      if (!row.empty()) rules[rule] = std::move(row);
    }
    return {{"day", day_}, {"objects", objects_}, {"rules", rules}};
  }
  [[nodiscard]] Json state() const {
    Json out = json();
    out["walk"] = walk_;
    return out;
  }

  /// The condition of rows that the walk over a source has not come to; empty at its start.
  [[nodiscard]] std::string ahead(const char* entity) const {
    const Row walk(walk_);
    return walk.has(entity) ? "id=gt=" + walk.text(entity) : "";
  }
  void walked(const char* entity, RecordId last) { walk_[entity] = last.str(); }

 private:
  struct Count {
    std::int64_t examined = 0, hits = 0, not_run = 0;
    Text source;
    std::string subject;
  };
  std::string day_;
  std::int64_t objects_ = 0;
  std::map<std::string, Count> counts_;
  Json walk_;
};

Json not_run_json(const Findings& found) {
  Json out = Json::array();
  for (const NotRun& one : found.not_run)
    out.push_back({{"rule", one.rule}, {"source", {{"zh", one.source.zh}, {"en", one.source.en}}}});
  return out;
}

/// What events tell again and again is judged by them; a row that changed within the last minute would only put the
/// unit of all the others at odds with its next change.
bool still_moving(const Call& call, const Row& row) {
  constexpr std::int64_t kMinute_ms = 60'000;
  constexpr std::string_view kTellers[] = {"ledger", "treasury", "execution", "contract", "compilation", "registry"};
  const std::string told_by = row.text("told_by");
  return std::find(std::begin(kTellers), std::end(kTellers), told_by) != std::end(kTellers) &&
         call.now_ms() - std::max(row.number("created_at"), row.number("updated_at")) < kMinute_ms;
}

/// Judges the next rows of a source in order of id: all of them, or those that changed since they were judged. Answers
/// whether there may be more.
Result<bool> some(const Call& call, Standing& standing, const char* entity, bool full, Tally& tally) {
  std::string filter = tally.ahead(entity);
  if (!full) filter += filter.empty() ? "checked==false" : ";checked==false";
  OB_TRY(auto rows, call.records().list(entity, where(filter, "id", kAtOnce)));
  const bool more = rows.size() == static_cast<std::size_t>(kAtOnce);
  if (!rows.empty()) tally.walked(entity, rows.back().id());
  std::erase_if(rows, [&](const Row& row) { return still_moving(call, row); });
  OB_TRY(const auto objects, judge_rows(call, standing, entity, rows));
  OB_CHECK(mark_rows(call, standing, entity, objects));
  if (entity == std::string_view(kContract)) {
    std::vector<Row> fresh;
    for (const Row& row : rows)
      if (!row.flag("checked")) fresh.push_back(row);
    OB_CHECK(tell_purchases(call, fresh));
    OB_CHECK(tell_suppliers(call, full ? rows : fresh)); // the registers may have come in the meantime
  }
  for (const Object& object : objects) tally.add(object);
  return more;
}

} // namespace

Result<std::vector<Object>> judge_rows(const Call& call, Standing& standing, const char* entity,
                                       const std::vector<Row>& rows) {
  OB_TRY(auto objects, objects_of(call, entity, rows, standing.day()));
  OB_CHECK(judge(call, standing, objects));
  OB_CHECK(raise_alerts(call, standing, objects));
  OB_CHECK(list_unmatched(call, objects));
  return objects;
}

Result<void> mark_rows(const Call& call, const Standing& standing, const char* entity,
                       const std::vector<Object>& objects) {
  for (const Object& object : objects) {
    const Json not_run = not_run_json(object.found);
    if (object.checked && object.not_run == not_run) continue;
    OB_CHECK(call.records().update(entity, object.row, object.version,
                                   {{"checked", true}, {"checked_on", standing.day().str()}, {"not_run", not_run}}));
  }
  return {};
}

Result<Json> evaluate_job(Call& call, Job& job) {
  OB_TRY(const Json payload, job.payload());
  const Row asked(payload);
  const Day day = asked.day("day").value_or(call.today());
  const bool full = job.name() == "nightly" || asked.flag("full");
  OB_TRY(const Json state, job.last_checkpoint());
  Tally tally(state, day);
  OB_TRY(Standing standing, Standing::load(call, day));
  if (full) OB_CHECK(tell_books(call, day, [&] { return job.checkpoint(tally.state()); }));
  for (const char* entity : kSources)
    while (!job.cancelled()) {
      OB_TRY(const bool more, some(call, standing, entity, full, tally));
      OB_CHECK(job.checkpoint(tally.state()));
      if (!more) break;
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
