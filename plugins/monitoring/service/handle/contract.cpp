// Before contracts and their parts are written: R41 at the door, funding many to many, currency with its rate.

#include "plugins/monitoring/domain/findings.hpp"
#include "plugins/monitoring/service/handle/approval.hpp"

namespace onebudget::monitoring {

namespace {

using plugin::Action;

constexpr const char* kChange = "monitoring.contract_change";
constexpr const char* kLine = "monitoring.contract_line";

Result<Money> sum_of(const Call& call, const char* entity, const std::string& filter, const char* field,
                     RecordId except) {
  Money out;
  OB_CHECK(call.records().each(entity, where(filter), [&](const Row& row) -> Result<void> {
    if (row.id() != except || except.none()) out = sum(out, row.money(field));
    return {};
  }));
  return out;
}

void check_form(const Row& row, Verdict& verdict) {
  if (row.flag("procured") && row.text("plan_no").empty() && !row.flag("urgent"))
    verdict.report("/plan_no", "monitoring.r41",
                   Text{"R41：政府采购合同没有采购计划。", "R41: a procured contract without a procurement plan."},
                   Text{"请先批准采购计划并填写计划号；应急采购请注明。",
                        "Have the plan approved and give its number; mark urgent purchases."});
  const std::string currency = row.text("currency");
  if (!currency.empty() && currency != "CNY" && !row.has("exchange_rate"))
    verdict.report("/exchange_rate", "monitoring.no_rate",
                   Text{"外币合同没有汇率。", "A contract in foreign currency without a rate."},
                   Text{"请填写签订日汇率。", "Give the rate of the day of signing."});
  const auto from = row.day("effective_on"), to = row.day("ends_on");
  if (from && to && *to < *from)
    verdict.report("/ends_on", "monitoring.contract_term", Text{"到期日早于生效日。", "It ends before it begins."},
                   Text{"请改正日期。", "Correct the days."});
}

Result<void> check_line(const Call& call, const Change& change, const Row& contract, Verdict& verdict) {
  const Row& row = change.after;
  const Money line = row.money("line_amount"), share = row.money("share_amount");
  const std::string of_line = "budget_line==" + plugin::quoted(row.text("budget_line")) +
                              ";fiscal_year==" + std::to_string(row.number("fiscal_year"));
  OB_TRY(const Money shared, sum_of(call, kLine, of_line, "share_amount", change.id));
  if (line < sum(shared, share))
    verdict.report("/share_amount", "monitoring.line_exceeded",
                   Text{"各合同留用的份额合计超过预算行金额。", "Shares of all contracts exceed the line's amount."},
                   Text{"请减少份额或换用其他预算行。", "Lower the share or use another line."});
  const std::string of_contract = "contract==" + contract.id().str();
  OB_TRY(const Money own, sum_of(call, kLine, of_contract, "share_amount", change.id));
  OB_TRY(const Money changes, sum_of(call, kChange, of_contract, "change_amount", {}));
  if (sum(contract.money("amount"), changes) < sum(own, share))
    verdict.report("/share_amount", "monitoring.contract_exceeded",
                   Text{"资金来源合计超过合同金额。", "The funding exceeds the contract."},
                   Text{"请核对份额。", "Check the shares."});
  return {};
}

/// A contract goes to its approval, or through it, with its funding.
Result<void> step(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.before;
  if (change.transition == "submit" || change.transition == "approve") {
    OB_TRY(const auto line, call.records().first(kLine, where("contract==" + change.id.str())));
    if (!line)
      verdict.report("/status", "monitoring.no_funding",
                     Text{"合同还没有资金来源。", "The contract has no funding yet."},
                     Text{"请先登记预算行、年度和份额。", "Enter line, year and share first."});
    if (verdict.findings() > 0) return {};
  }
  return plugin::follow_approval(call, change,
                                 {.title = row.text("number") + " " + row.text("title"),
                                  .unit = change.after.ref("unit"),
                                  .amount = row.money("amount"),
                                  .category = "contract",
                                  .makers = {row.text("created_by")}},
                                 verdict);
}

} // namespace

Result<void> validate_contract(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.action == Action::transition) {
    return step(call, change, verdict);
  }
  check_form(change.after, verdict);
  const bool fixed = change.action == Action::update && change.before.text("status") != "draft";
  if (fixed && (change.changes("amount") || change.changes("supplier")))
    verdict.report(
        "/amount", "monitoring.contract_fixed",
        Text{"履行中的合同不能直接改金额和供应商。", "Amount and supplier of a contract in force are fixed."},
        Text{"请登记合同变更。", "Enter a contract change."});
  bool fresh = change.action == Action::create;
  for (const char* field :
       {"amount", "procured", "plan_approved_on", "awarded_on", "signed_on", "delivered_on", "urgent", "complaint"})
    fresh = fresh || change.changes(field);
  if (fresh) verdict.assign("checked", false);
  return {};
}

Result<void> validate_contract_part(Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.after.none() ? change.before : change.after;
  OB_TRY(const Row contract, call.records().get(kContract, row.ref("contract")));
  const bool kept = change.action != Action::remove;
  if (kept && change.entity == kLine) OB_CHECK(check_line(call, change, contract, verdict));
  if (kept && change.entity == "monitoring.payment_term") {
    std::int64_t shares = row.ratio("share").millionths();
    const std::string filter = "contract==" + contract.id().str();
    OB_CHECK(call.records().each("monitoring.payment_term", where(filter), [&](const Row& other) -> Result<void> {
      if (change.id.none() || other.id() != change.id) shares += other.ratio("share").millionths();
      return {};
    }));
    if (shares > Ratio::kOne)
      verdict.report("/share", "monitoring.terms_exceeded",
                     Text{"付款比例合计超过 100%。", "The shares add up to more than 100 %."},
                     Text{"请核对付款条款。", "Check the payment terms."});
  }
  const bool judged = change.entity == kChange || change.entity == "monitoring.acceptance";
  if (!judged || !contract.flag("checked")) return {};
  return call.records().update(kContract, contract.id(), contract.version(), {{"checked", false}});
}

} // namespace onebudget::monitoring
