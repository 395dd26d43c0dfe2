#pragma once
// One generation of a loaded plugin: its library, its tables, its gate. Every entry into its code goes through here:
// state checked, counted, bounded, timed, and nothing that it throws gets further.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "kernel/host/call/gate.hpp"
#include "kernel/host/call/handles.hpp"
#include "kernel/host/call/kernel.hpp"
#include "kernel/host/call/scope.hpp"
#include "kernel/host/declared.hpp"

namespace onebudget::host {

enum class Life { loaded, created, initialised, active, draining, inactive, destroyed, failed };

/// Thread-safe, apart from the lifecycle functions, which are called one at a time.
class Guest {
 public:
  /// Loads the library, asks its entry function for its tables and compares them with the manifest, then calls create.
  /// Faults: host.load, host.entry, host.descriptor, host.create; see also the lifecycle faults below.
  static Result<std::shared_ptr<Guest>> load(Kernel& kernel, std::shared_ptr<const Bundle> bundle,
                                             const std::string& path);
  ~Guest();
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  /// Lifecycle. Each runs on a thread of its own and is given up after Options::control_ms, with a fault host.hangs;
  /// the plugin is then never entered again. Other faults: host.<step> with the plugin's own words, host.throws.
  Result<void> init(const std::string& settings_json);
  Result<void> activate();        ///< opens the gate
  void close() { gate_.close(); } ///< from now on calls answer host.disabled
  [[nodiscard]] bool closing() const { return !gate_.is_open(); }
  /// Closes the gate, waits for running calls, then deactivates and destroys. host.drain when calls do not end in time:
  /// the generation is then left as it is and never entered again.
  Result<void> retire();

  /// Calls. Faults: host.disabled when the gate is closed, host.busy when no place became free, host.throws, or what
  /// the plugin answered.
  Result<void> handle(const std::shared_ptr<Scope>& scope);
  Result<void> serve(const std::shared_ptr<Scope>& scope, const std::string& service, const std::string& method);
  Result<void> validate(const std::shared_ptr<Scope>& scope);
  Result<void> run_job(const std::shared_ptr<Scope>& scope, const std::string& job);
  Result<void> deliver(const std::shared_ptr<Scope>& scope);

  [[nodiscard]] const Bundle& bundle() const { return *bundle_; }
  [[nodiscard]] const std::shared_ptr<const Bundle>& bundle_pointer() const { return bundle_; }
  [[nodiscard]] const std::string& id() const { return bundle_->manifest.id; }
  [[nodiscard]] std::string service_name() const { return "service:" + id(); }
  [[nodiscard]] bool may_use(
      std::string_view service) const; ///< declared: listed as a service, or implied by what it declares
  [[nodiscard]] bool may_call(std::string_view service) const; ///< a service of another plugin, listed
  [[nodiscard]] Life life() const { return life_; }
  [[nodiscard]] bool reachable() const {
    return !hangs_ && life_ != Life::destroyed;
  } ///< may ask for things that need no call
  [[nodiscard]] bool serving() const { return reachable() && (life_ == Life::active || life_ == Life::draining); }
  [[nodiscard]] bool is_host(std::uint64_t handle) const { return handle == host_handle_; }
  [[nodiscard]] std::string settings() const; ///< JSON object: as given to init, or newer
  void set_settings(std::string settings_json);
  void say_healthy(bool healthy) { unhealthy_ = !healthy; }
  /// What the plugin says of itself; asks its check if it has one.
  observe::HealthReport health();
  /// False when the name is one too many; the host keeps metrics of a plugin few.
  bool admit_metric(const std::string& name);

  [[nodiscard]] std::int64_t calls() const { return calls_; }
  [[nodiscard]] std::int64_t failures() const { return failures_; }
  [[nodiscard]] Handles& handles() { return handles_; }
  [[nodiscard]] Kernel& kernel() { return kernel_; }

  struct Abi; ///< the C side: core table and the plugin's own tables

 private:
  Guest(Kernel& kernel, std::shared_ptr<const Bundle> bundle, std::uint16_t owner);
  Result<void> bind(const std::string& path); ///< library, entry, descriptor
  Result<void> find_handlers();
  Result<void> take(std::uint64_t handle, std::string& out);
  Result<void> lifecycle(const char* what, std::int64_t allowed_ms,
                         const std::function<std::int32_t(void* error)>& call);
  Result<void> answer(std::int32_t status, const void* error, const Scope* scope) const;
  using Entry = std::function<Result<void>(std::uint64_t call)>;
  /// The guard around every call.
  Result<void> enter(const char* what, const std::shared_ptr<Scope>& scope, const Entry& entry);
  /// The guard around every lifecycle step.
  Result<void> step(const char* what, std::int64_t allowed_ms, std::function<Result<void>()> entry);
  Result<void> contained(const char* what, const std::function<Result<void>()>& entry);
  void note(const char* what, std::int64_t started_ns, const Result<void>& result);

  Kernel& kernel_;
  std::shared_ptr<const Bundle> bundle_;
  Handles handles_;
  Gate gate_;
  std::atomic<Life> life_{Life::loaded};
  std::atomic<bool> hangs_{false};
  std::atomic<std::int64_t> calls_{0}, failures_{0};
  std::atomic<bool> unhealthy_{false};
  std::uint64_t host_handle_ = 0;
  mutable std::mutex settings_mutex_;
  std::string settings_ = "{}";
  std::mutex metrics_mutex_;
  std::set<std::string> metrics_;
  std::unique_ptr<Abi> abi_;
  std::weak_ptr<Guest> self_; ///< a step that is given up keeps the generation alive
};

} // namespace onebudget::host
