#pragma once
// The chain over audit rows: hash = SM3(hash before ‖ canonical bytes of the row). Inside audit only.

#include <string>

#include "kernel/audit/audit.hpp"

namespace onebudget::audit {

/// In the order that line_of() reads.
inline constexpr const char* kColumns =
    "id, seq, at_ms, actor, actor_name, ip, request_id, action, subject, subject_id, owner_path, outcome, reason, "
    "detail, hash";

Line line_of(const storage::Rows& rows);

/// Hex of the next hash; `before` is hex, empty at the beginning. Every field is length-prefixed, so that no two
/// different rows have the same bytes.
std::string next_hash(const std::string& before, const Line& line);

/// Chains at most `batch` settled rows; 0 when another node is at it.
Result<int> seal_batch(storage::Session& session, int batch);

Result<Verdict> verify_chain(storage::Session& session);

} // namespace onebudget::audit
