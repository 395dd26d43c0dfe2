#include "kernel/host/host.hpp"

#include <algorithm>
#include <set>

#include "kernel/host/life/state.hpp"

namespace onebudget::host {
namespace {

constexpr std::int64_t kMostAttempts = 2; ///< starts of a plugin that may end the server before it is left out

FieldFault quarantine(const std::string& id) {
  return {"",
          "host.quarantined",
          {"启动插件 " + id + " 时服务器已连续中止 " + std::to_string(kMostAttempts) + " 次，本次不再启动它。",
           "Starting the plugin " + id + " ended the server " + std::to_string(kMostAttempts) +
               " times in a row; it is left out."},
          {"请更换该插件的版本，然后手动启用。", "Install another version of the plugin, then enable it by hand."}};
}

Fault no_version(const std::string& id, const std::string& version) {
  const auto name = version.empty() ? id : id + " " + version;
  return fault(FaultKind::conflict, "host.no_version",
               {"没有已安装的版本 " + name + "。请先上传该插件包。",
                "The version " + name + " is not installed. Upload its package first."});
}

Fault unknown(const std::string& id) {
  return fault(FaultKind::not_found, "host.unknown",
               {"没有插件 " + id + "。请检查编号，或先安装该插件。",
                "There is no plugin " + id + ". Check the id, or install the plugin first."});
}

} // namespace

Host::Host(storage::Database& database, access::Access& access, audit::Log& audit, events::Outbox& outbox,
           scheduler::Scheduler& scheduler, records::Records& records, const Clock& clock, Options options)
    : state_(std::make_unique<State>(database, access, audit, outbox, scheduler, records, clock, std::move(options))) {}

Host::~Host() { stop(); }

std::vector<storage::Migration> Host::migrations() { return PluginTable::migrations(); }

Result<void> Host::discover() {
  const std::lock_guard control(state_->control);
  return state_->discover();
}

Result<PluginInfo> Host::install(const Context& context, const PackageSource& source) {
  const std::lock_guard control(state_->control);
  OB_TRY(const auto id, state_->install(context, source));
  return *plugin(id);
}

Result<void> Host::start(const Context& context, const std::vector<std::string>& also) {
  const std::lock_guard control(state_->control);
  if (state_->options.unsigned_allowed) {
    state_->kernel.log(observe::Level::warning, "host", "developer.unsigned_plugins is on: plugins need no signature");
    audit::Entry noted;
    noted.action = "plugin.unsigned_allowed";
    noted.subject = "plugin";
    OB_CHECK(state_->kernel.audit.append_now(context, noted));
  }
  OB_TRY(const auto stored, state_->table.load(context));
  std::set<std::string> wanted(also.begin(), also.end());
  for (const auto& plugin : stored) {
    {
      const std::unique_lock lock(state_->mutex);
      auto& known = state_->entries[plugin.id];
      known.previous = plugin.previous;
      if (plugin.enabled) known.pin = plugin.version;
    }
    if (plugin.enabled) wanted.insert(plugin.id);
    if (plugin.enabled) {
      const std::unique_lock lock(state_->mutex);
      state_->entries[plugin.id].enabled_ms = plugin.enabled_ms;
    } else if (std::ranges::find(also, plugin.id) == also.end()) {
      state_->mark(plugin.id, PluginState::disabled, std::nullopt);
    }
    if (plugin.attempts >= kMostAttempts && wanted.erase(plugin.id) > 0) {
      state_->mark(plugin.id, PluginState::failed, quarantine(plugin.id));
    }
  }
  const auto solution = solve(candidates(state_->world()), wanted);
  for (const auto& [id, reasons] : solution.refused) {
    // What is wrong with the folder says more than that no candidate was there.
    OB_TRY(const auto prepared, state_->examine(context, id));
    const auto& list = prepared.plan.refusals.empty() ? reasons : prepared.plan.refusals;
    state_->mark(id, PluginState::failed, list.front());
    state_->kernel.log(observe::Level::error, id, list.front().message.en);
  }
  for (const auto& candidate : solution.order) {
    const auto enabled = state_->enable(context, candidate.id);
    if (enabled) continue;
    state_->kernel.log(observe::Level::error, candidate.id, enabled.fault().message.en);
    const auto& fault = enabled.fault();
    state_->mark(candidate.id, PluginState::failed,
                 fault.fields.empty()
                     ? FieldFault{"",
                                  fault.code,
                                  fault.message,
                                  {"排除原因后请再次启用。", "Remove the cause, then enable it again."}}
                     : fault.fields.front());
  }
  return {};
}

void Host::stop() {
  const std::lock_guard control(state_->control);
  const auto context = Context::system(state_->kernel.clock, "stop");
  // What needs others goes first.
  auto all = state_->world();
  std::set<std::string> running;
  for (const auto& [id, bundle] : all.running) running.insert(id);
  auto order = solve(candidates(all), running).order;
  for (auto candidate = order.rbegin(); candidate != order.rend(); ++candidate) {
    const auto down = state_->take_down(context, candidate->id);
    if (!down) state_->kernel.log(observe::Level::error, candidate->id, down.fault().message.en);
    running.erase(candidate->id);
  }
  for (const auto& id : running) {
    const auto down = state_->take_down(context, id);
    if (!down) state_->kernel.log(observe::Level::error, id, down.fault().message.en);
  }
}

bool Host::unsigned_allowed() const { return state_->options.unsigned_allowed; }

std::vector<PluginInfo> Host::plugins() const {
  const std::shared_lock lock(state_->mutex);
  std::set<std::string> ids;
  for (const auto& found : state_->found) ids.insert(found.id);
  for (const auto& [id, entry] : state_->entries) {
    if (entry.guest || entry.reason) ids.insert(id);
  }
  std::vector<PluginInfo> out;
  for (const auto& id : ids) out.push_back(state_->describe(id));
  std::ranges::stable_sort(out, {}, &PluginInfo::order);
  return out;
}

std::optional<PluginInfo> Host::plugin(std::string_view id) const {
  for (auto& info : plugins()) {
    if (info.id == id) return std::move(info);
  }
  return std::nullopt;
}

Result<EnablePlan> Host::plan(const Context& context, const std::string& id, const std::string& to) {
  const auto info = plugin(id);
  if (!info) return unknown(id);
  if (!to.empty() && std::ranges::find(info->versions, to) == info->versions.end()) return no_version(id, to);
  OB_TRY(auto prepared, state_->examine(context, id, to));
  return std::move(prepared.plan);
}

Result<PluginInfo> Host::enable(const Context& context, const std::string& id) {
  const std::lock_guard control(state_->control);
  if (!plugin(id)) return unknown(id);
  if (!state_->guest(id)) {
    const std::unique_lock lock(state_->mutex);
    state_->entries[id].pin.clear(); // by hand, the newest
  }
  OB_CHECK(state_->table.forgive(context, id));
  OB_CHECK(state_->enable(context, id));
  return *plugin(id);
}

Result<PluginInfo> Host::disable(const Context& context, const std::string& id) {
  const std::lock_guard control(state_->control);
  if (!plugin(id)) return unknown(id);
  OB_CHECK(state_->disable(context, id));
  return *plugin(id);
}

Result<PluginInfo> Host::upgrade(const Context& context, const std::string& id, const std::string& to) {
  const std::lock_guard control(state_->control);
  const auto info = plugin(id);
  if (!info) return unknown(id);
  std::optional<Version> chosen;
  for (const auto& installed : info->versions) {
    const auto version = Version::parse(installed);
    if (version && (to.empty() ? !chosen || *chosen < *version : installed == to)) chosen = version;
  }
  if (!chosen) return no_version(id, to);
  OB_CHECK(state_->upgrade(context, id, chosen->str(), "plugin.upgrade"));
  return *plugin(id);
}

Result<PluginInfo> Host::rollback(const Context& context, const std::string& id) {
  const std::lock_guard control(state_->control);
  const auto info = plugin(id);
  if (!info) return unknown(id);
  if (std::ranges::find(info->versions, info->previous) == info->versions.end()) return no_version(id, info->previous);
  OB_CHECK(state_->upgrade(context, id, info->previous, "plugin.rollback"));
  return *plugin(id);
}

void Host::each_route(const std::function<bool(const std::string&, const declarations::DeclaredRoute&)>& visit) const {
  const std::shared_lock lock(state_->mutex);
  for (const auto& [id, entry] : state_->entries) {
    if (!entry.guest) continue;
    for (const auto& route : entry.guest->bundle().manifest.routes) {
      if (visit(id, route)) return;
    }
  }
}

Result<RouteAnswer> Host::call_route(const Context& context, const std::string& plugin, const RouteCall& call,
                                     const RouteReceipt& receipt) {
  return state_->call_route(context, plugin, call, receipt);
}

Result<std::string> Host::call_service(records::Unit& unit, const std::string& service, const std::string& method,
                                       const std::string& request, int depth) {
  if (depth >= kDeepest) {
    return fault(FaultKind::internal, "host.too_deep",
                 {"插件之间的调用层数过多。请把日志交给插件供应方。",
                  "Plugins call each other too deeply. Give the log to their vendors."});
  }
  return state_->call_service(state_->kernel.chains.of(unit), unit.context(), service, method, request);
}

std::optional<std::string> Host::ui_file(const std::string& plugin, std::string_view digest,
                                         const std::string& name) const {
  const std::shared_lock lock(state_->mutex);
  const auto entry = state_->entries.find(plugin);
  if (entry == state_->entries.end() || !entry->second.guest) return std::nullopt;
  const Bundle& bundle = entry->second.guest->bundle();
  const auto file = bundle.ui.find(name);
  if (digest != bundle.ui_digest || file == bundle.ui.end()) return std::nullopt;
  return file->second;
}

Text Host::text(std::string_view plugin, std::string_view key) const {
  const std::shared_lock lock(state_->mutex);
  const auto entry = state_->entries.find(std::string(plugin));
  std::shared_ptr<const Bundle> bundle;
  if (entry != state_->entries.end() && entry->second.guest) bundle = entry->second.guest->bundle_pointer();
  for (const auto& found : state_->found) {
    if (!bundle && found.id == plugin) bundle = found.bundle;
  }
  if (bundle) {
    const auto text = bundle->texts.find(std::string(key));
    if (text != bundle->texts.end()) return text->second;
  }
  return {std::string(key), std::string(key)};
}

} // namespace onebudget::host
