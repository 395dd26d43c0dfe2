#pragma once
// host: finds plugins, negotiates, loads them with Boost.DLL over the C ABI, runs their life, and stands between them
// and the kernel: every entry into plugin code is counted, bounded and refused while draining.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/access/access.hpp"
#include "kernel/host/package/unpack.hpp"
#include "kernel/observe/observe.hpp"
#include "kernel/records/records.hpp"
#include "kernel/scheduler/scheduler.hpp"
#include "sdk/declarations/package/manifest.hpp"

namespace onebudget::host {

enum class PluginState { available, enabled, disabled, failed };

/// A page of the web UI that an enabled plugin contributes.
struct PluginPage {
  std::string name, module, permission; ///< module: its address on this server; permission: full code
  std::string place;                    ///< menu | bar | record
  Text title;
};

struct PluginInfo {
  std::string id, version, vendor;
  Text title, description;
  std::string signature = "unsigned", signed_by; ///< unsigned | signed | refused, and the id of the key
  int order = 100;
  std::vector<std::string> versions; ///< that are installed and can be read
  std::string previous;              ///< version that ran before this one; empty = none
  PluginState state = PluginState::available;
  std::optional<FieldFault> reason;  ///< why it is not running, and the remedy
  std::vector<std::string> entities; ///< full names
  std::vector<access::Permission> permissions;
  std::vector<PluginPage> pages;
  std::vector<std::string> requires_services, requires_plugins; ///< "ob.records/1", "standards >=0.1.0 <1.0.0"
  std::vector<std::string> conflicts; ///< who held what it says excludes each other when it was enabled, in sentences
  std::int64_t enabled_at_ms = 0;
  std::int64_t calls = 0, failures = 0; ///< since start
};

struct EnablePlan {
  std::string id, version;
  std::vector<std::string> actions; ///< what would change, in sentences
  std::vector<std::string> migrations;
  std::vector<access::Permission> permissions;
  std::vector<std::string> conflicts; ///< who holds already what the plugin says excludes each other, in sentences
  std::vector<FieldFault> refusals;   ///< empty = it can be enabled
};

/// A route that an enabled plugin declares; `{name}` segments are parameters.
struct RouteCall {
  std::string method, pattern;
  std::vector<std::pair<std::string, std::string>> parameters; ///< path and query
  std::string body;
};
struct RouteAnswer {
  int status = 200;
  std::string media_type = "application/json";
  std::string body;
};

/// A setting that a plugin declares, with the value that holds now.
struct SettingInfo {
  std::string plugin, key; ///< key below the plugin
  Text title;
  std::string type; ///< text | int | bool | number | json
  Json value, default_value;
  std::int64_t version = 1; ///< 1 = never changed here
  Text description;         ///< may be empty
};

/// Told of the answer of a plugin's route, in the transaction of what the plugin wrote; its fault undoes that.
using RouteReceipt = std::function<Result<void>(storage::Session& session, const RouteAnswer& answer)>;

/// Thread-safe.
class Host {
 public:
  struct Options {
    std::vector<std::string> directories; ///< each holds <id>/<version>/plugin.json
    std::string store;                    ///< content-addressed copies that are loaded, read-only
    std::string packages; ///< where install() puts packages; also one of `directories`; empty = it refuses
    bool unsigned_allowed = true;
    std::string keys; ///< keys that may sign plugins: a file or a folder, read by discover(); empty = none
    std::map<std::string, std::string>
        settings;                ///< "<plugin>.<key>" → JSON value; absent ones have the manifest's default
    observe::Log* log = nullptr; ///< these three may be absent
    observe::Metrics* metrics = nullptr;
    observe::Health* health = nullptr;
    std::int64_t drain_ms = 30'000;   ///< how long disable() waits for running calls
    std::int64_t control_ms = 60'000; ///< init, activate or deactivate that takes longer is given up
    std::int64_t queue_ms = 10'000;   ///< how long a call waits for a place in a busy plugin
  };
  Host(storage::Database& database, access::Access& access, audit::Log& audit, events::Outbox& outbox,
       scheduler::Scheduler& scheduler, records::Records& records, const Clock& clock, Options options);
  ~Host();
  static std::vector<storage::Migration> migrations();

  /// Reads the keys and every manifest again. Bad manifests appear as `failed` with reason and remedy; a bad key file
  /// is a fault.
  Result<void> discover();
  /// Enables what was enabled before, and `also`, in the order of their dependencies. A plugin that fails is left
  /// `failed` with its reason; the others go on.
  Result<void> start(const Context& context, const std::vector<std::string>& also);
  void stop(); ///< deactivates all

  [[nodiscard]] std::vector<PluginInfo> plugins() const;
  [[nodiscard]] bool unsigned_allowed() const; ///< developer mode: shown wherever plugins are
  [[nodiscard]] std::optional<PluginInfo> plugin(std::string_view id) const;
  /// What enabling would change, or going to the version `to` of a plugin that runs.
  Result<EnablePlan> plan(const Context& context, const std::string& id, const std::string& to = {});
  Result<PluginInfo> enable(const Context& context, const std::string& id);
  /// Refused while an enabled plugin needs it (named). Drains running calls, then deactivates.
  Result<PluginInfo> disable(const Context& context, const std::string& id);

  /// Settings of every plugin that can be read, by plugin in the order of the manifest.
  Result<std::vector<SettingInfo>> settings(const Context& context);
  /// Stores a value; a running plugin reads it from its next ob.config get on, and event "setting.changed" (key
  /// "<plugin>.<key>") tells who subscribes. Faults: host.no_setting, host.setting (type), and `version` when another
  /// value was stored since.
  Result<SettingInfo> set_setting(const Context& context, const std::string& plugin, const std::string& key,
                                  const Json& value, std::int64_t version);
  /// Takes a package as obsdk packs it: checked as data, signature included, then put beside the other versions. It is
  /// not enabled. Never overwrites: host.installed. Faults: host.package, host.refused, those of reading a bundle.
  Result<PluginInfo> install(const Context& context, const PackageSource& source);
  /// Another installed version of a running plugin: loaded beside the old one, then switched; calls that run end in the
  /// old one. Whatever fails leaves the old version serving. Empty `to` = the newest. Faults: host.refused,
  /// host.not_running, host.no_version, or what the new version said.
  Result<PluginInfo> upgrade(const Context& context, const std::string& id, const std::string& to = {});
  /// The same back to the version that ran before; host.no_version when there is none.
  Result<PluginInfo> rollback(const Context& context, const std::string& id);

  /// Shows the routes of running plugins until `visit` says true, under a lock: nothing of the host may be called
  /// within.
  void each_route(
      const std::function<bool(const std::string& plugin, const declarations::DeclaredRoute&)>& visit) const;
  Result<RouteAnswer> call_route(const Context& context, const std::string& plugin, const RouteCall& call,
                                 const RouteReceipt& receipt = {});
  /// ob.service/1: message to a provided service inside `unit`.
  Result<std::string> call_service(records::Unit& unit, const std::string& service, const std::string& method,
                                   const std::string& request, int depth = 0);
  /// A file of the running plugin's folder ui/, if `digest` is that of the folder as it runs.
  [[nodiscard]] std::optional<std::string> ui_file(const std::string& plugin, std::string_view digest,
                                                   const std::string& name) const;
  /// A text of the plugin's locales; the key itself when missing.
  [[nodiscard]] Text text(std::string_view plugin, std::string_view key) const;

  struct State; ///< the inside; of use only to this room
 private:
  std::unique_ptr<State> state_;
};

} // namespace onebudget::host
