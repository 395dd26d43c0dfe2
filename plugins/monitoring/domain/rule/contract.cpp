// R13 先采购后审批, R14 合同签订晚于交付, R16 超合同付款 (as a scan), R17 合同变更过大, R20 合同未按期签订.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

void before_plan(const ContractFacts& facts, Findings& out) {
  if (!facts.procured || facts.urgent || !facts.signed_on) return;
  if (!facts.plan_approved_on) return out.missing("R13", source::kProcurement);
  if (*facts.plan_approved_on <= *facts.signed_on) return;
  out.hit("R13", {"合同先于采购计划批准签订。", "The contract was signed before the procurement plan was approved."},
          {{"签订日期", facts.signed_on->str()}, {"采购计划批准", facts.plan_approved_on->str()}});
}

void after_delivery(const ContractFacts& facts, Findings& out) {
  if (facts.urgent || !facts.signed_on || !facts.delivered_on || *facts.signed_on <= *facts.delivered_on) return;
  out.hit("R14", {"合同签订晚于交付或验收。", "The contract was signed after delivery or acceptance."},
          {{"签订日期", facts.signed_on->str()}, {"交付日期", facts.delivered_on->str()}});
}

void overpaid(const ContractFacts& facts, Findings& out) {
  const Money whole = sum(facts.amount, facts.changes);
  if (!facts.paid || *facts.paid <= whole) return;
  out.hit("R16",
          {"累计付款超过合同金额（含批准的变更）" + grouped(whole) + " 元。",
           "Payments exceed the contract with its approved changes, " + grouped(whole) + " yuan."},
          {{"累计付款", grouped(*facts.paid)}, {"合同金额", grouped(whole)}});
}

void large_change(const ContractFacts& facts, Look look) {
  if (facts.retendered || !above_share(facts.changes, look.limits.share("R17", "share"), facts.amount)) return;
  const std::string shown = percent(facts.changes, facts.amount);
  look.out.hit("R17",
               {"合同变更合计达原合同的 " + shown + "。", "Changes add up to " + shown + " of the original contract."},
               {{"变更合计", grouped(facts.changes)}, {"合同金额", grouped(facts.amount)}, {"比例", shown}});
}

void signed_late(const ContractFacts& facts, Look look) {
  if (!facts.awarded_on || facts.complaint) return;
  const auto until = facts.signed_on ? facts.signed_on : facts.as_of;
  if (!until) return look.out.missing("R20", source::kContracts);
  const int days = until->number() - facts.awarded_on->number();
  if (days <= look.limits.count("R20", "days")) return;
  look.out.hit("R20",
               {"中标后 " + std::to_string(days) + " 天" + (facts.signed_on ? "才签订合同。" : "仍未签订合同。"),
                facts.signed_on ? "Signed " + std::to_string(days) + " days after the award."
                                : "Not signed " + std::to_string(days) + " days after the award."},
               {{"中标日期", facts.awarded_on->str()}, {"天数", std::to_string(days)}});
}

} // namespace

void check_contract(const ContractFacts& facts, Look look) {
  before_plan(facts, look.out);
  after_delivery(facts, look.out);
  overpaid(facts, look.out);
  large_change(facts, look);
  signed_late(facts, look);
}

} // namespace onebudget::monitoring
