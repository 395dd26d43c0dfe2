// POST /threshold/{id}/preview: what a draft would have changed on last year's records.

#include "plugins/monitoring/domain/handling.hpp"
#include "plugins/monitoring/service/sources.hpp"

namespace onebudget::monitoring {

namespace {

constexpr std::size_t kMostObjects = 100'000, kMostShown = 100;

struct Seen {
  std::map<std::string, std::string> hits; ///< cause → level
};

void take(const std::vector<Object>& objects, const Standing& standing, const std::string& rule, Seen& seen) {
  for (const Object& object : objects)
    for (const Hit& hit : object.found.hits)
      if (hit.rule == rule)
        seen.hits[object.unit.str() + "|" + cause_key(rule, object.subject, object.object, object.year, hit.cause)] =
            code_of(standing.rules().level_of(hit));
}

Json only_in(const Seen& one, const Seen& other, std::int64_t& count) {
  Json out = Json::array();
  for (const auto& [cause, level] : one.hits) {
    const auto twin = other.hits.find(cause);
    if (twin != other.hits.end() && twin->second == level) continue;
    ++count;
    if (out.size() < kMostShown) out.push_back({{"cause", cause}, {"level", level}});
  }
  return out;
}

struct Trial {
  Standing before, after;
  std::string rule;
  int year;
  Seen seen_before, seen_after;
  std::size_t objects = 0;
};

Result<void> batch(const Call& call, Trial& trial, const char* entity, std::vector<Row>& rows) {
  OB_TRY(auto objects, objects_of(call, entity, rows, *Day::of(trial.year, 12, 31)));
  rows.clear();
  trial.objects += objects.size();
  OB_CHECK(judge(call, trial.before, objects));
  take(objects, trial.before, trial.rule, trial.seen_before);
  OB_CHECK(judge(call, trial.after, objects));
  take(objects, trial.after, trial.rule, trial.seen_after);
  return {};
}

Result<void> try_source(const Call& call, Trial& trial, const char* entity) {
  const std::string filter = "fiscal_year==" + std::to_string(trial.year);
  OB_TRY(const auto all, call.records().list(entity, where(filter), kMostObjects));
  std::vector<Row> rows;
  for (const Row& row : all) {
    rows.push_back(row);
    if (rows.size() == 500) OB_CHECK(batch(call, trial, entity, rows));
  }
  return rows.empty() ? Result<void>() : batch(call, trial, entity, rows);
}

} // namespace

Result<Answer> preview_threshold(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row row, call.records().get(kThreshold, id));
  LimitRow draft = limit_row(row);
  const int year = draft.year - 1;
  draft.year = year; // as if it had held then
  OB_TRY(Standing before, Standing::load(call, *Day::of(year, 12, 31)));
  OB_TRY(Standing after, Standing::load(call, *Day::of(year, 12, 31), draft));
  Trial trial{std::move(before), std::move(after), row.text("rule"), year, {}, {}, 0};
  for (const char* entity : kSources) OB_CHECK(try_source(call, trial, entity));
  std::int64_t added = 0, gone = 0;
  Json preview = {{"year", year},
                  {"objects", trial.objects},
                  {"hits_before", trial.seen_before.hits.size()},
                  {"hits_after", trial.seen_after.hits.size()},
                  {"more", only_in(trial.seen_after, trial.seen_before, added)},
                  {"fewer", only_in(trial.seen_before, trial.seen_after, gone)}};
  preview["added"] = added;
  preview["gone"] = gone;
  OB_CHECK(call.records().update(kThreshold, id, row.version(),
                                 {{"preview", preview}, {"previewed_value", row.text("value")}}));
  return Answer::json(preview);
}

} // namespace onebudget::monitoring
