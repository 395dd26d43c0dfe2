#pragma once
// The outbox and the inbox.

#include "plugins/treasury/service/facts.hpp"

namespace onebudget::treasury {

/// Whether vouchers of a unit leave this system today: its region's authority is 主系统.
Result<bool> vouchers_leave(const Call& call, RecordId unit);

/// A sent voucher as a message that waits for its adapter.
Result<void> queue_voucher(const Call& call, const Row& voucher, RecordId id);

} // namespace onebudget::treasury
