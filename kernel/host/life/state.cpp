#include "kernel/host/life/state.hpp"

#include <algorithm>

namespace onebudget::host {

Undo::~Undo() {
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) (*step)();
}

Host::State::State(storage::Database& database, access::Access& access, audit::Log& audit, events::Outbox& outbox,
                   scheduler::Scheduler& scheduler, records::Records& records, const Clock& clock, Options options_in)
    : options(std::move(options_in)),
      kernel{database, access, audit, outbox, scheduler, records, clock, options, KvStore(database), {}, {}},
      table(database),
      store(options.store),
      trust(std::make_shared<Trust>(Trust{{}, options.unsigned_allowed})) {
  kernel.call_service = [this](Scope& from, const std::string& service, const std::string& method,
                               const std::string& request) {
    return call_service(from.chain(), from.context(), service, method, request);
  };
}

World Host::State::world() const {
  const std::shared_lock lock(mutex);
  World out;
  out.found = found;
  for (const auto& [id, entry] : entries) {
    if (entry.guest) out.running[id] = entry.guest->bundle_pointer();
    if (!entry.pin.empty()) out.pinned[id] = entry.pin;
  }
  return out;
}

Result<Prepared> Host::State::examine(const Context& context, const std::string& id, const std::string& version) {
  std::shared_ptr<const Trust> trusted;
  {
    const std::shared_lock lock(mutex);
    trusted = trust;
  }
  auto all = world();
  if (!version.empty()) all.pinned[id] = version;
  OB_TRY(Prepared prepared, prepare(context, kernel.database, kernel.records, all, id, *trusted));
  if (!prepared.bundle) return prepared;
  OB_TRY(const auto holders, kernel.access.conflicting(context, conflicts_of(*prepared.bundle)));
  for (const Text& holder : holders) prepared.plan.conflicts.push_back(holder.in(context.language));
  return prepared;
}

std::shared_ptr<Guest> Host::State::guest(std::string_view id) const {
  const std::shared_lock lock(mutex);
  const auto entry = entries.find(std::string(id));
  return entry == entries.end() ? nullptr : entry->second.guest;
}

bool Host::State::stuck(std::string_view id) const {
  const std::shared_lock lock(mutex);
  return hung.contains(std::string(id)) ||
         std::ranges::any_of(given_up, [&](const auto& guest) { return guest->id() == id; });
}

std::shared_ptr<Guest> Host::State::provider(const std::string& service, const std::string& method,
                                             bool& method_known) const {
  const std::shared_lock lock(mutex);
  for (const auto& [id, entry] : entries) {
    if (!entry.guest) continue;
    for (const auto& own : entry.guest->bundle().manifest.provides) {
      if (own.id != service) continue;
      method_known = std::ranges::find(own.methods, method) != own.methods.end();
      return entry.guest;
    }
  }
  return nullptr;
}

void Host::State::mark(const std::string& id, PluginState state, std::optional<FieldFault> reason) {
  const std::unique_lock lock(mutex);
  auto& entry = entries[id];
  entry.state = state;
  entry.reason = std::move(reason);
}

PluginInfo Host::State::describe(const std::string& id) const {
  PluginInfo info;
  info.id = id;
  const auto entry = entries.find(id);
  std::shared_ptr<const Bundle> bundle;
  const Found* bad = nullptr;
  const bool running = entry != entries.end() && entry->second.guest;
  if (running) bundle = entry->second.guest->bundle_pointer();
  for (const auto& item : found) {
    if (item.id != id) continue;
    if (!item.bundle) {
      bad = &item;
    } else {
      info.versions.push_back(item.version);
    }
    if (item.bundle && !running && (!bundle || bundle->manifest.version < item.bundle->manifest.version)) {
      bundle = item.bundle;
    }
  }
  if (bundle) {
    const auto& manifest = bundle->manifest;
    info.version = manifest.version.str();
    info.vendor = manifest.vendor;
    info.title = manifest.title;
    info.description = manifest.description;
    info.order = manifest.order;
    info.entities = bundle->entity_names();
    info.permissions = permissions_of(*bundle);
    for (const auto& item : found) {
      if (item.id != id || item.version != info.version) continue;
      info.signature = item.signature.state;
      info.signed_by = item.signature.key;
    }
    for (const auto& page : manifest.pages) {
      info.pages.push_back({page.name, "/plugin-ui/" + id + "/" + bundle->ui_digest + "/" + page.module,
                            id + "." + page.permission, page.place, page.title});
    }
    info.requires_services = manifest.services;
    for (const auto& need : manifest.plugins) info.requires_plugins.push_back(need.id + " " + need.range_text);
  } else if (bad != nullptr) {
    info.version = bad->version;
    info.title = {id, id};
    info.state = PluginState::failed;
    info.reason = bad->fault.fields.empty()
                      ? FieldFault{bad->directory,
                                   bad->fault.code,
                                   bad->fault.message,
                                   {"请修复或重新安装该插件。", "Repair or install the plugin again."}}
                      : bad->fault.fields.front();
  }
  if (entry == entries.end()) return info;
  const auto& known = entry->second;
  info.previous = known.previous;
  if (bundle || known.reason) {
    info.state = known.state;
    info.reason = known.reason;
  }
  info.enabled_at_ms = known.state == PluginState::enabled ? known.enabled_ms : 0;
  if (known.state == PluginState::enabled) info.conflicts = known.conflicts;
  info.calls = known.calls + (known.guest ? known.guest->calls() : 0);
  info.failures = known.failures + (known.guest ? known.guest->failures() : 0);
  return info;
}

} // namespace onebudget::host
