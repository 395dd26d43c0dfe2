// A policy of results: checked, simulated on a past year before it is submitted, approved by a second person.
#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

constexpr const char* kPack = "performance.policy_pack";

/// Confirmed evaluations of a region and year, one for each project.
Result<std::vector<Row>> evaluations_of(const Call& call, const std::string& region_code, int year, bool self_too) {
  return best_evaluations(call, year, self_too ? "self,department,finance" : "department,finance",
                          [&](const Row& unit) { return unit.text("region_code") == region_code; });
}

Result<std::vector<Subject>> subjects_of(const Call& call, const std::vector<Row>& evaluations) {
  std::map<std::string, Grade> grades;
  std::set<std::string> ids;
  for (const Row& row : evaluations) {
    ids.insert(row.text("project"));
    grades[row.text("project")] = grade_of(row.text("grade")).value_or(Grade::good);
  }
  std::vector<Subject> out;
  OB_CHECK(by_hundreds(ids, "id", [&](const std::string& filter) {
    return call.records().each(kProject, where(filter), [&](const Row& row) -> Result<void> {
      out.push_back({row.text("code"), grades[row.id().str()], row.money("year_amount"),
                     shield_of(row.text("spending_order"), row.flag("three_guarantees"))});
      return {};
    });
  }));
  return out;
}

Result<std::set<std::string>> terminated_among(const Call& call, const std::vector<Row>& evaluations) {
  std::set<std::string> ids, out;
  for (const Row& row : evaluations) ids.insert(row.text("project"));
  OB_CHECK(by_hundreds(ids, "id", [&](const std::string& filter) {
    return call.records().each(kProject, where(filter + ";status==terminated", "", {"status"}),
                               [&](const Row& row) -> Result<void> {
                                 out.insert(row.id().str());
                                 return {};
                               });
  }));
  return out;
}

Json by_grade(const Simulation& simulation) {
  Json out = Json::object();
  for (std::size_t i = 0; i < simulation.by_grade.size(); ++i)
    out[code_of(static_cast<Grade>(i))] = {{"projects", simulation.by_grade[i]},
                                           {"change", simulation.change_by_grade[i].to_yuan()}};
  return out;
}

} // namespace

Result<void> validate_policy(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == plugin::Action::remove) return {};
  const auto pack = pack_of(change.after);
  if (!pack) {
    verdict.report("/rules", pack.fault().code, pack.fault().message,
                   Text{"请按说明书填写四个等级的规则。", "Write the rules of all four grades as the manual says."});
    return {};
  }
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  verdict.report(check_pack(*pack, parameters));
  if (!moves(change, "submit") && !moves(change, "approve")) return {};
  OB_TRY(const std::string digest, digest_of(call, change.after.at("rules")));
  if (change.after.text("simulated_digest") != digest)
    verdict.report(
        "/simulated_year", "performance.policy_simulated",
        Text{"现在的规则还没有在上一年度的结果上模拟过。", "These rules have not been simulated on a past year."},
        Text{"请先模拟，看清影响再送审。", "Simulate them first and look at what they do."});
  return {};
}

Result<Answer> simulate_policy(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  OB_TRY(const int year, year_member(body, "fiscal_year"));
  OB_TRY(const Row row, call.records().get(kPack, id));
  OB_TRY(const PolicyPack pack, pack_of(row));
  OB_TRY(const Row region, call.node(row.ref("region")));
  OB_TRY(const auto evaluations, evaluations_of(call, region.text("region_code"), year, true));
  OB_TRY(const auto subjects, subjects_of(call, evaluations));
  OB_TRY(const Simulation done, simulate(pack, subjects));
  OB_TRY(const std::string digest, digest_of(call, row.at("rules")));
  Json values = {{"subjects", done.subjects},
                 {"shielded", done.shielded},
                 {"cut", done.cut},
                 {"raised", done.raised},
                 {"cancelled", done.cancelled},
                 {"base", plugin::abi(done.base)},
                 {"amount", plugin::abi(done.amount)},
                 {"change", plugin::abi(done.change)},
                 {"by_grade", by_grade(done)}};
  OB_TRY(const auto known, call.records().first("performance.policy_simulation",
                                                where("pack==" + id.str() + ";fiscal_year==" + std::to_string(year) +
                                                      ";digest==" + plugin::quoted(digest))));
  if (known) {
    OB_CHECK(call.records().update("performance.policy_simulation", known->id(), known->version(), values));
  } else {
    Json fresh = {{"region", row.text("region")}, {"pack", id.str()}, {"fiscal_year", year}, {"digest", digest}};
    fresh.update(values);
    OB_TRY(const RecordId made, call.records().insert("performance.policy_simulation", fresh));
    static_cast<void>(made);
  }
  if (row.text("status") == "draft")
    OB_CHECK(call.records().update(kPack, id, row.version(), {{"simulated_year", year}, {"simulated_digest", digest}}));
  for (const char* field : {"base", "amount", "change"})
    values[field] = Money::from_fen(values[field].get<std::int64_t>()).to_yuan();
  values["digest"] = digest;
  return Answer::json(values);
}

Result<Answer> propose_results(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  OB_TRY(const RecordId region_id, id_member(body, "region"));
  OB_TRY(const int year, year_member(body, "fiscal_year"));
  OB_TRY(const Row region, call.node(region_id));
  const std::string day = call.today().str();
  OB_TRY(const auto pack,
         call.records().first(kPack, where("region==" + region_id.str() + ";status==in_force;valid_from=le=" + day,
                                           "-valid_from,-edition")));
  if (!pack)
    return refusal("performance.no_policy",
                   {"该地区没有生效的结果应用政策。", "The region has no policy of results in force."},
                   {{"/region",
                     "performance.no_policy",
                     {"没有生效的政策。", "No policy is in force."},
                     {"请先制定、模拟并批准政策。", "Write, simulate and approve one first."}}});
  OB_TRY(const auto evaluations, evaluations_of(call, region.text("region_code"), year, false));
  OB_TRY(const auto gone, terminated_among(call, evaluations));
  Json created = Json::array();
  int skipped = 0;
  for (const Row& evaluation : evaluations) {
    OB_TRY(const auto known,
           call.records().first(kResult, where("project==" + evaluation.text("project") +
                                               ";fiscal_year==" + std::to_string(year) + ";status!=revoked")));
    if (known || gone.count(evaluation.text("project")) > 0) {
      ++skipped;
      continue;
    }
    OB_TRY(const RecordId made, call.records().insert(kResult, {{"unit", evaluation.text("unit")},
                                                                {"project", evaluation.text("project")},
                                                                {"evaluation", evaluation.id().str()},
                                                                {"pack", pack->id().str()},
                                                                {"fiscal_year", year}}));
    created.push_back(made.str());
  }
  return Answer::json({{"created", created}, {"skipped", skipped}, {"pack", pack->id().str()}});
}

} // namespace onebudget::performance
