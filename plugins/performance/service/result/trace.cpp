// From an evidence file to a fen and back: every step between a score and a ceiling, computed again.
#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

constexpr const char* kCarried = "compilation.result_effect";

/// One evaluation with all that its total is made of.
struct Chain {
  Row evaluation;
  std::vector<SelfLine> lines;
  Points execution_weight;
};

Result<Chain> chain_of(const Call& call, RecordId evaluation) {
  Chain out;
  OB_TRY(out.evaluation, call.records().get(kEvaluation, evaluation));
  OB_TRY(out.lines, lines_of(call, evaluation));
  OB_TRY(const Scheme scheme, read_scheme(call, out.evaluation.ref("scheme")));
  out.execution_weight = scheme.execution;
  return out;
}

/// The total if the points of one line were zero.
Total total_without(const Chain& chain, std::size_t line, const Parameters& parameters) {
  std::vector<Weighed> weighed;
  for (std::size_t i = 0; i < chain.lines.size(); ++i)
    weighed.push_back(
        {chain.lines[i].line.weight, i == line ? Points() : chain.lines[i].points, chain.lines[i].line.applicable});
  return total_of(weighed, chain.execution_weight, points_in(chain.evaluation, "execution_points"), parameters);
}

Json result_json(const Row& result) {
  Json out = {{"id", result.id().str()}, {"base_amount", result.money("base_amount").to_yuan()}};
  for (const char* field : {"number", "status", "grade", "total", "pack", "pack_told", "fiscal_year", "budget_year",
                            "proposed_factor", "decided_factor", "factor", "decision_reason", "shield"})
    out[field] = result.at(field);
  for (const char* field : {"proposed_amount", "proposed_change", "amount", "change"})
    out[field] = result.has(field) ? Json(result.money(field).to_yuan()) : Json(nullptr);
  return out;
}

/// What the project's money would be without the line's points: the weight of one paper in fen.
Result<Json> weight_of(const Chain& chain, std::size_t line, const Row& result, const PolicyPack& pack,
                       const Parameters& parameters) {
  const Points appealed = points_in(result, "total") - points_in(chain.evaluation, "total");
  const Points total = total_without(chain, line, parameters).total + appealed;
  const Grade grade = grade_for(total, parameters);
  const bool shielded = result.text("shield") != "none";
  OB_TRY(const Proposal proposal,
         propose(pack, grade, result.money("base_amount"), shielded ? Shield::guarantees : Shield::none));
  OB_TRY(const Money difference, result.money("proposed_amount").minus(proposal.amount));
  return Json{{"total", total.str()},
              {"grade", code_of(grade)},
              {"amount", proposal.amount.to_yuan()},
              {"difference", difference.to_yuan()}};
}

Result<Json> lines_json(const Chain& chain, const Row& result, const std::optional<PolicyPack>& pack,
                        const Parameters& parameters) {
  Json out = Json::array();
  for (std::size_t i = 0; i < chain.lines.size(); ++i) {
    const SelfLine& line = chain.lines[i];
    Json papers = Json::array();
    for (const Proof& proof : line.proofs)
      papers.push_back({{"id", proof.id}, {"title", proof.title}, {"measured", proof.measured.str()}});
    Json weight;
    if (pack) {
      OB_TRY(weight, weight_of(chain, i, result, *pack, parameters));
    }
    out.push_back({{"id", line.id},
                   {"name", line.name},
                   {"weight", line.line.weight.str()},
                   {"points", line.points.str()},
                   {"target", line.line.target},
                   {"actual", line.line.actual},
                   {"evidence", papers},
                   {"without", weight}});
  }
  return out;
}

/// Ceilings of the unit for the budget year, where the caller may see them.
Result<Json> ceilings_of(const Call& call, const Row& result) {
  Json out = Json::array();
  const std::string filter =
      "node==" + result.text("unit") + ";fiscal_year==" + std::to_string(result.number("budget_year"));
  const auto listed = call.records().each("compilation.ceiling", where(filter), [&](const Row& row) -> Result<void> {
    out.push_back({{"id", row.id().str()},
                   {"category", row.text("category")},
                   {"amount", row.money("amount").to_yuan()},
                   {"status", row.text("status")}});
    return {};
  });
  if (!listed && listed.fault().kind != FaultKind::forbidden && listed.fault().kind != FaultKind::not_found)
    return listed.fault();
  return out;
}

/// What compilation took from the result, where it keeps such rows and the caller may see them.
Result<Json> effects_of(const Call& call, const Row& result) {
  Json out = Json::array();
  const auto listed = call.records().each(
      kCarried, where("result==" + plugin::quoted(result.id().str()), "id"), [&](const Row& row) -> Result<void> {
        Json item = {{"id", row.id().str()}, {"status", row.text("status")}};
        for (const char* field : {"ceiling", "carried_on", "carried_by", "document"}) item[field] = row.at(field);
        for (const char* field : {"change", "ceiling_change"})
          item[field] = row.has(field) ? Json(row.money(field).to_yuan()) : Json(nullptr);
        out.push_back(std::move(item));
        return {};
      });
  if (!listed && listed.fault().kind != FaultKind::forbidden && listed.fault().kind != FaultKind::not_found)
    return listed.fault();
  return out;
}

/// A unit does not read its region's policy; its results name document and edition, and the weights are left out.
Result<std::optional<PolicyPack>> visible_pack(const Call& call, const Row& result) {
  const auto row = call.records().get("performance.policy_pack", result.ref("pack"));
  if (!row && (row.fault().kind == FaultKind::not_found || row.fault().kind == FaultKind::forbidden))
    return std::optional<PolicyPack>();
  if (!row) return row.fault();
  OB_TRY(PolicyPack pack, pack_of(*row));
  return std::optional<PolicyPack>(pack);
}

Result<Json> trace_result(const Call& call, const Row& result) {
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const Chain chain, chain_of(call, result.ref("evaluation")));
  OB_TRY(const auto pack, visible_pack(call, result));
  OB_TRY(const Row project, call.records().get(kProject, result.ref("project")));
  Json appeals = Json::array();
  OB_CHECK(call.records().each(
      "performance.appeal", where("result==" + result.id().str(), "serial"), [&](const Row& row) -> Result<void> {
        appeals.push_back(
            {{"id", row.id().str()}, {"status", row.text("status")}, {"corrected_total", row.at("corrected_total")}});
        return {};
      }));
  Json out = {{"result", result_json(result)},
              {"project", {{"id", project.id().str()}, {"code", project.text("code")}, {"name", project.text("name")}}},
              {"evaluation",
               {{"id", chain.evaluation.id().str()},
                {"number", chain.evaluation.text("number")},
                {"kind", chain.evaluation.text("kind")},
                {"total", chain.evaluation.at("total")},
                {"execution_points", chain.evaluation.at("execution_points")}}},
              {"appeals", appeals}};
  OB_TRY(out["lines"], lines_json(chain, result, pack, parameters));
  OB_TRY(out["effects"], effects_of(call, result));
  OB_TRY(out["ceilings"], ceilings_of(call, result));
  return out;
}

Result<Json> traced(const Call& call, const std::string& filter) {
  Json results = Json::array();
  OB_TRY(const auto used, call.records().list(kResult, where(filter, "id")));
  for (const Row& result : used) {
    OB_TRY(Json chain, trace_result(call, result));
    results.push_back(std::move(chain));
  }
  return results;
}

Result<Answer> trace_project(const Call& call, const Request& request) {
  OB_TRY(const RecordId project, request.id("project"));
  OB_TRY(const int year, year_parameter(request, "budget_year"));
  OB_TRY(const Json results, traced(call, "project==" + project.str() + ";budget_year==" + std::to_string(year)));
  return Answer::json({{"results", results}});
}

} // namespace

Result<Answer> show_trace(Call& call, const Request& request) {
  if (request.parameter("result").value_or("").size() > 0) {
    OB_TRY(const RecordId id, request.id("result"));
    OB_TRY(const Row result, call.records().get(kResult, id));
    OB_TRY(const Json out, trace_result(call, result));
    return Answer::json(out);
  }
  if (request.parameter("project").value_or("").size() > 0) return trace_project(call, request);
  OB_TRY(const RecordId id, request.id("evidence"));
  OB_TRY(const Row paper, call.records().get(kEvidence, id));
  OB_TRY(const Row line, call.records().get(kScoreLine, paper.ref("score_line")));
  OB_TRY(const Json results, traced(call, "evaluation==" + paper.text("evaluation")));
  Json findings = Json::array();
  OB_CHECK(call.records().each(
      "performance.score_finding", where("evidence==" + id.str(), "id"), [&](const Row& row) -> Result<void> {
        findings.push_back(
            {{"id", row.id().str()}, {"difference", row.at("difference")}, {"status", row.text("status")}});
        return {};
      }));
  return Answer::json(
      {{"evidence", {{"id", id.str()}, {"title", paper.text("title")}, {"measured", paper.at("measured")}}},
       {"line", {{"id", line.id().str()}, {"name", line.text("name")}, {"points", line.at("points")}}},
       {"findings", findings},
       {"results", results}});
}

} // namespace onebudget::performance
