#pragma once
// The course of a payment certificate (支付凭证): 录入 → 签章 → 发送 → 接收 → 回单 → 对账; aside 作废, 退回, 撤销.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::treasury {

enum class VoucherState { made, sealed, sent, received, paid, reconciled, void_, rejected, cancelled };
std::optional<VoucherState> voucher_state(std::string_view code);

/// What may happen to a certificate. `void_`: struck out before it was sent; `cancel`: undone by a cancellation voucher
/// that was carried out.
enum class VoucherStep { seal, send, accept, reject, pay, reconcile, void_, cancel };
std::optional<VoucherStep> voucher_step(std::string_view name);

struct VoucherFacts {
  VoucherState state = VoucherState::made;
  bool sealed_as_is = true;          ///< the content is still what was sealed
  bool leaves = true;                ///< the region's authority is 主系统, so vouchers may leave
  bool has_receipt = false;          ///< bank serial, day and amount are there
  bool cancellation_carried = false; ///< a cancellation voucher for this one was carried out
};

/// Rules treasury.sent_voucher (a sent voucher is cancelled only by another voucher), treasury.seal (only a sealed one
/// that did not change is sent), treasury.side_system (in 旁路 no voucher leaves) and treasury.no_receipt.
std::vector<FieldFault> check_step(const VoucherFacts& voucher, VoucherStep step);

struct Receipt {
  std::string serial; ///< 银行流水
  Day paid_on;
  Money amount;
  std::string account; ///< actual payee's; empty when the bank does not say
};
struct Expected {
  VoucherState state = VoucherState::sent;
  Money amount;
  Day dated;
  std::string account;       ///< empty for a batch
  std::string serial_before; ///< of the receipt that is known already
  Money amount_before;
};
enum class ReceiptOutcome { apply, known, refused };
/// Rule treasury.receipt: the receipt is of the voucher's amount and account, not before its day and not ahead. One
/// that came before with the same serial is known and changes nothing (a payment answered twice); another serial for a
/// paid voucher is refused: money went out twice.
ReceiptOutcome take_receipt(const Expected& voucher, const Receipt& receipt, Day today,
                            std::vector<FieldFault>& findings);

} // namespace onebudget::treasury
