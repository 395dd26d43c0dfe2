// Scenarios: the rule before a write, and POST /scenario/{id}/run.
#include "plugins/compilation/domain/forecast/scenario.hpp"

#include <algorithm>

#include "plugins/compilation/service/plan/library.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr const char* kScenario = "compilation.scenario";
constexpr std::size_t kMostLines = 2000, kMostProjects = 1'000'000;
constexpr std::int64_t kMostAtOnce = 20'000; ///< projects that are computed while the asker waits

std::optional<ChangeKind> kind_of(const std::string& text) {
  if (text == "standard") return ChangeKind::standard;
  if (text == "growth") return ChangeKind::growth;
  if (text == "score") return ChangeKind::score;
  if (text == "ceiling") return ChangeKind::ceiling;
  return text == "cut" ? std::optional<ChangeKind>(ChangeKind::cut) : std::nullopt;
}

Fault malformed(std::size_t i, const char* member) {
  const std::string place = "/changes/" + std::to_string(i) + "/" + member;
  return refusal("compilation.scenario",
                 {"情景的变动写法不对，请改正。", "A change of the scenario cannot be read; correct it."},
                 {{place,
                   "compilation.scenario",
                   {"写法不对。", "It cannot be read."},
                   {"请参照字段说明。", "See the help of the field."}}});
}

Result<std::vector<ScenarioChange>> changes_of(const Json& list) {
  std::vector<ScenarioChange> out;
  if (!list.is_array()) return malformed(0, "kind");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Row row(list[i]);
    const auto kind = kind_of(row.text("kind"));
    if (!kind) return malformed(i, "kind");
    ScenarioChange one;
    one.kind = *kind;
    one.department = row.text("department");
    one.function = row.text("function");
    one.region = row.text("region");
    one.points = static_cast<int>(row.number("points"));
    const Json factor = row.at("factor");
    if (!factor.is_null()) {
      const auto share = Ratio::parse(factor.is_string() ? factor.get<std::string>() : factor.dump());
      if (!share) return malformed(i, "factor");
      one.factor = *share;
    }
    out.push_back(std::move(one));
  }
  return out;
}

struct Sums {
  Money base, now;
};

Json told(const std::map<std::string, Sums>& sums) {
  Json out = Json::array();
  for (const auto& [code, sum] : sums)
    out.push_back({{"code", code}, {"base", sum.base.to_yuan()}, {"now", sum.now.to_yuan()}});
  return out;
}

Result<void> add(Sums& sums, const ScenarioLine& line) {
  OB_TRY(sums.base, sums.base.plus(line.base));
  OB_TRY(sums.now, sums.now.plus(line.now));
  return {};
}

/// Which projects are told one by one: codes that begin so, empty = all.
struct Told {
  std::string department, function, region;

  [[nodiscard]] bool holds(const ScenarioProject& one) const {
    return one.department.rfind(department, 0) == 0 && one.function.rfind(function, 0) == 0 &&
           one.region.rfind(region, 0) == 0;
  }
};

/// The projects at these places with their names and codes.
Result<Json> lines_of(const Call& call, const ScenarioResult& result, const std::vector<std::size_t>& places) {
  std::set<std::string> ids;
  for (const std::size_t at : places) ids.insert(result.projects[at].claim.id);
  OB_TRY(auto names, codes_of(call, kProject, ids, "name"));
  OB_TRY(auto codes, codes_of(call, kProject, ids));
  Json lines = Json::array();
  for (const std::size_t at : places) {
    const Claim& claim = result.projects[at].claim;
    const ScenarioLine& line = result.lines[at];
    lines.push_back({{"project", claim.id},
                     {"code", codes[claim.id]},
                     {"name", names[claim.id]},
                     {"base", line.base.to_yuan()},
                     {"now", line.now.to_yuan()},
                     {"reason", share_reason(claim, line.now).in(call.language())}});
  }
  return lines;
}

Result<Json> compared(const Call& call, const ScenarioResult& result, const Told& told_of) {
  std::map<std::string, Sums> departments, functions, regions;
  std::vector<std::size_t> places;
  std::size_t changed = 0;
  for (std::size_t at = 0; at < result.lines.size(); ++at) {
    const ScenarioProject& project = result.projects[at];
    const ScenarioLine& line = result.lines[at];
    OB_CHECK(add(departments[project.department], line));
    OB_CHECK(add(functions[project.function.substr(0, 3)], line));
    OB_CHECK(add(regions[project.region], line));
    if (line.base == line.now || !told_of.holds(project)) continue;
    ++changed;
    if (places.size() < kMostLines) places.push_back(at);
  }
  OB_TRY(const Json lines, lines_of(call, result, places));
  return Json{{"departments", told(departments)},
              {"functions", told(functions)},
              {"regions", told(regions)},
              {"projects", lines},
              {"changed", changed},
              {"count", result.lines.size()},
              {"digest", result.digest},
              {"base_total", result.base_total.to_yuan()},
              {"total", result.total.to_yuan()},
              {"base_gap", result.base_gap.to_yuan()},
              {"gap", result.gap.to_yuan()}};
}

/// 财力 of the regions that the projects lie in.
Result<std::map<std::string, Money>> envelopes_of(const Call& call, const std::vector<LibraryProject>& library,
                                                  int year) {
  std::map<std::string, Money> out;
  for (const LibraryProject& one : library) out.emplace(one.region, Money());
  OB_CHECK(call.records().each("compilation.revenue_estimate",
                               where("fiscal_year==" + std::to_string(year) + ";status==decided"),
                               [&](const Row& row) -> Result<void> {
                                 OB_TRY(const Row node, call.node(row.ref("region")));
                                 const auto own = out.find(node.text("region_code"));
                                 if (own == out.end()) return {};
                                 OB_TRY(own->second, own->second.plus(row.money("amount")));
                                 return {};
                               }));
  return out;
}

Result<ScenarioResult> run(const Call& call, const Row& scenario, int year) {
  OB_TRY(const auto changes, changes_of(scenario.at("changes")));
  OB_TRY(const Policy policy, policy_for(call, year));
  OB_TRY(const Row region, call.node(scenario.ref("region")));
  LibraryScope scope{.below = true, .most = kMostProjects};
  scope.standards = std::any_of(changes.begin(), changes.end(),
                                [](const ScenarioChange& one) { return one.kind == ChangeKind::standard; });
  OB_TRY(auto library, library_of(call, region, year, scope));
  OB_TRY(const auto envelopes, envelopes_of(call, library, year));
  std::vector<ScenarioProject> projects;
  projects.reserve(library.size());
  for (LibraryProject& one : library)
    projects.push_back({std::move(one.department), std::move(one.function), std::move(one.region), std::move(one.claim),
                        one.by_standard});
  library.clear();
  library.shrink_to_fit();
  return run_scenario(std::move(projects), envelopes, changes, policy);
}

Result<Json> computed(const Call& call, RecordId id, const Told& told_of) {
  OB_TRY(const Row scenario, call.records().get(kScenario, id));
  const int year = static_cast<int>(scenario.number("fiscal_year"));
  OB_TRY(const ScenarioResult result, run(call, scenario, year));
  OB_TRY(Json answer, compared(call, result, told_of));
  const std::string before = scenario.text("digest");
  if (before != result.digest)
    OB_CHECK(call.records().update(kScenario, id, scenario.version(),
                                   {{"digest", result.digest},
                                    {"base_total", plugin::abi(result.base_total)},
                                    {"total", plugin::abi(result.total)},
                                    {"guarantee_gap", plugin::abi(result.gap)},
                                    {"computed_at", call.now_ms()}}));
  answer["reproduced"] = before == result.digest;
  answer["id"] = id.str();
  answer["fiscal_year"] = year;
  return answer;
}

} // namespace

Result<void> validate_scenario(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  if (change.action != Action::create && change.action != Action::update) return {};
  const auto changes = changes_of(change.after.at("changes"));
  if (!changes) {
    verdict.report(changes.fault());
    return {};
  }
  verdict.report(check_scenario(*changes));
  return {};
}

Result<Answer> compute_scenario(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  const auto prefix = [&](const char* name) { return request.parameter(name).value_or(""); };
  const Told told_of{prefix("department"), prefix("function"), prefix("region")};
  OB_TRY(const Row scenario, call.records().get(kScenario, id));
  const std::string filter =
      "fiscal_year==" + std::to_string(scenario.number("fiscal_year")) + ";status=in=" + kLibraryStates;
  OB_TRY(const auto counted, call.records().aggregate(kProject, {filter, {}, {"count"}}));
  if (!counted.empty() && counted.front().number("count") > kMostAtOnce) {
    OB_TRY(const JobId job, call.submit("scenario", {{"scenario", id.str()},
                                                     {"department", told_of.department},
                                                     {"function", told_of.function},
                                                     {"region", told_of.region}}));
    return Answer::json({{"job", std::to_string(job.value)}}, 202);
  }
  OB_TRY(const Json answer, computed(call, id, told_of));
  return Answer::json(answer);
}

Result<Json> run_scenario_job(Call& call, plugin::Job& job) {
  OB_TRY(const Json payload, job.payload());
  const RecordId id = Row(payload).ref("scenario");
  const Row asked(payload);
  return computed(call, id, {asked.text("department"), asked.text("function"), asked.text("region")});
}

} // namespace onebudget::compilation
