#include "plugins/treasury/domain/voucher/course.hpp"

#include <algorithm>
#include <iterator>

namespace onebudget::treasury {

namespace {

constexpr const char* kStates[] = {"made",       "sealed", "sent",     "received", "paid",
                                   "reconciled", "void",   "rejected", "cancelled"};
constexpr const char* kSteps[] = {"seal", "send", "accept", "reject", "pay", "reconcile", "void", "cancel"};

template <class Value, std::size_t n>
std::optional<Value> among(const char* const (&names)[n], std::string_view name) {
  const auto* found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Value>(found - std::begin(names));
}

bool left_the_house(VoucherState state) { return state != VoucherState::made && state != VoucherState::sealed; }

FieldFault on_receipt(const char* field, Text message, Text remedy) {
  return {field, "treasury.receipt", std::move(message), std::move(remedy)};
}

} // namespace

std::optional<VoucherState> voucher_state(std::string_view code) { return among<VoucherState>(kStates, code); }
std::optional<VoucherStep> voucher_step(std::string_view name) { return among<VoucherStep>(kSteps, name); }

std::vector<FieldFault> check_step(const VoucherFacts& voucher, VoucherStep step) {
  std::vector<FieldFault> findings;
  if (step == VoucherStep::void_ && left_the_house(voucher.state))
    findings.push_back(
        {"/status",
         "treasury.sent_voucher",
         {"已发送的凭证不能作废。", "A voucher that was sent is not struck out."},
         {"请开撤销凭证；已支付的请办退款。", "Make a cancellation voucher; what is paid comes back by a refund."}});
  if (step == VoucherStep::cancel && !voucher.cancellation_carried)
    findings.push_back(
        {"/status",
         "treasury.sent_voucher",
         {"已发送的凭证只能由另一张凭证撤销。", "A sent voucher is cancelled only by another voucher."},
         {"请开撤销凭证，并等待其办理完毕。", "Make a cancellation voucher and wait until it is carried out."}});
  if (step == VoucherStep::send && !voucher.sealed_as_is)
    findings.push_back({"/seal",
                        "treasury.seal",
                        {"凭证内容与签章时不一致。", "The voucher is not what was sealed."},
                        {"请作废后重新生成。", "Strike it out and make it anew."}});
  if (step == VoucherStep::send && !voucher.leaves)
    findings.push_back(
        {"",
         "treasury.side_system",
         {"本地区支付以外部系统为主（旁路），凭证不从本系统发出。",
          "Payments of this region are another system's (旁路); no voucher leaves this one."},
         {"请登记外部系统的回单并每日对账。", "Record the other system's receipts and reconcile every day."}});
  if (step == VoucherStep::pay && !voucher.has_receipt)
    findings.push_back({"/bank_serial",
                        "treasury.no_receipt",
                        {"没有银行回单，不能记为已支付。", "Without the bank's receipt nothing counts as paid."},
                        {"请登记回单。", "Record the receipt."}});
  return findings;
}

ReceiptOutcome take_receipt(const Expected& voucher, const Receipt& receipt, Day today,
                            std::vector<FieldFault>& findings) {
  const bool paid = voucher.state == VoucherState::paid || voucher.state == VoucherState::reconciled;
  if (paid && receipt.serial == voucher.serial_before && receipt.amount == voucher.amount_before)
    return ReceiptOutcome::known;
  if (paid)
    findings.push_back({"/bank_serial",
                        "treasury.paid_twice",
                        {"凭证已有流水 " + voucher.serial_before + " 的回单，又来流水 " + receipt.serial + "。",
                         "The voucher has a receipt of serial " + voucher.serial_before + " already; this one is of " +
                             receipt.serial + "."},
                        {"请核对是否重复支付，并办理退款。", "See whether money went out twice, and have it back."}});
  else if (voucher.state != VoucherState::sent && voucher.state != VoucherState::received)
    findings.push_back(on_receipt("/status",
                                  {"凭证尚未发送，或已撤销。", "The voucher was not sent, or it was cancelled."},
                                  {"请核对凭证号。", "Check the voucher's number."}));
  if (receipt.serial.empty())
    findings.push_back(on_receipt("/bank_serial", {"回单没有银行流水号。", "The receipt has no serial of the bank."},
                                  {"请填写。", "Give it."}));
  if (receipt.amount != voucher.amount)
    findings.push_back(
        on_receipt("/amount",
                   {"回单 " + receipt.amount.to_yuan() + " 元，凭证 " + voucher.amount.to_yuan() + " 元。",
                    "The receipt is of " + receipt.amount.to_yuan() + " yuan, the voucher of " +
                        voucher.amount.to_yuan() + " yuan."},
                   {"请向代理银行查询。", "Ask the bank."}));
  if (!receipt.account.empty() && !voucher.account.empty() && receipt.account != voucher.account)
    findings.push_back(on_receipt("/payee_account",
                                  {"实际收款账号与凭证不一致。", "The account that was paid is not the voucher's."},
                                  {"请向代理银行查询。", "Ask the bank."}));
  if (receipt.paid_on < voucher.dated || today < receipt.paid_on)
    findings.push_back(on_receipt("/paid_on",
                                  {"支付日期应在凭证日期 " + voucher.dated.str() + " 与今天之间。",
                                   "A voucher is paid between its day, " + voucher.dated.str() + ", and today."},
                                  {"请核对日期。", "Check the day."}));
  return findings.empty() ? ReceiptOutcome::apply : ReceiptOutcome::refused;
}

} // namespace onebudget::treasury
