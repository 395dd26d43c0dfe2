// R27 重复支付, R28 发票异常, R52 退款后改收款人: the same thing paid again.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

#include <algorithm>

namespace onebudget::monitoring {

namespace {

bool carries(const PaymentFacts& facts, const std::string& invoice) {
  return !invoice.empty() && facts.invoices &&
         std::any_of(facts.invoices->begin(), facts.invoices->end(),
                     [&](const Invoice& own) { return own.number == invoice; });
}

bool near(const std::optional<Day>& earlier, const std::optional<Day>& now, int days) {
  return earlier && now && now->number() - earlier->number() <= days && earlier->number() - now->number() <= days;
}

void paid_twice(const PaymentFacts& facts, Look look) {
  if (!facts.earlier) return look.out.missing("R27", source::kTreasury);
  const int days = look.limits.count("R27", "days");
  for (const EarlierPayment& one : *facts.earlier) {
    if (one.refunded) continue;
    if (carries(facts, one.invoice)) {
      look.out.hit("R27", {"发票 " + one.invoice + " 已经支付过。", "Invoice " + one.invoice + " was paid before."},
                   {{"发票", one.invoice}, {"此前支付", one.id}}, true, one.id, {one.id});
      continue;
    }
    const bool alike = one.account == facts.account && one.amount == facts.amount && one.use == facts.use;
    if (!alike || !near(one.day, facts.day, days)) continue;
    look.out.hit("R27",
                 {std::to_string(days) + " 天内同一收款人、同一金额、同一用途已有支付。",
                  "The same payee, amount and use were paid within " + std::to_string(days) + " days."},
                 {{"金额", grouped(one.amount)}, {"用途", one.use}, {"此前支付", one.id}}, false, one.id, {one.id});
  }
}

void bad_invoices(const PaymentFacts& facts, Findings& out) {
  if (!facts.invoices) return out.missing("R28", source::kInvoices);
  bool unknown = false;
  for (const Invoice& one : *facts.invoices) {
    const bool used = !one.used_by.empty();
    unknown = unknown || (!one.checked && !used);
    if (!used && !one.voided && !one.wrong_title) continue;
    const Text why = used         ? Text{"已用于其他支付", "was used for another payment"}
                     : one.voided ? Text{"已作废", "is void"}
                                  : Text{"抬头不是本单位", "is made out to somebody else"};
    out.hit("R28", {"发票 " + one.number + why.zh + "。", "Invoice " + one.number + " " + why.en + "."},
            {{"发票", one.number}, {"情形", why.zh}}, false, one.number);
  }
  if (unknown) out.missing("R28", source::kInvoices);
}

void other_account_after_refund(const PaymentFacts& facts, Findings& out) {
  if (!facts.repaid) return;
  if (facts.former_account.empty()) return out.missing("R52", source::kTreasury);
  if (facts.former_account == facts.account) return;
  out.hit("R52", {"退款后重新支付，收款账户与原申请不同。", "Paid again after a refund, to another account."},
          {{"原收款账号", facts.former_account}, {"收款账号", facts.account}});
}

} // namespace

void check_twice(const PaymentFacts& facts, Look look) {
  if (facts.refund) return;
  paid_twice(facts, look);
  bad_invoices(facts, look.out);
  other_account_after_refund(facts, look.out);
}

} // namespace onebudget::monitoring
