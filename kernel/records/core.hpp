#pragma once
// What the parts of the room share: the other rooms, the entities being served, and one caller's snapshot.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kernel/records/query/neighbours.hpp"
#include "kernel/records/records.hpp"
#include "kernel/records/schema/sealed.hpp"

namespace onebudget::records {

/// The entities being served. Thread-safe; a look-up copies one shared pointer.
class Catalog {
 public:
  [[nodiscard]] ServedPtr find(std::string_view name) const;
  [[nodiscard]] std::vector<ServedPtr> all() const;
  /// Serves exactly these for the plugin; look-ups see the old set or the new one.
  void put(const std::string& plugin, const std::vector<ServedPtr>& served);
  void drop(const std::string& plugin);

 private:
  using Map = std::map<std::string, ServedPtr, std::less<>>;
  [[nodiscard]] std::shared_ptr<const Map> map() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const Map> map_ = std::make_shared<Map>();
};

/// What scopes were found to be a moment ago: a hint for the plan of a statement, never for what it shows.
struct Widths {
  std::mutex mutex;
  std::unordered_map<std::string, std::pair<bool, std::int64_t>> known; ///< wide, and until when (UTC ms)
};

/// Nodes of the tree as they were at an access version: kind and place change with it, the name may be an older one.
struct Places {
  std::mutex mutex;
  std::int64_t version = 0;
  std::unordered_map<std::int64_t, neighbours::OrgNode> nodes;
};

struct Core {
  storage::Database& database;
  storage::IdBlocks& ids;
  access::Access& access;
  audit::Log& audit;
  events::Outbox& outbox;
  const Clock& clock;
  Catalog catalog;
  Widths widths{};
  Places places{};
  Vault vault{};
};

/// One caller in one session. Borrowed references; lives inside one read() or write().
struct Snapshot {
  Core& core;
  storage::Session& session;
  const Context& context;
  std::shared_ptr<const access::Rights> rights;

  [[nodiscard]] bool sqlite() const { return session.dialect() == storage::Dialect::sqlite; }
};

/// Resolves the caller's rights in the session. 401 for anonymous callers.
Result<Snapshot> open_snapshot(Core& core, storage::Session& session, const Context& context);

/// The served entity, or records.unknown_entity.
Result<ServedPtr> find_served(const Core& core, std::string_view name);

/// The same when it has rows of its own: a view is records.read_only.
Result<ServedPtr> find_stored(const Core& core, std::string_view name);

/// Runs `fn` on a snapshot of its own.
template <class Fn>
Result<void> on_snapshot(Core& core, const Context& context, Fn fn) {
  return core.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(Snapshot snapshot, open_snapshot(core, session, context));
    return fn(snapshot);
  });
}

/// The same for an `fn` that only finds out and may run again: the rights are looked at in the round trip of its first
/// statement, and where they changed it runs anew.
template <class Fn>
Result<void> on_quick_snapshot(Core& core, const Context& context, Fn fn) {
  return core.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(auto known, core.access.known_rights(session, context));
    if (known) {
      auto done = fn(Snapshot{core, session, context, known});
      const auto current = core.access.current(session, *known);
      if (!current) return done ? Result<void>(current.fault()) : done;
      if (*current) return done;
    }
    OB_TRY(const Snapshot snapshot, open_snapshot(core, session, context));
    return fn(snapshot);
  });
}

/// What `fn` answers on one.
template <class T, class Fn>
Result<T> quick(Core& core, const Context& context, Fn fn) {
  T value{};
  OB_CHECK(on_quick_snapshot(core, context, [&](const Snapshot& snapshot) -> Result<void> {
    OB_TRY(value, fn(snapshot));
    return {};
  }));
  return value;
}

} // namespace onebudget::records
