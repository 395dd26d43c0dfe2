#pragma once
// events: facts that were committed, handed on at least once, in order per key. An event is written to the outbox in
// the transaction of the change; a dispatcher numbers committed events and delivers them to its sinks.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernel/storage/storage.hpp"

namespace onebudget::events {

struct Event {
  std::int64_t delivery = 0; ///< position given by the dispatcher after commit; SSE's Last-Event-ID
  std::int64_t id = 0;
  std::int64_t at_ms = 0;
  std::string topic;       ///< "records.changed", "compilation.project.approved", "job.progress"
  std::string key;         ///< events of one key stay in order ("compilation.project/17")
  std::string payload;     ///< JSON object
  std::int64_t latest = 0; ///< the last delivery that was there when this event was read
};

/// Receives events; must be quick or hand on. A fault means "again later" (with back-off), then dead letter.
using Sink = std::function<Result<void>(const Event&)>;

struct DeadLetter {
  std::int64_t id = 0;
  std::string sink;
  Event event;
  std::string reason;
  int attempts = 0;
};

/// Thread-safe.
class Outbox {
 public:
  Outbox(storage::Database& database, const Clock& clock);
  ~Outbox();
  static std::vector<storage::Migration> migrations();

  /// In the caller's transaction. `event` brings topic, key and payload (at most 256 KiB); the rest is set here.
  Result<void> append(storage::Session& session, const Context& context, const Event& event) {
    return append(session, context, std::span(&event, 1));
  }
  /// Several at once, in this order.
  Result<void> append(storage::Session& session, const Context& context, std::span<const Event> events);

  /// Durable sinks keep their position by name in the database (plugins); topics are exact or end in "*". A name that
  /// is new sees what comes from now on; a known one goes on where it was. Of several nodes that subscribe one name,
  /// one at a time delivers (a lease). A sink that answers a fault is called again with the same event after 1, 2, 4 …
  /// s; after the eighth time the event becomes a dead letter and the sink goes on. Sinks run outside any transaction.
  void subscribe(const std::string& name, std::vector<std::string> topics, Sink sink);
  /// Also for watch(). Waits for a running call to end, unless called from inside it. The position is kept.
  void unsubscribe(const std::string& name);
  /// A sink without position: sees what comes from now on (SSE).
  void watch(const std::string& name, Sink sink);

  /// Numbers what is committed and hands it to every sink, at most `batch` each; answers how many at the busiest of
  /// these, so 0 means that nothing is left to do now. Called by the dispatcher thread, or by a test.
  Result<int> dispatch(int batch = 500);
  /// Starts and stops the dispatcher thread; wake() makes it look at once (after a commit).
  void start();
  void stop();
  void wake();

  Result<std::vector<Event>> since(std::int64_t delivery, int limit); ///< for SSE resume
  /// From the newest; `before_id` 0 = from the start.
  Result<std::vector<DeadLetter>> dead_letters(int limit, std::int64_t before_id = 0);
  /// Hands a dead letter to its sink again, now and behind what the sink has seen meanwhile; it is gone when the sink
  /// takes it. Faults: events.dead_letter, events.replay with what the sink said.
  Result<void> replay(const Context& context, std::int64_t dead_letter);
  /// Forgets delivered events of at least this age, and returns how many. Waits for sinks that are behind, unless no
  /// node has subscribed them for that long.
  Result<int> sweep(std::int64_t older_than_ms);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace onebudget::events
