// Rebuild and compare: every project's rows against the business records; a difference counts when it is still there
// at the second look.
#include "plugins/insight/service/keep.hpp"
#include "plugins/insight/service/sources.hpp"

namespace onebudget::insight {

namespace {

constexpr std::int64_t kAtOnce = 100; ///< projects in one unit of work
constexpr std::size_t kSamples = 20, kMostDiffering = 100'000;
constexpr const char* kOutcomeKey = "rebuild";
constexpr const char* kAsked = "insight.rebuild.asked";

/// Goes through projects by code; its state is what a checkpoint keeps.
class Comparison {
 public:
  /// `first`: nothing was ever kept, so what is missing is written at once.
  Comparison(Call& call, Job& job, bool first, const Json& state)
      : call_(call),
        job_(job),
        first_(first),
        state_(state.is_object() ? state
                                 : Json{{"phase", "alerts"},
                                        {"after", ""},
                                        {"projects", 0},
                                        {"rows", 0},
                                        {"differing", 0},
                                        {"suspects", Json::array()},
                                        {"samples", Json::array()}}) {}

  Result<Json> run() {
    OB_CHECK(alerts());
    OB_CHECK(projects());
    OB_CHECK(leftovers());
    OB_CHECK(second_look());
    state_.erase("suspects");
    state_.erase("after");
    state_.erase("phase");
    return state_;
  }

 private:
  [[nodiscard]] bool in(const char* phase) const { return Row(state_).text("phase") == phase && !job_.cancelled(); }
  Result<void> next_phase(const char* phase) {
    state_["phase"] = phase;
    state_["after"] = "";
    return job_.checkpoint(state_);
  }

  /// The next values of a field in order, behind the last one.
  Result<std::set<std::string>> page(const char* entity, const char* field, bool quoted) {
    plugin::Query query;
    const std::string after = Row(state_).text("after");
    if (!after.empty()) query.filter = std::string(field) + "=gt=" + (quoted ? plugin::quoted(after) : after);
    query.sort = field;
    query.fields = {field};
    query.limit = kAtOnce;
    std::set<std::string> out;
    std::string last = after;
    const auto read = call_.records().each(entity, query, [&](const Row& row) -> Result<void> {
      last = row.text(field);
      out.insert(last);
      return {};
    });
    if (!read && read.fault().code != "records.unknown_entity") return read.fault();
    state_["after"] = last;
    return out;
  }

  Result<void> alerts() {
    while (in("alerts")) {
      OB_TRY(const std::set<std::string> ids, page(kAlert, "id", false));
      if (ids.empty()) return next_phase("projects");
      OB_CHECK(place_alerts(call_, ids));
      OB_CHECK(job_.checkpoint(state_));
    }
    return {};
  }

  Result<void> compare(const std::set<std::string>& codes) {
    const bool at_once = first_ || state_["suspects"].size() >= kMostDiffering;
    OB_TRY(const Kept kept, keep(call_, codes, at_once));
    state_["projects"] = Row(state_).number("projects") + kept.projects;
    state_["rows"] = Row(state_).number("rows") + kept.rows;
    if (at_once)
      differ(kept.differing);
    else
      for (const std::string& code : kept.differing) state_["suspects"].push_back(code);
    return job_.checkpoint(state_);
  }

  void differ(const std::set<std::string>& codes) {
    state_["differing"] = Row(state_).number("differing") + static_cast<std::int64_t>(codes.size());
    for (const std::string& code : codes)
      if (state_["samples"].size() < kSamples) state_["samples"].push_back(code);
  }

  Result<void> projects() {
    while (in("projects")) {
      OB_TRY(const std::set<std::string> codes, page(kProject, "code", true));
      if (codes.empty()) return next_phase("leftovers");
      OB_CHECK(compare(codes));
    }
    return {};
  }

  /// Rows of projects that are gone.
  Result<void> leftovers() {
    while (in("leftovers")) {
      OB_TRY(const std::set<std::string> codes, page(kLine, "project_code", true));
      if (codes.empty()) return next_phase("second");
      OB_TRY(const Projects there, gather(call_, codes));
      for (const std::string& code : codes)
        if (!there.contains(code)) state_["suspects"].push_back(code);
      OB_CHECK(job_.checkpoint(state_));
    }
    return {};
  }

  Result<void> second_look() {
    while (in("second") && !state_["suspects"].empty()) {
      std::set<std::string> some;
      Json& suspects = state_["suspects"];
      while (!suspects.empty() && some.size() < static_cast<std::size_t>(kAtOnce)) {
        some.insert(suspects.back().get<std::string>());
        suspects.erase(suspects.size() - 1);
      }
      OB_TRY(const Kept kept, keep(call_, some, true));
      differ(kept.differing);
      OB_CHECK(job_.checkpoint(state_));
    }
    return {};
  }

  Call& call_;
  Job& job_;
  bool first_;
  Json state_;
};

} // namespace

Result<Json> rebuild_job(Call& call, Job& job) {
  OB_TRY(const auto before, call.kv().get(kOutcomeKey));
  const bool first = !before;
  if (job.name() == "fill" && !first) return Json{{"filled", false}};
  OB_TRY(const Json state, job.last_checkpoint());
  OB_TRY(Json outcome, Comparison(call, job, first, state).run());
  if (job.cancelled()) return outcome;
  outcome["first"] = first; // what was missing then was never kept, so it is no drift
  outcome["ended_at_ms"] = call.now_ms();
  OB_CHECK(call.kv().put(kOutcomeKey, plugin::dump(outcome)));
  return outcome;
}

Result<Answer> start_rebuild(Call& call, const Request& request) {
  static_cast<void>(request);
  OB_CHECK(call.publish(kAsked, "rebuild", {{"request", call.request_id()}}));
  return Answer::json({{"state", "asked"}}, 202);
}

Result<void> follow_asked(Call& call, const Event& event) {
  const auto job = call.submit("rebuild", event.payload);
  return job ? Result<void>() : Result<void>(job.fault());
}

Result<Answer> show_rebuild(Call& call, const Request& request) {
  static_cast<void>(request);
  OB_TRY(const auto kept, call.kv().get(kOutcomeKey));
  if (!kept) return Answer::json({{"state", "never"}});
  Json outcome = Json::parse(*kept, nullptr, false);
  outcome["state"] = "done";
  return Answer::json(outcome);
}

} // namespace onebudget::insight
