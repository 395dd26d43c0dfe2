#include "plugins/treasury/domain/voucher/undo.hpp"

namespace onebudget::treasury {

namespace {

std::vector<FieldFault> check_undo(const PaidVoucher& voucher, Money amount, const char* rule) {
  std::vector<FieldFault> findings;
  if (!voucher.paid) {
    findings.push_back({"/certificate",
                        rule,
                        {"凭证尚未支付。", "The voucher is not paid."},
                        {"未支付的请撤销凭证。", "Cancel it by another voucher instead."}});
    return findings;
  }
  if (!(Money() < amount))
    findings.push_back({"/amount",
                        rule,
                        {"金额应大于零。", "The amount is more than nothing."},
                        {"请填写金额。", "Give the amount."}});
  const Money left = undoable(voucher);
  if (left < amount)
    findings.push_back({"/amount",
                        rule,
                        {"凭证已付 " + voucher.amount.to_yuan() + " 元，尚可退款或更正 " + left.to_yuan() + " 元。",
                         "The voucher paid " + voucher.amount.to_yuan() + " yuan; " + left.to_yuan() +
                             " yuan of it are left to be refunded or corrected."},
                        {"请按实际退回金额填写。", "Give what really came back."}});
  return findings;
}

} // namespace

Money undoable(const PaidVoucher& voucher) {
  const auto without = voucher.amount.minus(voucher.refunded);
  if (!without) return {};
  return without->minus(voucher.corrected).ok() ? *without->minus(voucher.corrected) : Money();
}

std::vector<FieldFault> check_refund(const PaidVoucher& voucher, Money amount, Day day, Day today) {
  auto findings = check_undo(voucher, amount, "treasury.refund");
  if (voucher.paid && (day < voucher.paid_on || today < day))
    findings.push_back({"/refund_date",
                        "treasury.refund",
                        {"退款日期应在支付日期 " + voucher.paid_on.str() + " 与今天之间。",
                         "A refund lies between the payment, " + voucher.paid_on.str() + ", and today."},
                        {"请改写日期。", "Change the day."}});
  return findings;
}

bool restores_indicator(const PaidVoucher& voucher, Day day) { return voucher.paid_on.year() == day.year(); }

std::vector<FieldFault> check_correction(const PaidVoucher& voucher, Money amount, const std::string& to_indicator,
                                         Day today) {
  auto findings = check_undo(voucher, amount, "treasury.correction");
  if (to_indicator.empty() || to_indicator == voucher.indicator)
    findings.push_back({"/to_indicator",
                        "treasury.correction",
                        {"更正应指向另一指标。", "A correction moves to another indicator."},
                        {"请选择正确的指标。", "Choose the right one."}});
  if (voucher.paid && voucher.paid_on.year() != today.year())
    findings.push_back({"/certificate",
                        "treasury.correction",
                        {"年结之后不再更正上年支付。", "After the end of its year a payment is not corrected."},
                        {"请在本年度以调整文书处理。", "Have it put right by a document of the current year."}});
  return findings;
}

std::vector<Hit> payee_after_refund(bool refunded_before, const std::string& account_before,
                                    const std::string& account_now) {
  if (!refunded_before || account_before == account_now) return {};
  return {{"R52",
           Level::orange,
           {"退款后重新支付，收款账号已改变。", "Paid again after a refund, to another account."},
           "{}"}};
}

} // namespace onebudget::treasury
