#pragma once
// The inside of Host. Only included by the .cpp files of this room.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "kernel/host/call/guest.hpp"
#include "kernel/host/call/kernel.hpp"
#include "kernel/host/host.hpp"
#include "kernel/host/life/plugin_table.hpp"
#include "kernel/host/life/prepare.hpp"
#include "kernel/host/life/store.hpp"

namespace onebudget::host {

/// Undoes what was done so far, in reverse, unless kept.
class Undo {
 public:
  Undo() = default;
  ~Undo();
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  void add(std::function<void()> step) { steps_.push_back(std::move(step)); }
  void keep() { steps_.clear(); }

 private:
  std::vector<std::function<void()>> steps_;
};

struct Host::State {
  State(storage::Database& database, access::Access& access, audit::Log& audit, events::Outbox& outbox,
        scheduler::Scheduler& scheduler, records::Records& records, const Clock& clock, Options options_in);

  /// What is known of one plugin id.
  struct Entry {
    PluginState state = PluginState::available;
    std::optional<FieldFault> reason;
    std::shared_ptr<Guest> guest;       ///< while it runs
    std::string version;                ///< that runs, or ran last
    std::string pin, previous;          ///< the version to stay with; the one before it
    std::vector<std::string> conflicts; ///< as in PluginInfo
    std::int64_t enabled_ms = 0;
    std::int64_t calls = 0, failures = 0; ///< of earlier generations since start
  };

  Options options;
  Kernel kernel;
  PluginTable table;
  Store store;
  std::mutex control;              ///< one change of the set at a time; taken before `mutex`
  mutable std::shared_mutex mutex; ///< guards what follows; never held while a plugin or a database is asked
  std::shared_ptr<const Trust> trust;
  std::vector<Found> found;
  std::map<std::string, Entry> entries;
  std::vector<std::shared_ptr<Guest>> given_up; ///< generations that may still have a thread inside
  std::set<std::string> hung;                   ///< plugins of which a step never came back

  [[nodiscard]] World world() const;
  [[nodiscard]] std::shared_ptr<Guest> guest(std::string_view id) const;
  [[nodiscard]] bool stuck(std::string_view id) const; ///< an earlier generation may still have a thread inside
  /// The running guest that provides a service and the methods it declares.
  [[nodiscard]] std::shared_ptr<Guest> provider(const std::string& service, const std::string& method,
                                                bool& method_known) const;
  /// What enabling the plugin would do to the set as it runs now; see prepare().
  Result<Prepared> examine(const Context& context, const std::string& id, const std::string& version = {});
  PluginInfo describe(const std::string& id) const; ///< `mutex` is held
  void mark(const std::string& id, PluginState state, std::optional<FieldFault> reason);

  // life/settings.cpp
  struct StoredSetting {
    std::string value;
    std::int64_t version = 0;
  };
  using StoredSettings = std::map<std::string, StoredSetting>; ///< by "<plugin>.<key>"
  static Result<StoredSettings> stored_settings(storage::Session& session);
  /// The values for a plugin: stored here, else configured, else the manifest's.
  Result<std::string> settings_of(const Context& context, const Manifest& manifest);
  Result<void> discover(); ///< reads keys and manifests again; under `control`
  // life/install.cpp, under `control`: answers the id
  Result<std::string> install(const Context& context, const PackageSource& source);
  // life/enable.cpp, under `control`
  Result<void> enable(const Context& context, const std::string& id);
  Result<void> disable(const Context& context, const std::string& id);
  /// life/upgrade.cpp: another version beside the running one, switched when it is up. What fails leaves the old
  /// serving.
  Result<void> upgrade(const Context& context, const std::string& id, const std::string& version,
                       const std::string& action);
  /// Loads and starts a version, as yet unknown to callers; `old` is the one it will replace, or null. `undo` brings
  /// back what was.
  Result<std::shared_ptr<Guest>> bring_up(const Context& context, const Prepared& prepared, const std::string& settings,
                                          const std::shared_ptr<Guest>& old, Undo& undo);
  Result<void> register_work(const std::shared_ptr<Guest>& guest, Undo& undo);
  /// Removes all that the plugin added and drains it; what is stored stays as it is.
  Result<void> take_down(const Context& context, const std::string& id);

  // life/calls.cpp
  /// Calls the guest, or the one that took its place between finding and entering it.
  Result<void> entered(const std::shared_ptr<Guest>& target, const std::function<Result<void>(Guest&)>& call) const;
  Result<RouteAnswer> call_route(const Context& context, const std::string& plugin, const RouteCall& call,
                                 const RouteReceipt& receipt);
  Result<std::string> call_service(const std::shared_ptr<Chain>& chain, const Context& context,
                                   const std::string& service, const std::string& method, const std::string& request);
  Result<std::string> run_job(const std::string& plugin, const std::string& job, scheduler::Run& run);
  Result<void> deliver(const std::string& plugin, const events::Event& event);
  [[nodiscard]] Context service_context(const std::string& plugin, const std::string& request_id) const;
};

/// What the audit says of a change to the set of plugins.
audit::Entry plugin_entry(const std::string& action, const std::string& id, const std::string& outcome,
                          const std::string& reason, const Json& detail);
/// The refusals of a plan as one fault.
Fault plan_refused(const EnablePlan& plan);
void forget_permissions(Host::State& state, const Guest& guest);

/// Calls the plugin's validate for the writes of one plugin's entities.
std::shared_ptr<records::Hooks> make_hooks(Host::State& state, const std::shared_ptr<Guest>& guest);

} // namespace onebudget::host
