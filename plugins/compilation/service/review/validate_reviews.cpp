// Hooks of the reviews: cost and investment review, ex-ante evaluation, zero-base review.
#include "plugins/compilation/domain/review/cost_review.hpp"
#include "plugins/compilation/domain/review/ex_ante.hpp"
#include "plugins/compilation/domain/review/zero_base.hpp"
#include "plugins/compilation/service/result/results.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr const char* kGrades[] = {"a", "b", "c", "d"};

int points(const Row& row, const char* pointer) { return static_cast<int>(row.number(pointer + 1, -1)); }

Disposition disposition_of(const std::string& text) {
  if (text == "keep") return Disposition::keep;
  if (text == "cut") return Disposition::cut;
  return text == "merge" ? Disposition::merge : Disposition::cancel;
}

ZeroBase sheet_of(const Row& row) {
  ZeroBase sheet;
  for (std::size_t i = 0; i < sheet.scores.size(); ++i) sheet.scores[i] = points(row, kZeroBaseFields[i]);
  sheet.no_basis = row.flag("no_basis");
  sheet.duplicate = row.flag("duplicate");
  sheet.poor_last_year = row.flag("poor_last_year");
  sheet.no_goal = row.flag("no_goal");
  sheet.policy_lapsed = row.flag("policy_lapsed");
  sheet.disposition = disposition_of(row.text("disposition"));
  sheet.measured = row.money("measured_amount");
  sheet.approved = row.money("approved_amount");
  sheet.has_reason = !row.text("cut_reason").empty();
  sheet.has_merge_target = row.has("merge_into");
  sheet.fiscal_year = static_cast<int>(row.number("fiscal_year"));
  sheet.sunset_year = static_cast<int>(row.number("sunset_year"));
  return sheet;
}

/// Only the sheet's own amounts are compared: the measured amount must come from the lines of the year, where there are
/// any, and never from the year before.
Result<void> check_measured(const Call& call, const Change& change, const ZeroBase& sheet, Verdict& verdict) {
  Money lines;
  bool any = false;
  const std::string of_year =
      "project==" + change.after.text("project") + ";year==" + std::to_string(sheet.fiscal_year);
  OB_CHECK(call.records().each("compilation.expenditure_line", where(of_year), [&](const Row& row) -> Result<void> {
    any = true;
    OB_TRY(lines, lines.plus(row.money("amount")));
    return {};
  }));
  if (any && !(lines == sheet.measured))
    verdict.report("/measured_amount", "compilation.zero_base",
                   Text{"测算数应等于支出明细合计 " + lines.to_yuan() + " 元。",
                        "The measured amount is the sum of the lines, " + lines.to_yuan() + " yuan."},
                   Text{"请按明细填写。", "Take the sum of the lines."});
  return {};
}

/// What the evaluation of two years before says about the line 绩效.
Result<void> check_result(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.after;
  OB_TRY(const auto effect, effect_on(call, row.text("project"), row.number("fiscal_year")));
  verdict.assign("proposed_performance", effect ? Json(effect->number("review_points")) : Json(nullptr));
  verdict.assign("result_number", effect ? Json(effect->text("number")) : Json(nullptr));
  if (!effect) return {};
  OB_TRY(const Row project, call.records().get(kProject, row.ref("project")));
  ReviewFacts facts;
  facts.proposed = static_cast<int>(effect->number("review_points"));
  facts.given = static_cast<int>(row.number("performance"));
  facts.poor = effect->text("grade") == "poor";
  facts.shielded = shielded(*effect, project);
  facts.stopped = row.flag("poor_last_year");
  facts.has_reason = !row.text("performance_reason").empty();
  verdict.report(check_result_review(facts));
  return {};
}

/// A review rests on the papers that the project's category asks for; it is submitted, and decided, with them only.
Result<void> follow_review(const Call& call, const Change& change, const char* title, Money amount, Verdict& verdict) {
  OB_TRY(const Row project, call.records().get(kProject, change.after.ref("project")));
  if (change.transition == "submit" || change.transition == "decide") {
    OB_TRY(const ProjectFacts facts, facts_of(call, project));
    OB_TRY(const Policy policy, policy_for(call, static_cast<int>(project.number("fiscal_year"))));
    for (FieldFault finding : check_attachments(facts, policy)) {
      finding.field = "/project";
      verdict.report(finding);
    }
  }
  if (verdict.findings() > 0) return {};
  return follow_workflow(call, change,
                         {title + project.text("code") + " " + project.text("name"), project.ref("unit"), amount,
                          project.text("category")},
                         verdict);
}

} // namespace

Result<void> validate_review(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  if (change.action == Action::remove || change.action == Action::transition) return {};
  CostReview review{change.after.text("kind") == "cost", change.after.money("submitted_amount"), {}};
  if (change.after.has("approved_amount")) review.approved = change.after.money("approved_amount");
  verdict.report(check_cost_review(review));
  const auto cut = cost_cut(review);
  if (cut) verdict.assign("cut_amount", plugin::abi(*cut));
  return {};
}

Result<void> validate_ex_ante(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.action == Action::transition)
    return follow_review(call, change, "事前绩效评估 ", change.after.money("suggested_amount"), verdict);
  ExAnte sheet;
  for (std::size_t i = 0; i < sheet.scores.size(); ++i) sheet.scores[i] = points(change.after, kExAnteFields[i]);
  const std::string conclusion = change.after.text("conclusion");
  sheet.conclusion = conclusion == "support"  ? ExAnteConclusion::support
                     : conclusion == "adjust" ? ExAnteConclusion::adjust
                                              : ExAnteConclusion::reject;
  sheet.suggested = change.after.money("suggested_amount");
  sheet.has_opinion = !change.after.text("opinion").empty();
  OB_TRY(const Row project, call.records().get(kProject, change.after.ref("project")));
  sheet.declared = project.money("total_amount");
  OB_TRY(const Policy policy, policy_for(call, static_cast<int>(project.number("fiscal_year"))));
  verdict.report(check_ex_ante(sheet, policy));
  verdict.assign("total", ex_ante_total(sheet));
  return {};
}

Result<void> validate_zero_base(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.action == Action::transition)
    return follow_review(call, change, "零基评审 ", change.after.money("approved_amount"), verdict);
  const ZeroBase sheet = sheet_of(change.after);
  OB_TRY(const Policy policy, policy_for(call, sheet.fiscal_year));
  verdict.report(check_zero_base(sheet, policy));
  OB_CHECK(check_measured(call, change, sheet, verdict));
  OB_CHECK(check_result(call, change, verdict));
  verdict.assign("total", zero_base_total(sheet));
  verdict.assign("grade", kGrades[static_cast<std::size_t>(zero_base_class(sheet, policy))]);
  verdict.assign("limit_amount", plugin::abi(zero_base_limit(sheet, policy)));
  return {};
}

} // namespace onebudget::compilation
