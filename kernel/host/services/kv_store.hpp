#pragma once
// ob.kv/1: a plugin's own scratch state. Names belong to the plugin; each change is its own transaction, durable when
// it answers, and no part of the caller's unit of work.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/storage/storage.hpp"

namespace onebudget::host {

/// Thread-safe.
class KvStore {
 public:
  static constexpr std::size_t kMostName = 200;
  static constexpr std::size_t kMostValue = 64U << 10U;
  static constexpr std::int64_t kMostEntries = 100'000;
  static constexpr std::int64_t kMostBytes = 64LL << 20;

  static constexpr std::int64_t kBlock = 256;
  static constexpr int kQuick = 16; ///< steps within a second before blocks are reserved
  static constexpr std::size_t kMostCounters = 4096;

  explicit KvStore(storage::Database& database) : database_(database) {}

  Result<std::optional<std::string>> get(const Context& context, const std::string& plugin, const std::string& name);
  /// Faults: host.kv_name, host.kv_value, host.kv_quota. `ttl_ms` 0 = for ever.
  Result<void> put(const Context& context, const std::string& plugin, const std::string& name, const std::string& value,
                   std::int64_t ttl_ms);
  /// Puts `value` only if `expected` (nothing = absent) is there; answers whether it did.
  Result<bool> compare_and_set(const Context& context, const std::string& plugin, const std::string& name,
                               const std::optional<std::string>& expected, const std::string& value);
  /// Adds to a counter that starts at 0 and answers the sum: no value is answered twice on any node, gaps are possible.
  /// A counter that is asked for one by one in quick succession (an import that numbers its rows) is reserved in
  /// blocks, because each durable step costs a commit. Removing or putting a counter that others still use may repeat
  /// values.
  Result<std::int64_t> increment(const Context& context, const std::string& plugin, const std::string& name,
                                 std::int64_t by);
  Result<bool> remove(const Context& context, const std::string& plugin, const std::string& name);
  /// Names that begin with `prefix` and follow `after`, in order.
  Result<std::vector<std::string>> scan(const Context& context, const std::string& plugin, const std::string& prefix,
                                        const std::string& after, int limit);

 private:
  struct Reserved {
    std::int64_t next = 0, end = 0; ///< values that are ours, half open
    std::int64_t second = 0;
    int steps = 0; ///< within that second
  };
  Result<std::int64_t> step(const Context& context, const std::string& plugin, const std::string& name,
                            std::int64_t by);
  void forget(const std::string& plugin, const std::string& name);

  storage::Database& database_;
  std::mutex mutex_; ///< guards `reserved_`; never held over a query
  std::map<std::pair<std::string, std::string>, Reserved> reserved_;
};

} // namespace onebudget::host
