#pragma once
// The SQL of the outbox. Inside events only; every function runs in the caller's transaction.

#include <string>
#include <vector>

#include "kernel/events/events.hpp"

namespace onebudget::events {

/// A durable sink as the database knows it.
struct SinkRow {
  std::string name;
  std::int64_t position = 0; ///< delivery up to which it has seen everything
  int attempts = 0;          ///< failed calls for the next event
  std::int64_t retry_at_ms = 0;
  std::string holder; ///< node that delivers now
  std::int64_t held_until_ms = 0;
};

/// No lease reaches so far ahead: it was taken by a clock that has been set right since.
inline constexpr std::int64_t kNoLeaseMs = 600'000;

std::vector<storage::Migration> outbox_migrations();

Result<void> insert_events(storage::Session& session, std::int64_t at_ms, std::span<const Event> events);
/// The newest delivery number.
Result<std::int64_t> head(storage::Session& session);
/// True when events wait for their number.
Result<bool> unnumbered(storage::Session& session);
/// Numbers at most `batch` settled events in the order of their ids; 0 when another node is at it.
Result<int> number_events(storage::Session& session, int batch);
Result<std::vector<Event>> events_after(storage::Session& session, std::int64_t delivery, int limit);

/// Makes the sink known at the head unless it is known.
Result<void> enrol(storage::Session& session, const std::string& name, std::int64_t now_ms);
Result<std::vector<SinkRow>> sinks(storage::Session& session);
/// Takes or renews the lease of a sink; nothing when another node holds it.
Result<bool> hold(storage::Session& session, SinkRow& row, const std::string& holder, std::int64_t now_ms,
                  std::int64_t until_ms);
/// Writes position, attempts and next try, if `holder` still holds the lease.
Result<void> store_progress(storage::Session& session, const SinkRow& row, const std::string& holder);
Result<void> release(storage::Session& session, const std::string& holder);

Result<void> bury(storage::Session& session, const std::string& sink, const Event& event, const std::string& reason,
                  int attempts, std::int64_t now_ms);
/// From the newest; 0 for either id = any.
Result<std::vector<DeadLetter>> buried(storage::Session& session, std::int64_t only_id, std::int64_t before_id,
                                       int limit);
Result<void> dig_up(storage::Session& session, std::int64_t id);
Result<void> note_failure(storage::Session& session, std::int64_t id, const std::string& reason);
Result<std::int64_t> forget(storage::Session& session, std::int64_t before_ms);

} // namespace onebudget::events
