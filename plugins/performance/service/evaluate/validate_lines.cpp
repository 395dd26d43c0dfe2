// Hooks of what an evaluation holds: scores, evidence, experts' points, cost items; and of findings.
#include "plugins/performance/domain/evaluate/cost.hpp"
#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

using plugin::Action;

/// The evaluation of a line, when the caller may work on its kind.
Result<Row> evaluation_of(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.action == Action::remove ? change.before : change.after;
  OB_TRY(Row evaluation, call.records().get(kEvaluation, row.ref("evaluation")));
  if (const auto kind = kind_of(evaluation.text("kind"))) OB_CHECK(check_evaluator(call, *kind, verdict));
  return evaluation;
}

/// What hangs on a score belongs to the score's evaluation.
Result<Row> line_of(const Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(Row line, call.records().get(kScoreLine, change.after.ref("score_line")));
  if (line.text("evaluation") != change.after.text("evaluation"))
    verdict.report("/score_line", "performance.evidence",
                   Text{"得分行属于另一份评价。", "The score belongs to another evaluation."},
                   Text{"请选择本评价的得分行。", "Choose one of this evaluation."});
  return line;
}

const char* mark_of(const Measured& line, const LineScore& score) {
  if (!line.applicable) return "not_applicable";
  if (score.low_target) return "low_target";
  if (score.overshoot) return "overshoot";
  return score.points < line.weight ? "shortfall" : "none";
}

} // namespace

Result<void> validate_score_line(Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const Row evaluation, evaluation_of(call, change, verdict));
  if (!written(change)) return {};
  const Measured line = measured_of(change.after);
  verdict.report(check_target(line.nature, line.target, line.unit));
  const bool scored = !line.applicable || !line.actual.empty() || line.reached.has_value();
  if (change.after.flag("by_experts") || !scored || verdict.findings() > 0) return {};
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  verdict.report(check_measured(line, parameters));
  if (verdict.findings() > 0) return {};
  const LineScore score = score_of(line, parameters);
  verdict.assign("points", score.points.str());
  verdict.assign("completion", plugin::abi(score.completion));
  verdict.assign("mark", mark_of(line, score));
  return {};
}

Result<void> validate_evidence(Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const Row evaluation, evaluation_of(call, change, verdict));
  if (!written(change)) return {};
  OB_TRY(const Row line, line_of(call, change, verdict));
  if (line.text("nature") != "qualitative" && !Value::parse(change.after.text("measured")))
    verdict.report("/measured", "performance.evidence",
                   Text{"定量指标的佐证应写明其证明的数值。", "Evidence for a number says which number it shows."},
                   Text{"请按指标的计量单位填写。", "Fill it in, in the indicator's unit."});
  if (!change.after.has("file") && change.after.text("document_ref").empty())
    verdict.report("/document_ref", "performance.evidence",
                   Text{"佐证没有文件，也没有文号。", "The evidence has neither a file nor a document number."},
                   Text{"请上传文件或填写文号。", "Attach the file or give its number."});
  return {};
}

Result<void> validate_expert_score(Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const Row evaluation, evaluation_of(call, change, verdict));
  if (!written(change)) return {};
  OB_TRY(const Row line, line_of(call, change, verdict));
  OB_TRY(const Row expert, call.records().get("performance.expert", change.after.ref("expert")));
  constexpr const char* kRule = "performance.experts";
  if (points_in(line, "weight") < points_in(change.after, "points"))
    verdict.report("/points", kRule, Text{"评分超过分值。", "More points than the weight."},
                   Text{"请改正评分。", "Correct it."});
  if (expert.has("employer") && expert.text("employer") == evaluation.text("unit"))
    verdict.report("/expert", kRule,
                   Text{"专家在被评单位工作，应当回避。", "The expert works for the unit that is evaluated."},
                   Text{"请换一名专家。", "Choose another expert."});
  const auto until = expert.day("valid_to");
  if (until && *until < call.today())
    verdict.report("/expert", kRule, Text{"专家聘期已满。", "The expert's term has ended."},
                   Text{"请续聘或换一名专家。", "Renew it or choose another."});
  return {};
}

Result<void> validate_cost_line(Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const Row evaluation, evaluation_of(call, change, verdict));
  if (!written(change)) return {};
  CostItem item;
  item.cost = change.after.money("cost");
  item.quantity = Value::parse(change.after.text("quantity")).value_or(Value());
  if (change.after.has("unit_standard")) item.standard = change.after.money("unit_standard");
  item.has_standard_source = !change.after.text("standard_source").empty();
  verdict.report(check_cost(item));
  if (verdict.findings() > 0) return {};
  OB_TRY(const CostAnswer answer, analyse(item));
  verdict.assign("unit_cost", plugin::abi(answer.unit_cost));
  verdict.assign("deviation", plugin::abi(answer.deviation));
  verdict.assign("saving", plugin::abi(answer.saving));
  return {};
}

Result<void> validate_finding(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  if (change.action == Action::remove)
    verdict.report("", "performance.finding", Text{"评价疑点不能删除。", "Findings are not removed."},
                   Text{"请认定或排除，并写明理由。", "Confirm or dismiss it with the reason."});
  return {};
}

} // namespace onebudget::performance
