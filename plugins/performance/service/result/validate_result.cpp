// A result on its way to the money: proposed by the policy, told to the unit, decided by a person, applied.
#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

using plugin::Action;

constexpr const char* kShields[] = {"none", "guarantees", "debt", "legal", "contract"};
constexpr int kReviewMost = 15; ///< points of the zero-base sheet for performance, J4

Shield shield_in(const Row& row) {
  for (std::size_t i = 0; i < std::size(kShields); ++i)
    if (row.text("shield") == kShields[i]) return static_cast<Shield>(i);
  return Shield::none;
}

void assign_proposal(const Proposal& proposal, const GradeRule& rule, Verdict& verdict) {
  verdict.assign("proposed_factor", plugin::abi(proposal.factor));
  verdict.assign("proposed_amount", plugin::abi(proposal.amount));
  verdict.assign("proposed_change", plugin::abi(proposal.change));
  verdict.assign("shield", kShields[static_cast<std::size_t>(proposal.shield)]);
  verdict.assign("cancel", proposal.cancel);
  verdict.assign("publish", rule.publish);
  verdict.assign("priority", rule.priority);
  verdict.assign("unit_points", rule.unit_points);
}

void check_sources(const Row& row, const Row& evaluation, const Row& pack, Day today, Verdict& verdict) {
  constexpr const char* kRule = "performance.result";
  const std::string kind = evaluation.text("kind");
  if (evaluation.text("status") != "confirmed" || (kind != "finance" && kind != "department") ||
      evaluation.text("project") != row.text("project") || evaluation.text("unit") != row.text("unit") ||
      evaluation.number("fiscal_year") != row.number("fiscal_year"))
    verdict.report("/evaluation", kRule,
                   Text{"应用的应是本项目本年度已确认的部门或财政评价。",
                        "What is applied is a confirmed department or finance evaluation of this project and year."},
                   Text{"自评不直接应用；请先评价并确认。", "Self-evaluations are not applied; evaluate first."});
  const auto from = pack.day("valid_from"), to = pack.day("valid_to");
  if (pack.text("status") != "in_force" || (from && today < *from) || (to && *to < today))
    verdict.report("/pack", "performance.no_policy", Text{"政策未生效或已停用。", "The policy is not in force."},
                   Text{"请选择生效的政策。", "Choose one that is."});
}

Result<void> propose_one(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.after;
  OB_TRY(const Row evaluation, call.records().get(kEvaluation, row.ref("evaluation")));
  OB_TRY(const Row pack_row, call.records().get("performance.policy_pack", row.ref("pack")));
  OB_TRY(const Row project, call.records().get(kProject, row.ref("project")));
  check_sources(row, evaluation, pack_row, call.today(), verdict);
  report_cancelled(project, verdict);
  const int year = static_cast<int>(row.number("fiscal_year"));
  verdict.report(check_evaluated_year(year, call.today()));
  if (verdict.findings() > 0) return {};
  OB_TRY(const PolicyPack pack, pack_of(pack_row));
  const Grade grade = grade_of(evaluation.text("grade")).value_or(Grade::good);
  const Money base = project.money("year_amount");
  const auto proposal =
      propose(pack, grade, base, shield_of(project.text("spending_order"), project.flag("three_guarantees")));
  if (!proposal) return verdict.report(proposal.fault()), Result<void>();
  OB_TRY(const auto before, call.records().list(kResult, where("project==" + row.text("project") +
                                                               ";fiscal_year==" + std::to_string(year))));
  verdict.assign("number", project.text("code") + "-" + std::to_string(year) + "-" + std::to_string(before.size() + 1));
  verdict.assign("budget_year", budget_year_of(year));
  verdict.assign("total", evaluation.text("total"));
  verdict.assign("grade", evaluation.text("grade"));
  verdict.assign("base_amount", plugin::abi(base));
  verdict.assign("pack_told", pack_row.text("document_no") + " v" + std::to_string(pack_row.number("edition", 1)));
  assign_proposal(*proposal, pack.of(grade), verdict);
  return {};
}

Result<void> tell(const Call& call, Verdict& verdict) {
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const Term term, due_after(call, parameters.appeal_days));
  verdict.assign("notified_on", plugin::abi(call.today()));
  verdict.assign("appeal_by", plugin::abi(term.day));
  verdict.assign("appeal_by_assumed", term.assumed);
  return {};
}

Result<void> decide(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.before;
  Decision decision;
  decision.base = row.money("base_amount");
  decision.proposal = {row.ratio("proposed_factor"), row.money("proposed_amount"), row.money("proposed_change"),
                       shield_in(row), row.flag("cancel")};
  if (row.has("decided_factor")) decision.factor = row.ratio("decided_factor");
  decision.has_reason = !row.text("decision_reason").empty();
  decision.has_shield_document = !row.text("shield_document").empty();
  decision.appeal_by = row.day("appeal_by");
  decision.accepted = row.text("status") == "accepted";
  decision.today = call.today();
  OB_TRY(const auto open,
         call.records().first("performance.appeal", where("result==" + change.id.str() + ";status==filed")));
  decision.open_appeal = open.has_value();
  OB_TRY(const auto granted, call.records().first("performance.appeal",
                                                  where("result==" + change.id.str() + ";status==granted", "-serial")));
  decision.awaits_correction = granted && points_in(*granted, "corrected_total") != points_in(row, "total");
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  verdict.report(check_decision(decision, parameters));
  if (verdict.findings() > 0) return {};
  OB_TRY(const Effect effect, effect_of(decision));
  verdict.assign("factor", plugin::abi(effect.factor));
  verdict.assign("amount", plugin::abi(effect.amount));
  verdict.assign("change", plugin::abi(effect.change));
  verdict.assign("cancel", decision.proposal.cancel && effect.amount == Money());
  verdict.assign("decided_on", plugin::abi(call.today()));
  return {};
}

Result<void> publish(const Call& call, const Change& change, const char* topic, Day applied_on) {
  const Row& row = change.before;
  const Points total = points_in(row, "total");
  return call.publish(topic, row.text("project"),
                      {{"result", change.id.str()},
                       {"number", row.text("number")},
                       {"project", row.text("project")},
                       {"unit", row.text("unit")},
                       {"evaluation", row.text("evaluation")},
                       {"pack", row.text("pack")},
                       {"pack_told", row.text("pack_told")},
                       {"evaluated_year", row.number("fiscal_year")},
                       {"budget_year", row.number("budget_year")},
                       {"grade", row.text("grade")},
                       {"total", total.str()},
                       {"base_amount", row.number("base_amount")},
                       {"factor", row.ratio("factor").str()},
                       {"amount", row.number("amount")},
                       {"change", row.number("change")},
                       {"priority", row.number("priority")},
                       {"cancel", row.flag("cancel")},
                       {"publish", row.flag("publish")},
                       {"shield", row.text("shield")},
                       {"decision_reason", row.text("decision_reason")},
                       {"decided_on", row.text("decided_on")},
                       {"applied_on", plugin::abi(applied_on)},
                       {"review_points", review_points(total, kReviewMost)},
                       {"review_most", kReviewMost}});
}

Result<void> add_points(const Call& call, const Change& change, std::int64_t points, const char* ending) {
  const Row& row = change.before;
  if (points == 0) return {};
  const Text told = title_of(grade_of(row.text("grade")).value_or(Grade::good));
  OB_TRY(const RecordId made, call.records().insert("performance.unit_point",
                                                    {{"unit", row.text("unit")},
                                                     {"fiscal_year", row.number("fiscal_year")},
                                                     {"code", row.text("number") + ending},
                                                     {"points", points},
                                                     {"kind", "result"},
                                                     {"reason", row.text("number") + " " + told.in(call.language())},
                                                     {"result", change.id.str()}}));
  static_cast<void>(made);
  return {};
}

Result<void> open_accountability(const Call& call, const Change& change) {
  const Row& row = change.before;
  OB_TRY(const Row pack_row, call.records().get("performance.policy_pack", row.ref("pack")));
  OB_TRY(const PolicyPack pack, pack_of(pack_row));
  const Grade grade = grade_of(row.text("grade")).value_or(Grade::good);
  if (!pack.of(grade).accountable) return {};
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const Term term, due_after(call, parameters.correction_days));
  const std::string told = title_of(grade).in(call.language());
  OB_TRY(const RecordId made,
         call.records().insert("performance.accountability", {{"unit", row.text("unit")},
                                                              {"result", change.id.str()},
                                                              {"evaluation", row.text("evaluation")},
                                                              {"code", row.text("number")},
                                                              {"matter", row.text("number") + " " + told},
                                                              {"due", plugin::abi(term.day)}}));
  static_cast<void>(made);
  return {};
}

Result<void> apply(const Call& call, const Change& change, Verdict& verdict) {
  OB_CHECK(publish(call, change, "performance.effect.applied", call.today()));
  OB_CHECK(add_points(call, change, change.before.number("unit_points"), ""));
  OB_CHECK(open_accountability(call, change));
  verdict.assign("applied_on", plugin::abi(call.today()));
  return {};
}

Result<void> revoke(const Call& call, const Change& change) {
  if (change.before.text("status") != "applied") return {};
  OB_CHECK(publish(call, change, "performance.effect.revoked", change.before.day("applied_on").value_or(call.today())));
  return add_points(call, change, -change.before.number("unit_points"), "-revoked");
}

/// After a granted appeal the total is corrected; grade and proposal follow from it.
Result<void> propose_again(const Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const Row pack_row, call.records().get("performance.policy_pack", change.after.ref("pack")));
  OB_TRY(const PolicyPack pack, pack_of(pack_row));
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  const Grade grade = grade_for(points_in(change.after, "total"), parameters);
  OB_TRY(const Proposal proposal, propose(pack, grade, change.after.money("base_amount"), shield_in(change.after)));
  verdict.assign("grade", code_of(grade));
  assign_proposal(proposal, pack.of(grade), verdict);
  return {};
}

} // namespace

Result<void> validate_result(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::create) return propose_one(call, change, verdict);
  if (change.action == Action::remove) {
    if (change.before.text("status") != "proposed")
      verdict.report("", "performance.result", Text{"已告知的结果不能删除。", "A result that was told is not removed."},
                     Text{"请撤销并说明理由。", "Revoke it with the reason."});
    return {};
  }
  if (change.action == Action::update)
    return change.changes("total") ? propose_again(call, change, verdict) : Result<void>();
  if (moves(change, "notify")) return tell(call, verdict);
  if (moves(change, "accept")) return verdict.assign("accepted_on", plugin::abi(call.today())), Result<void>();
  if (moves(change, "decide")) return decide(call, change, verdict);
  if (moves(change, "apply")) return apply(call, change, verdict);
  return moves(change, "revoke") ? revoke(call, change) : Result<void>();
}

} // namespace onebudget::performance
