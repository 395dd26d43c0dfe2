// R01 超预算支付, R03 无预算支付, R04 无计划支付: the balance decides, nobody overrides it.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

/// R03: no executable indicator.
void without_indicator(const PaymentFacts& facts, Findings& out) {
  if (!facts.indicator) return out.missing("R03", source::kLedger);
  if (*facts.indicator) return;
  out.hit("R03", {"没有可执行指标，不得支付。", "There is no executable indicator to pay from."},
          {{"金额", grouped(facts.amount)}});
}

/// R01: more than the indicator's available balance. Without an indicator R03 speaks.
void above_balance(const PaymentFacts& facts, Findings& out) {
  if (facts.indicator && !*facts.indicator) return;
  if (!facts.available) return out.missing("R01", source::kLedger);
  if (facts.amount <= *facts.available) return;
  out.hit("R01",
          {"支付金额超过指标可用余额 " + grouped(*facts.available) + " 元。",
           "The payment is above the indicator's available balance of " + grouped(*facts.available) + " yuan."},
          {{"金额", grouped(facts.amount)}, {"可用余额", grouped(*facts.available)}});
}

/// R04: more than what is left of the plan.
void above_plan(const PaymentFacts& facts, Findings& out) {
  if (!facts.plan_balance) return out.missing("R04", source::kTreasury);
  if (facts.amount <= *facts.plan_balance) return;
  out.hit("R04",
          {"支付金额超过用款计划余额 " + grouped(*facts.plan_balance) + " 元。",
           "The payment is above the plan's balance of " + grouped(*facts.plan_balance) + " yuan."},
          {{"金额", grouped(facts.amount)}, {"计划余额", grouped(*facts.plan_balance)}});
}

} // namespace

void check_funds(const PaymentFacts& facts, Look look) {
  if (facts.refund) return;
  without_indicator(facts, look.out);
  above_balance(facts, look.out);
  above_plan(facts, look.out);
}

} // namespace onebudget::monitoring
