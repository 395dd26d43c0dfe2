#pragma once
// What the database remembers of plugins: which are enabled, at which version, and how often starting one has killed
// the server.

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/storage/storage.hpp"

namespace onebudget::host {

struct StoredPlugin {
  std::string id, version;
  bool enabled = false;
  std::int64_t enabled_ms = 0;
  std::int64_t attempts = 0; ///< starts begun since the last one that succeeded
  std::string previous;      ///< the version that ran before this one; where a rollback leads
};

/// Thread-safe.
class PluginTable {
 public:
  explicit PluginTable(storage::Database& database) : database_(database) {}
  static std::vector<storage::Migration> migrations();

  Result<std::vector<StoredPlugin>> load(const Context& context);
  /// Written before any code of the plugin runs, so that a crash in it is counted.
  Result<void> begin_start(const Context& context, const std::string& id, const std::string& version);
  Result<void> started(storage::Session& session, const std::string& id, const std::string& version,
                       std::int64_t now_ms);
  Result<void> start_failed(const Context& context, const std::string& id); ///< failed in an orderly way: no crash
  Result<void> forgive(const Context& context, const std::string& id);      ///< somebody enables it by hand: count anew
  Result<void> disabled(storage::Session& session, const std::string& id);

 private:
  storage::Database& database_;
};

} // namespace onebudget::host
