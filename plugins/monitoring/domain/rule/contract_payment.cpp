// R15 合同前付款, R16 超合同付款, R18 预付款过高, R19 未验收付尾款: a payment against its contract.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

void before_signing(const PaymentFacts& facts, Findings& out) {
  if (!facts.signed_on || !facts.day) return out.missing("R15", source::kContracts);
  if (*facts.signed_on <= *facts.day || facts.advance_clause) return;
  out.hit("R15",
          {"付款日期早于合同签订日期 " + facts.signed_on->str() + "，且没有预付款约定。",
           "Paid before the contract was signed on " + facts.signed_on->str() + ", without an advance clause."},
          {{"合同", facts.contract}, {"付款日期", facts.day->str()}, {"签订日期", facts.signed_on->str()}});
}

void above_contract(const PaymentFacts& facts, Money whole, Money after, Findings& out) {
  if (after <= whole) return;
  out.hit("R16",
          {"累计付款 " + grouped(after) + " 元超过合同金额（含批准的变更）" + grouped(whole) + " 元。",
           "Payments of " + grouped(after) + " yuan exceed the contract with its approved changes, " + grouped(whole) +
               " yuan."},
          {{"合同", facts.contract}, {"累计付款", grouped(after)}, {"合同金额", grouped(whole)}});
}

void large_advance(const PaymentFacts& facts, Look look) {
  if (!facts.advance || facts.advance_clause) return;
  const Money advances = sum(facts.advance_paid, facts.amount);
  if (!above_share(advances, look.limits.share("R18", "share"), *facts.contract_amount)) return;
  const std::string shown = percent(advances, *facts.contract_amount);
  look.out.hit("R18",
               {"预付款达合同金额的 " + shown + "，合同未作约定。",
                "Advances reach " + shown + " of the contract without a clause for them."},
               {{"合同", facts.contract}, {"预付款", grouped(advances)}, {"比例", shown}});
}

void before_acceptance(const PaymentFacts& facts, Money whole, Money after, Look look) {
  if (!above_share(after, look.limits.share("R19", "share"), whole)) return;
  if (!facts.accepted) return look.out.missing("R19", source::kContracts);
  if (*facts.accepted) return;
  look.out.hit("R19",
               {"付款达合同金额的 " + percent(after, whole) + "，尚无验收。",
                "Paid " + percent(after, whole) + " of the contract without an acceptance."},
               {{"合同", facts.contract}, {"累计付款", grouped(after)}, {"比例", percent(after, whole)}});
}

} // namespace

void check_contract_payment(const PaymentFacts& facts, Look look) {
  if (facts.contract.empty() || facts.refund) return;
  before_signing(facts, look.out);
  if (!facts.contract_amount) {
    for (const char* rule : {"R16", "R18", "R19"}) look.out.missing(rule, source::kContracts);
    return;
  }
  const Money whole = sum(*facts.contract_amount, facts.contract_changes),
              after = sum(facts.contract_paid, facts.amount);
  above_contract(facts, whole, after, look.out);
  large_advance(facts, look);
  before_acceptance(facts, whole, after, look);
}

} // namespace onebudget::monitoring
