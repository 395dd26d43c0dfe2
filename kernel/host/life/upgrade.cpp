// Bringing a version of a plugin up, beside the one that serves or as the first one, and switching between the two.

#include <algorithm>

#include "kernel/host/life/grants.hpp"
#include "kernel/host/life/state.hpp"
#include "sdk/values/words.hpp"

namespace onebudget::host {
namespace {

constexpr Word<scheduler::Missed> kMissed[] = {
    {"once", scheduler::Missed::once}, {"skip", scheduler::Missed::skip}, {"all", scheduler::Missed::all}};

} // namespace

/// Registers health, jobs and subscriptions; `undo` takes them out again.
Result<void> Host::State::register_work(const std::shared_ptr<Guest>& guest, Undo& undo) {
  const auto& manifest = guest->bundle().manifest;
  const auto id = manifest.id;
  if (auto* health = options.health; health != nullptr) {
    health->remove("plugin:" + id);
    health->add("plugin:" + id, [guest] { return guest->health(); });
    undo.add([health, id] { health->remove("plugin:" + id); });
  }
  for (const auto& job : manifest.jobs) {
    const auto kind = id + "." + job.name;
    kernel.scheduler.handle(kind, {job.title, job.attempts, job.timeout_minutes},
                            [this, id, name = job.name](scheduler::Run& run) { return run_job(id, name, run); });
    undo.add([this, kind] { kernel.scheduler.forget(kind); });
    if (job.cron.empty()) continue;
    OB_CHECK(kernel.scheduler.schedule(kind, kind, job.cron,
                                       of_name(kMissed, job.missed).value_or(scheduler::Missed::once)));
    undo.add([this, kind] { static_cast<void>(kernel.scheduler.unschedule(kind)); });
  }
  if (manifest.subscribes.empty()) return {};
  std::vector<std::string> topics;
  for (const auto& subscription : manifest.subscribes) topics.push_back(subscription.topic);
  const auto name = "plugin:" + id;
  kernel.outbox.unsubscribe(name);
  kernel.outbox.subscribe(name, std::move(topics),
                          [this, id](const events::Event& event) { return deliver(id, event); });
  undo.add([this, name] { kernel.outbox.unsubscribe(name); });
  return {};
}

void forget_permissions(Host::State& state, const Guest& guest) {
  state.kernel.access.set_service_permissions(guest.service_name(), {});
  state.kernel.access.set_permissions(guest.id(), {});
  state.kernel.access.set_conflicts(guest.id(), {});
}

Result<std::shared_ptr<Guest>> Host::State::bring_up(const Context& context, const Prepared& prepared,
                                                     const std::string& settings, const std::shared_ptr<Guest>& old,
                                                     Undo& undo) {
  const auto& bundle = *prepared.bundle;
  const auto id = bundle.manifest.id;
  OB_TRY(const auto path, store.put(prepared.library));
  OB_TRY(auto fresh, Guest::load(kernel, prepared.bundle, path));
  undo.add([this, fresh] {
    const auto retired = fresh->retire();
    if (!retired) {
      const std::unique_lock lock(mutex);
      given_up.push_back(fresh);
    }
  });
  OB_CHECK(fresh->init(settings));
  OB_TRY(const int migrated, storage::Migrations(kernel.database).apply(context, migrations_of(bundle)));
  static_cast<void>(migrated);
  const auto permit = [this, id](const Guest& guest) {
    auto all = world();
    all.running[id] = guest.bundle_pointer();
    kernel.access.set_permissions(id, permissions_of(guest.bundle()));
    kernel.access.set_conflicts(id, conflicts_of(guest.bundle()));
    kernel.access.set_service_permissions(guest.service_name(), service_permissions(guest.bundle(), all));
    // Whoever came up earlier may hold capabilities over what this one brings.
    for (const auto& [other, theirs] : all.running)
      if (other != id) kernel.access.set_service_permissions("service:" + other, service_permissions(*theirs, all));
  };
  permit(*fresh);
  undo.add([this, fresh, old, permit] {
    if (old) return permit(*old);
    forget_permissions(*this, *fresh);
  });
  const auto serve = [this, context, id](const std::shared_ptr<Guest>& guest, bool older) {
    const auto& served = guest->bundle();
    return kernel.records.enable(context, id, served.entities, make_hooks(*this, guest), served.manifest.validated,
                                 older);
  };
  // The first one is asked by nobody yet; one that replaces another has to answer for writes from its first moment.
  if (old) OB_CHECK(fresh->activate());
  OB_CHECK(serve(fresh, prepared.older));
  undo.add([this, id, old, serve] {
    if (!old) return kernel.records.disable(id);
    if (const auto back = serve(old, true); !back) kernel.log(observe::Level::error, id, back.fault().message.en);
  });
  if (!old) OB_CHECK(fresh->activate());
  return fresh;
}

Result<void> Host::State::upgrade(const Context& context, const std::string& id, const std::string& version,
                                  const std::string& action) {
  const auto old = guest(id);
  if (!old) {
    return fault(
        FaultKind::conflict, "host.not_running",
        {"插件 " + id + " 未在运行，直接启用即可。", "The plugin " + id + " does not run; enable it instead."});
  }
  const auto before = old->bundle().manifest.version.str();
  if (before == version) return {};
  if (stuck(id)) {
    return fault(FaultKind::unavailable, "host.given_up",
                 {"插件 " + id + " 的上一次运行没有结束。请重启服务器后再升级。",
                  "An earlier run of the plugin " + id + " did not end. Restart the server first."});
  }
  OB_TRY(auto prepared, examine(context, id, version));
  if (!prepared.plan.refusals.empty()) return plan_refused(prepared.plan);
  OB_TRY(const auto settings, settings_of(context, prepared.bundle->manifest));
  OB_CHECK(table.begin_start(context, id, version));
  const Json detail = {{"from", before}, {"to", version}};
  Undo undo;
  auto fresh = bring_up(context, prepared, settings, old, undo);
  auto stored = !fresh ? Result<void>(fresh.fault())
                       : kernel.database.write(context, [&](storage::Session& session) -> Result<void> {
                           OB_CHECK(table.started(session, id, version, context.now_ms));
                           return kernel.audit.append(session, context, plugin_entry(action, id, "ok", "", detail));
                         });
  if (!stored) {
    const auto cleared = table.start_failed(context, id);
    const auto noted =
        kernel.audit.append_now(context, plugin_entry(action, id, "failed", stored.fault().code, detail));
    for (const auto* result : {&cleared, &noted}) {
      if (!result->ok()) kernel.log(observe::Level::error, id, result->fault().message.en);
    }
    return stored;
  }
  undo.keep();
  {
    const std::unique_lock lock(mutex);
    auto& known = entries[id];
    known.guest = *fresh;
    known.version = known.pin = version;
    known.previous = before;
    known.calls += old->calls();
    known.failures += old->failures();
  }
  if (const auto registered = register_work(*fresh, undo); !registered)
    kernel.log(observe::Level::error, id, registered.fault().message.en);
  undo.keep();
  for (const auto& job : old->bundle().manifest.jobs) {
    const auto still = std::ranges::find(prepared.bundle->manifest.jobs, job.name, &DeclaredJob::name);
    const auto kind = id + "." + job.name;
    const bool gone = still == prepared.bundle->manifest.jobs.end();
    if (!job.cron.empty() && (gone || still->cron.empty())) static_cast<void>(kernel.scheduler.unschedule(kind));
    if (gone) kernel.scheduler.forget(kind);
  }
  if (const auto retired = old->retire(); !retired) {
    kernel.log(observe::Level::error, id, retired.fault().message.en);
    const std::unique_lock lock(mutex);
    given_up.push_back(old);
  }
  return {};
}

} // namespace onebudget::host
