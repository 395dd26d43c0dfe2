// Self-scores against evidence: the unit's own papers and what later evaluations measured for the same indicator.
#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

/// Goal line → line of the self-evaluation.
Result<std::map<std::string, std::size_t>> places_of(const Call& call, const Row& evaluation,
                                                     const std::vector<SelfLine>& lines,
                                                     std::map<std::string, Row>& rows) {
  std::map<std::string, std::size_t> by_id, out;
  for (std::size_t i = 0; i < lines.size(); ++i) by_id[lines[i].id] = i;
  OB_CHECK(call.records().each(kScoreLine, where("evaluation==" + evaluation.id().str()),
                               [&](const Row& row) -> Result<void> {
                                 rows.emplace(row.id().str(), row);
                                 if (row.has("goal_line")) out[row.text("goal_line")] = by_id[row.id().str()];
                                 return {};
                               }));
  return out;
}

/// Evidence of the department's and the finance office's evaluations of the same project and year.
Result<void> add_later_proofs(const Call& call, const Row& evaluation, const std::map<std::string, std::size_t>& places,
                              std::vector<SelfLine>& lines) {
  const std::string filter = "project==" + evaluation.text("project") +
                             ";fiscal_year==" + std::to_string(evaluation.number("fiscal_year")) +
                             ";kind=in=(department,finance);status=in=(submitted,confirmed)";
  OB_TRY(const auto later, call.records().list(kEvaluation, where(filter)));
  for (const Row& other : later) {
    std::map<std::string, std::string> goal_lines;
    OB_CHECK(
        call.records().each(kScoreLine, where("evaluation==" + other.id().str()), [&](const Row& row) -> Result<void> {
          goal_lines[row.id().str()] = row.text("goal_line");
          return {};
        }));
    OB_CHECK(call.records().each(kEvidence, where("evaluation==" + other.id().str(), "id"),
                                 [&](const Row& row) -> Result<void> {
                                   const auto place = places.find(goal_lines[row.text("score_line")]);
                                   const auto shown = Value::parse(row.text("measured"));
                                   if (place != places.end() && shown)
                                     lines[place->second].proofs.push_back({row.id().str(), row.text("title"), *shown});
                                   return {};
                                 }));
  }
  return {};
}

Json finding(const Row& evaluation, const std::string& line, const char* kind, const std::string& told) {
  return {{"unit", evaluation.text("unit")},
          {"evaluation", evaluation.id().str()},
          {"score_line", line},
          {"kind", kind},
          {"told", told}};
}

Json inflated(const Call& call, const Row& evaluation, const Inflation& one, const std::string& line) {
  Json out = finding(evaluation, line, "inflated", one.told.in(call.language()));
  out["evidence"] = one.proof;
  out["claimed"] = one.claimed.str();
  out["measured"] = one.measured.str();
  out["self_points"] = one.self.str();
  out["verified_points"] = one.verified.str();
  out["difference"] = one.difference.str();
  return out;
}

Result<void> write(const Call& call, const Json& values, Json& items) {
  const Row row(values);
  OB_TRY(const auto known,
         call.records().first("performance.score_finding",
                              where("score_line==" + row.text("score_line") + ";kind==" + row.text("kind"))));
  Json item = values;
  if (known) {
    item["id"] = known->id().str();
    item["status"] = known->text("status");
  } else {
    OB_TRY(const RecordId made, call.records().insert("performance.score_finding", values));
    item["id"] = made.str();
    item["status"] = "open";
  }
  items.push_back(std::move(item));
  return {};
}

} // namespace

Result<Answer> verify_evaluation(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row evaluation, call.records().get(kEvaluation, id));
  if (evaluation.text("kind") != "self")
    return fault(FaultKind::conflict, "performance.verify",
                 {"核查针对自评。请选择单位自评。", "Self-evaluations are verified. Choose one."});
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(auto lines, lines_of(call, id));
  std::map<std::string, Row> rows;
  OB_TRY(const auto places, places_of(call, evaluation, lines, rows));
  if (evaluation.has("project")) OB_CHECK(add_later_proofs(call, evaluation, places, lines));
  Json items = Json::array();
  for (const Inflation& one : inflated_lines(lines, parameters))
    OB_CHECK(write(call, inflated(call, evaluation, one, lines[one.line].id), items));
  for (const SelfLine& line : lines) {
    const std::string mark = rows[line.id].text("mark");
    if (mark != "low_target" && !(mark == "overshoot" && line.line.overshoot_accepted)) continue;
    const Text told = {"完成值 " + line.line.actual + line.line.unit + "，指标值 " + line.line.target + line.line.unit,
                       "reached " + line.line.actual + ", target " + line.line.target};
    OB_CHECK(write(call, finding(evaluation, line.id, mark.c_str(), told.in(call.language())), items));
  }
  return Answer::json({{"items", items}});
}

} // namespace onebudget::performance
