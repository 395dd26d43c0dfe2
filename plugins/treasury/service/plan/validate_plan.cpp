// Hook of usage_plan, and what a plan under review is granted.
#include "plugins/treasury/domain/plan/month_plan.hpp"
#include "plugins/treasury/service/facts.hpp"

namespace onebudget::treasury {

namespace {

using plugin::Action;

/// The indicator as the ledger knows it, or a finding.
Result<Row> indicator_of(const Call& call, const Row& plan, Verdict& verdict) {
  OB_TRY(const Json answer, call.send(kLedger, "balance", {{"indicators", Json::array({plan.text("indicator")})}}));
  const Json items = Row(answer).at("items");
  const Row item = items.is_array() && !items.empty() ? Row(items.front()) : Row();
  const bool fits = !item.none() && item.text("unit") == plan.text("unit") &&
                    item.number("fiscal_year") == plan.number("fiscal_year") && item.text("stage") == "executable";
  if (!fits)
    verdict.report("/indicator", "treasury.plan_indicator",
                   Text{"灰（禁止）R03：不是本单位本年度的可执行指标。",
                        "Grey (forbidden) R03: it is no executable indicator of this unit and year."},
                   Text{"请选择可执行指标。", "Choose an executable one."});
  return item;
}

/// Other live plans of the indicator for this month and before.
Result<Money> planned_until(const Call& call, const Row& plan, RecordId id) {
  Money sum;
  const std::string filter = "indicator==" + plan.text("indicator") +
                             ";month=le=" + std::to_string(plan.number("month")) +
                             ";status=in=(submitted,reviewed,approved)";
  OB_CHECK(call.records().each(kPlan, where(filter), [&](const Row& row) -> Result<void> {
    if (row.id() == id) return {};
    OB_TRY(sum, sum.plus(row.money("approved_amount")));
    return {};
  }));
  return sum;
}

Result<void> check(const Call& call, const Change& change, const Row& row, Verdict& verdict) {
  if (row.ref("indicator").none()) return {}; // the missing field has its own finding
  OB_TRY(const Row indicator, indicator_of(call, row, verdict));
  PlanFacts facts;
  facts.fiscal_year = static_cast<int>(row.number("fiscal_year"));
  facts.month = static_cast<int>(row.number("month"));
  facts.basic = row.text("spending_kind") == "basic";
  facts.requested = row.money("requested_amount");
  facts.indicator = indicator.money("amount");
  OB_TRY(facts.planned_until, planned_until(call, row, change.id));
  verdict.report(check_plan(facts));
  verdict.assign("warnings", json_of(uneven(facts)));
  if (indicator.none()) return {};
  OB_TRY(const Row node, call.node(row.ref("unit")));
  OB_TRY(const Json elements, elements_of(call, row.ref("indicator")));
  const Json cut = cut_of(node, elements);
  for (const auto& [name, value] : cut.items()) verdict.assign(name, value);
  return {};
}

std::string title_of(const Row& row) { return row.text("plan_no") + " " + cut(row.text("use"), 40); }

Result<void> submit(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.before;
  OB_CHECK(check(call, change, row, verdict));
  if (verdict.findings() > 0) return {};
  OB_TRY(const Json held, ask_funds(call, "reserve", document_of(kPlan, change.id), row, "plan",
                                    {row.text("indicator"), "", row.money("requested_amount"), title_of(row)}));
  const auto warnings = report_funds(held, "/requested_amount", verdict);
  if (verdict.findings() > 0) return {};
  verdict.assign("approved_amount", plugin::abi(row.money("requested_amount")));
  verdict.assign("reservation", reservation_in(held));
  return record_hits(call, row, kPlan, change.id, "submit", warnings, {});
}

Result<void> close(const Call& call, const Change& change, Verdict& verdict) {
  const std::string filter = "plan==" + change.id.str() + ";status=in=(submitted,reviewed,approved,certified)";
  OB_TRY(const auto open, call.records().first(kRequest, where(filter)));
  if (open) {
    verdict.report("/status", "treasury.plan_in_use",
                   Text{"还有支付申请在办理，不能关闭。", "Requests under way live off it; it is not closed."},
                   Text{"请先办完或退回。", "Finish or return them first."});
    return {};
  }
  return release_funds(call, document_of(kPlan, change.id), "closed");
}

Result<void> take_step(const Call& call, const Change& change, Verdict& verdict) {
  const std::string& step = change.transition;
  const Json document = document_of(kPlan, change.id);
  if (step == "submit") return submit(call, change, verdict);
  if (step == "withdraw") return release_funds(call, document, "withdrawn");
  if (step == "return") return release_funds(call, document, "refused");
  if (step == "approve") return confirm_funds(call, document);
  if (step == "close") return close(call, change, verdict);
  return {};
}

} // namespace

Result<void> validate_plan(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.action == Action::transition) {
    OB_CHECK(take_step(call, change, verdict));
    if (verdict.findings() > 0) return {};
    const Row& row = change.before;
    return follow_workflow(call, change, {title_of(row), row.text("spending_kind"), row.money("requested_amount")},
                           verdict);
  }
  const std::string status = change.before.text("status");
  if (change.action == Action::update && status != "draft" && status != "returned") return {}; // the plugin's own
  OB_CHECK(check(call, change, change.after, verdict));
  if (change.action != Action::create || verdict.findings() > 0 || !change.after.text("plan_no").empty()) return {};
  OB_TRY(const Row node, call.node(change.after.ref("unit")));
  OB_TRY(const std::string number, next_number(call, "JH", node, change.after.number("fiscal_year")));
  verdict.assign("plan_no", number);
  return {};
}

Result<Answer> grant_plan(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  OB_TRY(const Money amount, money_member(body, "amount"));
  OB_TRY(const Row plan, call.records().get(kPlan, id));
  const std::string status = plan.text("status");
  if (status != "submitted" && status != "reviewed")
    return fault(FaultKind::conflict, "treasury.plan_state",
                 {"只有审核中的计划可以核定金额。", "Only a plan under review is granted an amount."});
  PlanFacts facts;
  facts.month = static_cast<int>(plan.number("month"));
  facts.requested = plan.money("requested_amount");
  facts.granted = amount;
  auto findings = check_plan(facts);
  if (!findings.empty())
    return refusal("treasury.plan_amount", {"审批金额不正确。", "The amount is not right."}, std::move(findings));
  OB_CHECK(call.records().update(kPlan, id, plan.version(), {{"approved_amount", amount.fen()}}));
  return Answer::json({{"approved_amount", amount.to_yuan()}});
}

} // namespace onebudget::treasury
