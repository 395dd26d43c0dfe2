#pragma once
// Payment certificates as several verbs make and move them.

#include "plugins/treasury/service/facts.hpp"

namespace onebudget::treasury {

/// On the transition `certify` of an approved request: its voucher, in the state 录入.
Result<void> certify(const Call& call, const Change& change, Verdict& verdict);

/// A new voucher: number, day, digest and what marks it as the one of its subject. `values` hold all the rest.
Result<RecordId> insert_voucher(const Call& call, Json values, const std::string& subject);

/// Digest of what a voucher says, over the fields that never change.
Result<std::string> voucher_digest(const Call& call, const Row& voucher);

/// The row as it is now, marked with an outcome and moved by a transition that an outcome decides.
Result<void> conclude(const Call& call, const char* entity, RecordId id, const char* outcome, const char* transition,
                      const std::string& comment);

/// A receipt as it came in; money in fen. Answers {status, repeated}. Faults treasury.receipt and
/// treasury.paid_twice, with all findings.
Result<Json> take_receipt_of(const Call& call, const Row& voucher, const Json& receipt);

} // namespace onebudget::treasury
