#pragma once
// A paid voucher as refunds and corrections see it.

#include "plugins/treasury/domain/voucher/undo.hpp"
#include "plugins/treasury/service/facts.hpp"

namespace onebudget::treasury {

PaidVoucher paid_voucher(const Row& certificate);

/// Adds to `refunded` or `corrected`, guarded by the database: both together never more than was paid. False when they
/// would be.
Result<bool> take_from_voucher(const Call& call, const Row& certificate, const char* field, Money amount);

/// Somebody was faster: the figures that a rule saw are not those that the database has.
Fault overtaken_voucher();

} // namespace onebudget::treasury
