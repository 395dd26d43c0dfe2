#pragma once
// What the functions offered to plugins stand on. One per Host; outlives every guest.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "kernel/host/call/scope.hpp"
#include "kernel/host/host.hpp"
#include "kernel/host/services/kv_store.hpp"

namespace onebudget::host {

/// Finds the line of calls that a unit of work already belongs to, so that a hook inside a service call counts as one
/// deeper. Thread-safe.
class Chains {
 public:
  /// The unit's chain, or a new one. Keep the pointer for as long as the unit is in use.
  std::shared_ptr<Chain> of(records::Unit& unit);
  void move(const std::shared_ptr<Chain>& chain, records::Unit& to);

 private:
  std::mutex mutex_;
  std::map<const records::Unit*, std::weak_ptr<Chain>> chains_;
};

struct Kernel {
  storage::Database& database;
  access::Access& access;
  audit::Log& audit;
  events::Outbox& outbox;
  scheduler::Scheduler& scheduler;
  records::Records& records;
  const Clock& clock;
  const Host::Options& options;
  KvStore kv;
  Chains chains;
  /// ob.service/1, set by Host: finds the provider and enters it.
  std::function<Result<std::string>(Scope& from, const std::string& service, const std::string& method,
                                    const std::string& request)>
      call_service;

  void log(observe::Level level, std::string_view plugin, std::string_view message,
           std::vector<observe::LogField> fields = {}) const {
    if (options.log == nullptr) return;
    fields.insert(fields.begin(), {"plugin", std::string(plugin)});
    options.log->write(level, "host.plugin", message, fields);
  }
};

} // namespace onebudget::host
