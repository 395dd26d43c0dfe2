// Scenarios: the rule before a write, and POST /scenario/{id}/run.
#include "plugins/compilation/domain/forecast/scenario.hpp"

#include "plugins/compilation/service/plan/library.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr std::size_t kMostLines = 2000;

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

Result<Json> compared(const ScenarioResult& result, const std::vector<LibraryProject>& projects,
                      const std::string& language) {
  std::map<std::string, const LibraryProject*> by_id;
  for (const LibraryProject& project : projects) by_id[project.claim.id] = &project;
  std::map<std::string, Sums> departments, functions, regions;
  Json lines = Json::array();
  for (const ScenarioLine& line : result.lines) {
    const LibraryProject& project = *by_id.at(line.id);
    OB_CHECK(add(departments[project.department], line));
    OB_CHECK(add(functions[project.function.substr(0, 3)], line));
    OB_CHECK(add(regions[project.region], line));
    if (line.base == line.now || lines.size() == kMostLines) continue;
    lines.push_back({{"project", line.id},
                     {"code", project.code},
                     {"name", project.name},
                     {"base", line.base.to_yuan()},
                     {"now", line.now.to_yuan()},
                     {"reason", line.reason.in(language)}});
  }
  return Json{{"departments", told(departments)}, {"functions", told(functions)},
              {"regions", told(regions)},         {"projects", lines},
              {"digest", result.digest},          {"base_total", result.base_total.to_yuan()},
              {"total", result.total.to_yuan()},  {"base_gap", result.base_gap.to_yuan()},
              {"gap", result.gap.to_yuan()}};
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
  OB_TRY(const Row scenario, call.records().get("compilation.scenario", id));
  const int year = static_cast<int>(scenario.number("fiscal_year"));
  OB_TRY(const auto changes, changes_of(scenario.at("changes")));
  OB_TRY(const Policy policy, policy_for(call, year));
  OB_TRY(const Row region, call.node(scenario.ref("region")));
  OB_TRY(const auto library, library_of(call, region, year, true));
  std::vector<ScenarioProject> projects;
  std::map<std::string, Money> envelopes;
  for (const LibraryProject& one : library) {
    projects.push_back({one.claim.id, one.department, one.function, one.region, one.claim, one.by_standard});
    envelopes.emplace(one.region, Money());
  }
  OB_CHECK(call.records().each("compilation.revenue_estimate",
                               where("fiscal_year==" + std::to_string(year) + ";status==decided"),
                               [&](const Row& row) -> Result<void> {
                                 OB_TRY(const Row node, call.node(row.ref("region")));
                                 const auto own = envelopes.find(node.text("region_code"));
                                 if (own == envelopes.end()) return {};
                                 OB_TRY(own->second, own->second.plus(row.money("amount")));
                                 return {};
                               }));
  OB_TRY(const ScenarioResult result, run_scenario(projects, envelopes, changes, policy));
  OB_TRY(Json answer, compared(result, library, call.language()));
  const std::string before = scenario.text("digest");
  if (before != result.digest)
    OB_CHECK(call.records().update("compilation.scenario", id, scenario.version(),
                                   {{"digest", result.digest},
                                    {"base_total", plugin::abi(result.base_total)},
                                    {"total", plugin::abi(result.total)},
                                    {"guarantee_gap", plugin::abi(result.gap)},
                                    {"computed_at", call.now_ms()}}));
  answer["reproduced"] = before == result.digest;
  answer["id"] = id.str();
  answer["fiscal_year"] = year;
  return Answer::json(answer);
}

} // namespace onebudget::compilation
