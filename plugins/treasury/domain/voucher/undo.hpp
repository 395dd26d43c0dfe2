#pragma once
// What comes after a paid voucher: refunds (退款) and corrections (更正), never a change of the voucher itself.

#include <string>
#include <vector>

#include "plugins/treasury/domain/level.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::treasury {

struct PaidVoucher {
  bool paid = false;
  Day paid_on;
  Money amount, refunded, corrected;
  std::string indicator;
};

/// What of a paid voucher neither came back nor was moved elsewhere.
Money undoable(const PaidVoucher& voucher);

/// Rule treasury.refund: of a paid voucher only, more than nothing, together with what came back or was moved at most
/// what was paid, not dated before the payment and not ahead.
std::vector<FieldFault> check_refund(const PaidVoucher& voucher, Money amount, Day day, Day today);
/// True when the money of a refund can be used again: it came back in the year it was paid in. Later it goes to the
/// treasury; after 年结 nothing reopens.
bool restores_indicator(const PaidVoucher& voucher, Day day);

/// Rule treasury.correction: moves what a voucher paid, or a part, to another indicator of the same year; not more than
/// is left of it, in the year of the payment.
std::vector<FieldFault> check_correction(const PaidVoucher& voucher, Money amount, const std::string& to_indicator,
                                         Day today);

/// Rule R52 (orange): after a refund, the same request is paid again to another account.
std::vector<Hit> payee_after_refund(bool refunded_before, const std::string& account_before,
                                    const std::string& account_now);

} // namespace onebudget::treasury
