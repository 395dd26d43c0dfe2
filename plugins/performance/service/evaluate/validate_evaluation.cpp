// Hook of evaluations: from an empty form to a confirmed grade.
#include <algorithm>

#include "plugins/performance/service/evaluate/money.hpp"

namespace onebudget::performance {

namespace {

using plugin::Action;

/// A draft takes the money of its day, a submitted one what it is scored with.
Result<void> take_money(const Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const EvaluationMoney money, money_of(call, change.after));
  return assign_money(money, verdict);
}

/// The approved goal that the evaluation measures against.
Result<void> find_goal(const Call& call, const Change& change, Kind kind, Verdict& verdict) {
  if (kind == Kind::cost) return {};
  const Row& row = change.after;
  const std::string subject = row.has("project") ? "project==" + row.text("project") : "unit==" + row.text("unit");
  const std::string filter =
      subject + ";fiscal_year==" + std::to_string(row.number("fiscal_year")) + ";status=in=(approved,to_confirm)";
  OB_TRY(const auto goals, call.records().list(kGoal, where(filter, "-revision")));
  for (const Row& goal : goals) {
    if (goal.has("project") != row.has("project")) continue;
    if (goal.text("status") == "approved") return verdict.assign("goal", goal.id().str()), Result<void>();
    verdict.report("/goal", "performance.no_goal",
                   Text{"金额变动后绩效目标尚未重新确认。", "The goal was not confirmed after its money changed."},
                   Text{"请先确认绩效目标。", "Confirm it first."});
    return {};
  }
  verdict.report("/goal", "performance.no_goal",
                 Text{"没有已批准的绩效目标，无从评价。", "There is no approved goal to measure against."},
                 Text{"请先申报并批准绩效目标。", "Declare it and have it approved first."});
  return {};
}

Result<void> begin(const Call& call, const Change& change, Kind kind, Verdict& verdict) {
  const Row& row = change.after;
  const int year = static_cast<int>(row.number("fiscal_year"));
  verdict.report(check_evaluated_year(year, call.today()));
  OB_TRY(const Row scheme, call.records().get("performance.scheme", row.ref("scheme")));
  if (scheme.text("kind") != row.text("kind"))
    verdict.report("/scheme", "performance.scheme",
                   Text{"指标体系用于另一类评价。", "The scheme is for another kind of evaluation."},
                   Text{"请选择本类评价的指标体系。", "Choose one for this kind."});
  std::string subject;
  if (row.has("project")) {
    OB_TRY(const Row project, call.records().get(kProject, row.ref("project")));
    report_cancelled(project, verdict);
    subject = project.text("code");
    if (project.text("unit") != row.text("unit"))
      verdict.report("/unit", "performance.evaluation", Text{"单位应为项目单位。", "The unit is the project's."},
                     Text{"请选择项目单位。", "Choose it."});
  } else {
    OB_TRY(const Row node, call.node(row.ref("unit")));
    subject = node.text("code");
    if (kind != Kind::unit_whole)
      verdict.report("/project", "performance.evaluation",
                     Text{"只有部门整体绩效不填项目。", "Only a whole-unit evaluation has no project."},
                     Text{"请选择项目。", "Choose the project."});
  }
  OB_CHECK(find_goal(call, change, kind, verdict));
  verdict.assign("number", subject + "-" + std::to_string(year) + "-" + row.text("kind"));
  return verdict.findings() > 0 ? Result<void>() : take_money(call, change, verdict);
}

/// Lines that experts score get the mean of their points.
Result<void> add_experts(const Call& call, const Change& change, std::vector<SelfLine>& lines,
                         std::vector<FieldFault>& findings) {
  if (std::none_of(lines.begin(), lines.end(), [](const SelfLine& line) { return line.by_experts; })) return {};
  std::map<std::string, std::vector<Points>> given;
  OB_CHECK(call.records().each("performance.expert_score", where("evaluation==" + change.id.str()),
                               [&](const Row& row) -> Result<void> {
                                 given[row.text("score_line")].push_back(points_in(row, "points"));
                                 return {};
                               }));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].by_experts) continue;
    const auto& points = given[lines[i].id];
    const auto faults = check_experts(points, lines[i].line.weight, "/lines/" + std::to_string(i + 1) + "/points");
    findings.insert(findings.end(), faults.begin(), faults.end());
    lines[i].points = expert_mean(points);
    lines[i].line.nature = Nature::qualitative;
    lines[i].line.percent = -1;
  }
  return {};
}

void check_lines(const std::vector<SelfLine>& lines, const Parameters& parameters, std::vector<FieldFault>& findings) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Measured& line = lines[i].line;
    if (line.applicable && line.nature == Nature::qualitative && line.percent < 0 && !line.reached) {
      if (lines[i].points == Points() && lines[i].proofs.empty())
        findings.push_back({"/lines/" + std::to_string(i + 1) + "/points",
                            "performance.qualitative",
                            {"该指标尚未评分。", "The indicator has not been scored."},
                            {"请评分，或标为不适用。", "Score it, or say that it does not apply."}});
      continue;
    }
    for (FieldFault finding : check_measured(line, parameters)) {
      finding.field = "/lines/" + std::to_string(i + 1) + finding.field;
      findings.push_back(std::move(finding));
    }
  }
}

Result<void> write_expert_means(const Call& call, const std::vector<SelfLine>& lines) {
  for (const SelfLine& line : lines) {
    if (line.line.percent != -1 || line.line.reached || line.line.nature != Nature::qualitative) continue;
    OB_TRY(const Row row, call.records().get(kScoreLine, *RecordId::parse(line.id)));
    if (row.text("points") == line.points.str()) continue;
    OB_CHECK(call.records().update(kScoreLine, row.id(), row.version(), {{"points", line.points.str()}}));
  }
  return {};
}

Result<void> compute(const Call& call, const Change& change, Kind kind, Verdict& verdict) {
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const Scheme scheme, read_scheme(call, change.after.ref("scheme")));
  OB_TRY(auto lines, lines_of(call, change.id));
  OB_TRY(const EvaluationMoney money, money_of(call, change.after));
  OB_TRY(const Execution execution, money.execution());
  std::vector<FieldFault> findings;
  if (Points() < scheme.execution) findings = check_execution(execution);
  OB_CHECK(add_experts(call, change, lines, findings));
  check_lines(lines, parameters, findings);
  const auto unproven = check_evidence(lines);
  findings.insert(findings.end(), unproven.begin(), unproven.end());
  std::vector<Weighed> weighed;
  for (const SelfLine& line : lines) weighed.push_back({line.line.weight, line.points, line.line.applicable});
  const auto weights = check_weights_of(weighed, scheme.execution);
  findings.insert(findings.end(), weights.begin(), weights.end());
  if (kind != Kind::cost && change.after.text("goal_actual").empty())
    findings.push_back({"/goal_actual",
                        "performance.evaluation",
                        {"没有年度总体目标完成情况。", "What was reached of the goal is missing."},
                        {"请填写。", "Write it."}});
  verdict.report(findings);
  if (verdict.findings() > 0) return {};
  OB_CHECK(write_expert_means(call, lines));
  ExecutionScore executed;
  if (Points() < scheme.execution) executed = execution_score(execution, scheme.execution);
  const Total total = total_of(weighed, scheme.execution, executed.points, parameters);
  verdict.assign("execution_rate", plugin::abi(executed.rate));
  verdict.assign("execution_points", executed.points.str());
  verdict.assign("total", total.total.str());
  verdict.assign("grade", code_of(total.grade));
  return assign_money(money, verdict);
}

} // namespace

Result<void> validate_evaluation(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  const auto kind = kind_of(change.after.text("kind"));
  if (!kind) return {}; // the missing field has its own finding
  OB_CHECK(check_evaluator(call, *kind, verdict));
  if (change.action == Action::create) return begin(call, change, *kind, verdict);
  if (change.action == Action::update) return take_money(call, change, verdict);
  if (!moves(change, "submit") && !moves(change, "confirm")) return {};
  if (change.after.has("project")) {
    OB_TRY(const Row project, call.records().get(kProject, change.after.ref("project")));
    report_cancelled(project, verdict);
  }
  if (moves(change, "submit")) return compute(call, change, *kind, verdict);
  verdict.assign("confirmed_on", plugin::abi(call.today()));
  return {};
}

} // namespace onebudget::performance
