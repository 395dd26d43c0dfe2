#pragma once
// What the parts of the room share. Only included by the .cpp files of this room.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kernel/access/access.hpp"
#include "kernel/access/rule/duties.hpp"
#include "kernel/access/rule/rights_set.hpp"

namespace onebudget::access {

struct Access::State {
  State(storage::Database& database_in, storage::IdBlocks& ids_in, audit::Log& audit_in, const Clock& clock_in)
      : database(database_in), ids(ids_in), audit(audit_in), clock(clock_in) {}

  storage::Database& database;
  storage::IdBlocks& ids;
  audit::Log& audit;
  const Clock& clock;

  struct Cached {
    std::int64_t version = 0;
    std::uint64_t generation = 0;
    std::int64_t from_ms = 0, until_ms = 0; ///< no grant begins or ends in [from, until)
    std::shared_ptr<const Rights> rights;
  };
  using Key = std::pair<std::int64_t, std::int64_t>; ///< user, token
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::int64_t>()(key.first * 1'000'003 + key.second);
    }
  };
  static constexpr std::size_t kMostCached = 20'000;

  mutable std::mutex mutex;                                   ///< guards everything below; never held over a query
  std::map<std::string, std::vector<Permission>> permissions; ///< by plugin; "" = the kernel's own
  PermissionList declared;
  std::map<std::string, Conflicts> conflicts; ///< by plugin
  std::map<std::string, std::shared_ptr<const Rights>> services;
  std::unordered_map<Key, Cached, KeyHash> cache;
  std::uint64_t generation = 1; ///< of declared permissions; cached rights carry the list

  /// What is kept of the caller and in force, at whatever version; under the mutex.
  [[nodiscard]] const Cached* cached(const Caller& caller, std::int64_t now_ms) const {
    const auto found = cache.find({caller.user.value, caller.token_id});
    const bool there = found != cache.end() && now_ms >= found->second.from_ms && now_ms < found->second.until_ms;
    return there ? &found->second : nullptr;
  }
  [[nodiscard]] Conflicts all_conflicts() const;
  [[nodiscard]] PermissionList declared_now() const;
  /// Appends an audit line about a thing of this room in the change's own transaction.
  Result<void> note(storage::Session& session, const Context& context, std::string action, std::string subject,
                    std::string subject_id, std::string owner_path, std::string detail);
};

} // namespace onebudget::access
