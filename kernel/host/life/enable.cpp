// Enabling and disabling one plugin. Everything that a plugin adds to the server is registered here by the host, and
// removed here by the host: a plugin that forgets cannot leave anything behind.

#include <algorithm>

#include "kernel/host/life/grants.hpp"
#include "kernel/host/life/state.hpp"

namespace onebudget::host {

Fault plan_refused(const EnablePlan& plan) {
  const auto& first = plan.refusals.front();
  return fault(FaultKind::rule, "host.refused",
               {"插件 " + plan.id + " 不能启用：" + first.message.zh + first.remedy.zh,
                "The plugin " + plan.id + " cannot be enabled: " + first.message.en + " " + first.remedy.en},
               plan.refusals);
}

namespace {

FieldFault reason_of(const Fault& fault) {
  if (fault.code == "host.refused" && !fault.fields.empty()) return fault.fields.front();
  return {"", fault.code, fault.message, {"排除原因后请再次启用。", "Remove the cause, then enable it again."}};
}

} // namespace

audit::Entry plugin_entry(const std::string& action, const std::string& id, const std::string& outcome,
                          const std::string& reason, const Json& detail) {
  audit::Entry out;
  out.action = action;
  out.subject = "plugin";
  out.subject_id = id;
  out.outcome = outcome;
  out.reason = reason;
  out.detail = detail.dump();
  return out;
}

namespace {

/// Running plugins that need this one or a service that it provides, joined.
std::string users_of(const World& world, const std::string& id) {
  const auto own = world.running.find(id);
  std::string users;
  for (const auto& [other, bundle] : world.running) {
    if (other == id) continue;
    const auto& manifest = bundle->manifest;
    bool uses = std::ranges::any_of(manifest.plugins, [&](const auto& need) { return need.id == id; });
    for (const auto& service : manifest.services) {
      uses |= own != world.running.end() &&
              std::ranges::any_of(own->second->manifest.provides, [&](const auto& mine) { return mine.id == service; });
    }
    if (uses) users += (users.empty() ? "" : ", ") + other;
  }
  return users;
}

} // namespace

Result<void> Host::State::enable(const Context& context, const std::string& id) {
  if (guest(id)) return {};
  if (stuck(id)) {
    return fault(FaultKind::unavailable, "host.given_up",
                 {"插件 " + id + " 的上一次运行没有结束。请重启服务器后再启用。",
                  "The last run of the plugin " + id + " did not end. Restart the server before enabling it again."});
  }
  OB_TRY(auto prepared, examine(context, id));
  if (!prepared.plan.refusals.empty()) return plan_refused(prepared.plan);
  const auto& bundle = *prepared.bundle;
  const auto version = bundle.manifest.version.str();
  OB_TRY(const auto settings, settings_of(context, bundle.manifest));
  OB_CHECK(table.begin_start(context, id, version));
  const auto fail = [&](Fault why) {
    const auto cleared = table.start_failed(context, id);
    const auto noted =
        kernel.audit.append_now(context, plugin_entry("plugin.enable", id, "failed", why.code, {{"version", version}}));
    for (const auto* result : {&cleared, &noted}) {
      if (!result->ok()) kernel.log(observe::Level::error, id, result->fault().message.en);
    }
    mark(id, PluginState::failed, reason_of(why));
    if (why.code == "host.hangs") {
      const std::unique_lock lock(mutex);
      hung.insert(id);
    }
    return why;
  };
  Undo undo;
  auto fresh = bring_up(context, prepared, settings, nullptr, undo);
  if (fresh) {
    if (auto registered = register_work(*fresh, undo); !registered) fresh = std::move(registered).fault();
  }
  if (!fresh) return fail(std::move(fresh).fault());
  const auto stored = kernel.database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(table.started(session, id, version, context.now_ms));
    Json detail{{"version", version}};
    if (!prepared.plan.conflicts.empty()) detail["conflicts"] = prepared.plan.conflicts;
    return kernel.audit.append(session, context, plugin_entry("plugin.enable", id, "ok", "", detail));
  });
  if (!stored) return fail(stored.fault());
  undo.keep();
  for (const std::string& holder : prepared.plan.conflicts)
    kernel.log(observe::Level::warning, id, "duties that exclude each other in one hand: " + holder);
  const std::unique_lock lock(mutex);
  auto& known = entries[id];
  known.state = PluginState::enabled;
  known.conflicts = prepared.plan.conflicts;
  known.reason.reset();
  known.guest = *fresh;
  known.version = known.pin = version;
  if (known.enabled_ms == 0) known.enabled_ms = context.now_ms;
  return {};
}

Result<void> Host::State::take_down(const Context& context, const std::string& id) {
  std::shared_ptr<Guest> leaving;
  {
    // From here on nobody finds it: new requests, messages and routes answer "disabled".
    const std::unique_lock lock(mutex);
    auto& known = entries[id];
    leaving = std::move(known.guest);
    known.guest.reset();
    known.state = PluginState::disabled;
    known.enabled_ms = 0;
    known.calls += leaving->calls();
    known.failures += leaving->failures();
  }
  const auto& manifest = leaving->bundle().manifest;
  if (options.health != nullptr) options.health->remove("plugin:" + id);
  kernel.outbox.unsubscribe("plugin:" + id);
  leaving->close();
  for (const auto& job : manifest.jobs) {
    const auto kind = id + "." + job.name;
    if (!job.cron.empty()) {
      const auto gone = kernel.scheduler.unschedule(kind);
      if (!gone) kernel.log(observe::Level::error, id, gone.fault().message.en);
    }
    kernel.scheduler.forget(kind);
  }
  kernel.records.disable(id);
  const auto retired = leaving->retire();
  forget_permissions(*this, *leaving);
  if (!retired) {
    const auto noted = kernel.audit.append_now(
        context, plugin_entry("plugin.disable", id, "failed", retired.fault().code, Json::object()));
    if (!noted) kernel.log(observe::Level::error, id, noted.fault().message.en);
    mark(id, PluginState::failed, reason_of(retired.fault()));
    const std::unique_lock lock(mutex);
    given_up.push_back(leaving);
  }
  return retired;
}

Result<void> Host::State::disable(const Context& context, const std::string& id) {
  const auto running = guest(id);
  const auto users = users_of(world(), id);
  if (!users.empty()) {
    return fault(FaultKind::conflict, "host.needed",
                 {"插件 " + id + " 正被 " + users + " 使用。请先停用它们。",
                  "The plugin " + id + " is needed by " + users + ". Disable those first."});
  }
  // The wish is kept first: a server that stops in the middle starts without the plugin.
  OB_CHECK(kernel.database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(table.disabled(session, id));
    return kernel.audit.append(session, context, plugin_entry("plugin.disable", id, "ok", "", Json::object()));
  }));
  if (!running) {
    mark(id, PluginState::disabled, std::nullopt);
    return {};
  }
  return take_down(context, id);
}

} // namespace onebudget::host
