// The draw: it happens with the plan's transition, from the confirmed self-evaluations of the region and year.
#include "plugins/performance/domain/evaluate/sampling.hpp"

#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

SamplingPlan plan_of(const Row& row) { return {row.number("seed"), row.ratio("share"), row.money("always_from")}; }

struct Field {
  std::vector<Candidate> candidates;
  std::map<std::string, std::string> projects; ///< code → id
};

/// Departments of units, each asked for once; empty for those of other regions.
class Places {
 public:
  Places(const Call& call, std::string region_code) : call_(call), region_code_(std::move(region_code)) {}
  Result<std::string> stratum(const Row& row) {
    const std::string unit = row.text("unit");
    const auto known = strata_.find(unit);
    if (known != strata_.end()) return known->second;
    OB_TRY(const Row node, call_.node(row.ref("unit")));
    const bool inside = node.text("region_code") == region_code_;
    return strata_[unit] = inside ? node.text("department_code") : std::string();
  }

 private:
  const Call& call_;
  std::string region_code_;
  std::map<std::string, std::string> strata_;
};

Result<std::set<std::string>> suspects(const Call& call, int year) {
  std::set<std::string> out;
  std::set<std::string> evaluations;
  OB_CHECK(call.records().each(
      kEvaluation, where("fiscal_year==" + std::to_string(year - 1) + ";status==confirmed;grade=in=(fair,poor)"),
      [&](const Row& row) -> Result<void> {
        out.insert("poor/" + row.text("project"));
        return {};
      }));
  OB_CHECK(call.records().each("performance.score_finding", where("status==open"), [&](const Row& row) -> Result<void> {
    out.insert("flagged/" + row.text("evaluation"));
    return {};
  }));
  return out;
}

Result<Field> field_of(const Call& call, const Row& plan) {
  Field out;
  const int year = static_cast<int>(plan.number("fiscal_year"));
  OB_TRY(const Row region, call.node(plan.ref("region")));
  Places places(call, region.text("region_code"));
  OB_TRY(const auto known, suspects(call, year));
  std::map<std::string, Candidate> by_project;
  OB_CHECK(call.records().each(kEvaluation,
                               where("kind==self;status==confirmed;fiscal_year==" + std::to_string(year), "id"),
                               [&](const Row& row) -> Result<void> {
                                 OB_TRY(const std::string stratum, places.stratum(row));
                                 if (stratum.empty() || !row.has("project")) return {};
                                 Candidate one;
                                 one.stratum = stratum;
                                 one.amount = row.money("full_budget");
                                 one.poor_before = known.count("poor/" + row.text("project")) > 0;
                                 one.flagged = known.count("flagged/" + row.id().str()) > 0;
                                 by_project[row.text("project")] = one;
                                 return {};
                               }));
  std::set<std::string> ids;
  for (const auto& [id, one] : by_project) ids.insert(id);
  OB_CHECK(by_hundreds(ids, "id", [&](const std::string& filter) {
    return call.records().each(kProject, where(filter, "", {"code"}), [&](const Row& row) -> Result<void> {
      Candidate& one = by_project[row.id().str()];
      one.code = row.text("code");
      out.projects[one.code] = row.id().str();
      out.candidates.push_back(one);
      return {};
    });
  }));
  return out;
}

} // namespace

Result<void> validate_sampling(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == plugin::Action::remove) return {};
  const SamplingPlan plan = plan_of(change.after);
  verdict.report(check_plan(plan));
  if (!moves(change, "draw") || verdict.findings() > 0) return {};
  OB_TRY(const Field field, field_of(call, change.after));
  if (field.candidates.empty()) {
    verdict.report("/fiscal_year", "performance.sampling",
                   Text{"该年度没有已确认的自评，无从抽样。", "No self-evaluation of the year is confirmed."},
                   Text{"请先完成自评确认。", "Have them confirmed first."});
    return {};
  }
  Json listed = Json::array();
  for (const Drawn& one : draw(plan, field.candidates)) {
    listed.push_back(one.code);
    OB_TRY(const RecordId made,
           call.records().insert("performance.sample_item", {{"region", change.after.text("region")},
                                                             {"plan", change.id.str()},
                                                             {"project", field.projects.at(one.code)},
                                                             {"stratum", one.stratum},
                                                             {"reason", one.reason.in(call.language())}}));
    static_cast<void>(made);
  }
  OB_TRY(const std::string digest, digest_of(call, listed));
  verdict.assign("candidates", field.candidates.size());
  verdict.assign("drawn", listed.size());
  verdict.assign("digest", digest);
  return {};
}

} // namespace onebudget::performance
