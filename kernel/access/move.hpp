#pragma once
// Moving a node of the tree to another parent, with all that stands under it and with the rows that stand there.

#include <cstdint>
#include <functional>

#include "kernel/audit/audit.hpp"
#include "kernel/base/context.hpp"
#include "kernel/storage/storage.hpp"
#include "sdk/values/id.hpp"

namespace onebudget::access {

/// Thread-safe; keeps nothing of its own.
class Moves {
 public:
  Moves(storage::Database& database, audit::Log& audit, const Clock& clock)
      : database_(database), audit_(audit), clock_(clock) {}

  /// Whether a node of this version may go under `parent` with all that stands under it. Faults access.node_unknown,
  /// access.node_version, access.move_running (one move at a time), access.move_refused (circle, kind, level,
  /// department code, depth).
  Result<void> check(const Context& context, NodeId node, NodeId parent, std::int64_t version) const;
  /// Changes the tree, in one transaction and once for a job; the check comes again. From then on rights follow the new
  /// tree, and rows that still carry old paths show to nobody whose grants do not hold both places alike.
  Result<void> begin(const Context& context, JobId job, NodeId node, NodeId parent) const;
  /// Gives the rows their new place, a thousand to a transaction, and ends the move; answers how many, -1 when `go_on`
  /// (asked before each with the rows so far) said no. May be called again until it ends, also in another process.
  Result<std::int64_t> finish(const Context& context, JobId job, const std::function<bool(std::int64_t)>& go_on) const;

 private:
  Result<void> note(storage::Session& session, const Context& context, const char* action, NodeId node,
                    const std::string& path, const std::string& detail) const;
  storage::Database& database_;
  audit::Log& audit_;
  const Clock& clock_;
};

} // namespace onebudget::access
