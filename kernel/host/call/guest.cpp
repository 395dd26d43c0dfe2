#include "kernel/host/call/guest.hpp"

#define BOOST_DLL_USE_STD_FS
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <boost/dll/shared_library.hpp>
#include <cstddef>
#include <exception>
#include <system_error>

#include "kernel/host/call/registry.hpp"
#include "kernel/host/services/door.hpp"
#include "kernel/host/services/tables.hpp"
#include "sdk/include/onebudget/onebudget.h"
#include "sdk/inspection/inspect.hpp"

namespace onebudget::host {
namespace {

// Budgets of the lifecycle steps; what takes longer is logged as a warning.
constexpr std::int64_t kEntryMs = 10, kCreateMs = 100, kInitMs = 5'000, kActivateMs = 30'000, kDeactivateMs = 30'000,
                       kDestroyMs = 1'000;
constexpr const char* kServerVersion = "0.1.0";
constexpr std::size_t kMostMetrics = 64;

/// Stands for the host itself in a plugin's hands.
struct Myself : Handled {};

ob_str span(std::string_view text) { return {text.data(), static_cast<std::uint32_t>(text.size()), 0}; }
std::string_view view(ob_str text) {
  return text.n == 0 || text.p == nullptr ? std::string_view() : std::string_view(text.p, text.n);
}

Fault load_fault(const std::string& id, const char* code, const std::string& why) {
  return fault(FaultKind::rule, code,
               {"插件 " + id + " 装不上（" + why + "）。请用本服务器同代的开发包重新构建它。",
                "The plugin " + id + " cannot be loaded (" + why +
                    "). Build it again with the kit of this generation of the server."});
}

std::string loader_words(const std::error_code& problem) {
  const char* why = ::dlerror();
  return why != nullptr ? why : problem.message();
}

/// A slot is there and filled. (OB_HAS asks the same of a table, in C.)
template <class Table, class Slot>
bool has(const Table* table, Slot Table::*slot) {
  if (table == nullptr) return false;
  const auto* place = reinterpret_cast<const char*>(&(table->*slot));
  const auto end = static_cast<std::size_t>(place - reinterpret_cast<const char*>(table)) + sizeof(Slot);
  return table->struct_size >= end && table->*slot != nullptr;
}

} // namespace

struct Guest::Abi {
  boost::dll::shared_library library;
  const ob_plugin_v0* plugin = nullptr;
  void* self = nullptr;
  ob_host host{};
  const ob_validate_v1* validate = nullptr;
  const ob_handle_v1* handle = nullptr;
  const ob_serve_v1* serve = nullptr;
  const ob_on_event_v1* on_event = nullptr;
  const ob_run_job_v1* run_job = nullptr;
  const ob_health_v1* health = nullptr;
};

Guest::Guest(Kernel& kernel, std::shared_ptr<const Bundle> bundle, std::uint16_t owner)
    : kernel_(kernel),
      bundle_(std::move(bundle)),
      handles_(owner),
      gate_(bundle_->manifest.concurrency),
      abi_(std::make_unique<Abi>()) {
  host_handle_ = handles_.add(std::make_shared<Myself>());
  abi_->host.v = host_handle_;
}

Guest::~Guest() = default;

Result<void> Guest::answer(std::int32_t status, const void* error, const Scope* scope) const {
  if (status >= 0) return {};
  return service::read_error(status, *static_cast<const ob_error*>(error), id(), scope);
}

Result<void> Guest::lifecycle(const char* what, std::int64_t allowed_ms,
                              const std::function<std::int32_t(void* error)>& call) {
  return step(what, allowed_ms, [this, call]() -> Result<void> {
    ob_error error{};
    error.struct_size = sizeof error;
    const auto status = call(&error);
    return answer(status, &error, nullptr);
  });
}

Result<std::shared_ptr<Guest>> Guest::load(Kernel& kernel, std::shared_ptr<const Bundle> bundle,
                                           const std::string& path) {
  const auto owner = register_guest();
  if (owner == 0) return load_fault(bundle->manifest.id, "host.load", "too many loads in one process");
  const std::shared_ptr<Guest> guest(new Guest(kernel, std::move(bundle), owner));
  guest->self_ = guest;
  bind_guest(owner, guest);
  OB_CHECK(guest->bind(path));
  OB_CHECK(guest->lifecycle("create", kCreateMs, [raw = guest.get()](void* error) {
    return raw->abi_->plugin->create(service::core_table(), raw->abi_->host, &raw->abi_->self,
                                     static_cast<ob_error*>(error));
  }));
  guest->life_ = Life::created;
  return guest;
}

Result<void> Guest::bind(const std::string& path) {
  // Steps own what they use: one that is given up goes on running.
  // Absolute path, no decorations, no search folders. Constructors of the library run in here.
  OB_CHECK(step("load", kCreateMs, [this, path]() -> Result<void> {
    namespace dll = boost::dll;
    std::error_code problem;
    abi_->library.load(dll::fs::path(path), problem, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
    if (problem || !abi_->library.is_loaded()) return load_fault(id(), "host.load", loader_words(problem));
    // Pinned: a plugin is not unmapped before the process ends, whoever lets go of the object.
    if (::dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) == nullptr)
      return load_fault(id(), "host.load", "not pinned");
    return {};
  }));
  const auto symbol = std::string(inspection::kEntrySymbol);
  if (!abi_->library.has(symbol)) return load_fault(id(), "host.entry", "no " + symbol);
  const ob_plugin_entry_fn entry = &abi_->library.get<std::remove_pointer_t<ob_plugin_entry_fn>>(symbol);
  const auto reason = std::make_shared<std::array<char, 512>>();
  OB_CHECK(step("entry", kEntryMs, [this, entry, reason]() -> Result<void> {
    const ob_host_offer offer{sizeof(ob_host_offer), OB_ABI_MAJOR,
                              OB_ABI_MINOR,          static_cast<std::uint32_t>(reason->size()),
                              span(kServerVersion),  reason->data()};
    abi_->plugin = entry(&offer);
    return {};
  }));
  reason->back() = '\0';
  const auto* plugin = abi_->plugin;
  if (plugin == nullptr)
    return load_fault(id(), "host.entry", reason->front() != '\0' ? reason->data() : "it refused this server");
  if (plugin->struct_size < offsetof(ob_plugin_v0, get_handlers))
    return load_fault(id(), "host.descriptor", "its table is too short");
  const bool whole = has(plugin, &ob_plugin_v0::create) && has(plugin, &ob_plugin_v0::init) &&
                     has(plugin, &ob_plugin_v0::activate) && has(plugin, &ob_plugin_v0::deactivate) &&
                     has(plugin, &ob_plugin_v0::destroy);
  if (!whole) return load_fault(id(), "host.descriptor", "a lifecycle function is missing");
  if (plugin->abi_major != OB_ABI_MAJOR || plugin->abi_minor > OB_ABI_MINOR) {
    return load_fault(id(), "host.descriptor",
                      "it needs ABI " + std::to_string(plugin->abi_major) + "." + std::to_string(plugin->abi_minor));
  }
  if (view(plugin->id) != id() || view(plugin->version) != bundle_->manifest.version.str()) {
    return load_fault(id(), "host.descriptor",
                      "the library calls itself " + std::string(view(plugin->id).substr(0, 64)) + " " +
                          std::string(view(plugin->version).substr(0, 64)));
  }
  return {};
}

Result<void> Guest::find_handlers() {
  const auto& manifest = bundle_->manifest;
  const auto find = [&](const char* service, auto& table, auto slot, bool declared) -> Result<void> {
    const void* found = nullptr;
    const bool asked = has(abi_->plugin, &ob_plugin_v0::get_handlers);
    const auto status = asked ? abi_->plugin->get_handlers(abi_->self, span(service), &found) : OB_E_UNSUPPORTED;
    table = status >= 0 ? static_cast<std::remove_reference_t<decltype(table)>>(found) : nullptr;
    if (has(table, slot)) return {};
    table = nullptr;
    return declared ? Result<void>(load_fault(
                          id(), "host.handlers",
                          std::string("the manifest declares work for ") + service + ", the library has no handler"))
                    : Result<void>();
  };
  OB_CHECK(find(OB_SERVICE_VALIDATE, abi_->validate, &ob_validate_v1::validate, !manifest.validated.empty()));
  OB_CHECK(find(OB_SERVICE_HTTP, abi_->handle, &ob_handle_v1::handle, !manifest.routes.empty()));
  OB_CHECK(find(OB_SERVICE_SERVICE, abi_->serve, &ob_serve_v1::serve, !manifest.provides.empty()));
  OB_CHECK(find(OB_SERVICE_EVENT, abi_->on_event, &ob_on_event_v1::on_event, !manifest.subscribes.empty()));
  OB_CHECK(find(OB_SERVICE_JOB, abi_->run_job, &ob_run_job_v1::run, !manifest.jobs.empty()));
  return find(OB_SERVICE_HEALTH, abi_->health, &ob_health_v1::check, false);
}

Result<void> Guest::init(const std::string& settings_json) {
  set_settings(settings_json);
  OB_CHECK(lifecycle("init", kInitMs, [this, settings_json](void* error) {
    return abi_->plugin->init(abi_->self, span(settings_json), static_cast<ob_error*>(error));
  }));
  OB_CHECK(step("get_handlers", kEntryMs, [this] { return find_handlers(); }));
  life_ = Life::initialised;
  return {};
}

std::string Guest::settings() const {
  const std::lock_guard lock(settings_mutex_);
  return settings_;
}

void Guest::set_settings(std::string settings_json) {
  const std::lock_guard lock(settings_mutex_);
  settings_ = std::move(settings_json);
}

Result<void> Guest::activate() {
  OB_CHECK(lifecycle("activate", kActivateMs, [this](void* error) {
    return abi_->plugin->activate(abi_->self, static_cast<ob_error*>(error));
  }));
  life_ = Life::active;
  gate_.open();
  return {};
}

Result<void> Guest::retire() {
  gate_.close();
  const auto before = life_.load();
  if (before == Life::active) life_ = Life::draining;
  if (!gate_.drain(std::chrono::milliseconds(kernel_.options.drain_ms))) {
    life_ = Life::failed;
    return fault(FaultKind::unavailable, "host.drain",
                 {"插件 " + id() + " 的调用在期限内没有结束。请重启服务器。",
                  "Calls of the plugin " + id() + " did not end in time. Restart the server."});
  }
  Result<void> result;
  if (before == Life::active) {
    result = lifecycle("deactivate", kDeactivateMs, [this](void* error) {
      return abi_->plugin->deactivate(abi_->self, static_cast<ob_error*>(error));
    });
    if (hangs_) return result;
    // A plugin that fails to deactivate is ended all the same; nothing of it is served any more.
    if (!result) kernel_.log(observe::Level::error, id(), result.fault().message.en);
    life_ = Life::inactive;
  }
  if (abi_->self != nullptr && !hangs_) {
    result = step("destroy", kDestroyMs, [this]() -> Result<void> {
      abi_->plugin->destroy(abi_->self);
      return {};
    });
  }
  if (hangs_)
    return result ? Result<void>(
                        fault(FaultKind::unavailable, "host.hangs",
                              {"插件没有返回。请重启服务器。", "The plugin did not come back. Restart the server."}))
                  : result;
  life_ = Life::destroyed;
  handles_.clear();
  return {};
}

Result<void> Guest::handle(const std::shared_ptr<Scope>& scope) {
  return enter("http", scope, [&](std::uint64_t call) {
    ob_error error{};
    error.struct_size = sizeof error;
    return answer(abi_->handle->handle(abi_->self, {call}, &error), &error, scope.get());
  });
}

Result<void> Guest::serve(const std::shared_ptr<Scope>& scope, const std::string& service, const std::string& method) {
  return enter("service", scope, [&](std::uint64_t call) -> Result<void> {
    ob_error error{};
    error.struct_size = sizeof error;
    ob_buf reply{};
    OB_CHECK(answer(
        abi_->serve->serve(abi_->self, {call}, span(service), span(method), span(*scope->payload), &reply, &error),
        &error, scope.get()));
    return take(reply.v, *scope->reply);
  });
}

Result<void> Guest::run_job(const std::shared_ptr<Scope>& scope, const std::string& job) {
  return enter("job", scope, [&](std::uint64_t call) -> Result<void> {
    ob_error error{};
    error.struct_size = sizeof error;
    ob_buf result{};
    OB_CHECK(answer(abi_->run_job->run(abi_->self, {call}, span(job), &result, &error), &error, scope.get()));
    return result.v == 0 ? Result<void>() : take(result.v, *scope->reply);
  });
}

/// A buffer that the plugin hands over.
Result<void> Guest::take(std::uint64_t handle, std::string& out) {
  const auto buffer = handles_.find<Buffer>(handle);
  if (!buffer) {
    return fault(FaultKind::internal, "host.bad_answer",
                 {"插件 " + id() + " 没有给出应答。请把日志交给插件供应方。",
                  "The plugin " + id() + " gave no answer. Give the log to its vendor."});
  }
  out = std::move(buffer->bytes);
  handles_.remove(handle);
  return {};
}

Result<void> Guest::validate(const std::shared_ptr<Scope>& scope) {
  const auto& change = *scope->change;
  const auto before = change.before != nullptr && !change.before->is_null() ? change.before->dump() : std::string();
  const auto after = change.after != nullptr && !change.after->is_null() ? change.after->dump() : std::string();
  const ob_change crossing{sizeof(ob_change),
                           static_cast<std::int32_t>(change.action),
                           change.id.value,
                           span(change.entity),
                           span(change.transition),
                           span(before),
                           span(after)};
  return enter("validate", scope, [&](std::uint64_t call) {
    ob_error error{};
    error.struct_size = sizeof error;
    return answer(abi_->validate->validate(abi_->self, {call}, &crossing, &error), &error, scope.get());
  });
}

Result<void> Guest::deliver(const std::shared_ptr<Scope>& scope) {
  const auto& event = *scope->event;
  const ob_event crossing{sizeof(ob_event),   0, event.delivery, event.at_ms, span(event.topic), span(event.key),
                          span(event.payload)};
  return enter("event", scope, [&](std::uint64_t call) {
    ob_error error{};
    error.struct_size = sizeof error;
    return answer(abi_->on_event->on_event(abi_->self, {call}, &crossing, &error), &error, scope.get());
  });
}

observe::HealthReport Guest::health() {
  observe::HealthReport report{"plugin:" + id(), observe::HealthState::ready, {}};
  if (unhealthy_) {
    report.state = observe::HealthState::degraded;
    report.reason = {"插件报告自身不健康。", "The plugin says that it is not healthy."};
  }
  if (abi_->health == nullptr || gate_.enter(std::chrono::milliseconds(0), false) != Gate::Answer::admitted)
    return report;
  std::int32_t state = 0;
  char reason[512] = {};
  const auto asked = contained("health", [&]() -> Result<void> {
    std::uint32_t need = 0;
    const auto status = abi_->health->check(abi_->self, &state, reason, sizeof reason - 1, &need);
    return status >= 0 ? Result<void>() : Result<void>(load_fault(id(), "host.health", "its check failed"));
  });
  gate_.leave(false);
  const std::string said(reason);
  if (!asked || state < 0 || state > 2) {
    report.state = observe::HealthState::failed;
    report.reason = {"插件的健康检查没有正常返回。", "The plugin's health check did not answer properly."};
  } else if (state != 0) {
    report.state = state == 1 ? observe::HealthState::degraded : observe::HealthState::failed;
    report.reason = {said, said};
  }
  return report;
}

bool Guest::admit_metric(const std::string& name) {
  const std::lock_guard lock(metrics_mutex_);
  if (metrics_.contains(name)) return true;
  return metrics_.size() < kMostMetrics && metrics_.insert(name).second;
}

bool Guest::may_use(std::string_view service) const {
  const auto& manifest = bundle_->manifest;
  const auto listed = [&](const auto& list) { return std::ranges::find(list, service) != list.end(); };
  if (listed(manifest.services) || listed(manifest.optional_services)) return true;
  if (service == OB_SERVICE_CALL || service == OB_SERVICE_LOG || service == OB_SERVICE_TREE) return true;
  // What a plugin declares work for, it may also use.
  return (service == OB_SERVICE_CONFIG && !manifest.settings.empty()) ||
         (service == OB_SERVICE_HOOK && !manifest.validated.empty()) ||
         (service == OB_SERVICE_HTTP && !manifest.routes.empty()) ||
         (service == OB_SERVICE_JOB && !manifest.jobs.empty()) ||
         (service == OB_SERVICE_EVENT && !manifest.publishes.empty());
}

bool Guest::may_call(std::string_view service) const {
  const auto& manifest = bundle_->manifest;
  const auto listed = [&](const auto& list) { return std::ranges::find(list, service) != list.end(); };
  return listed(manifest.services) || listed(manifest.optional_services);
}

} // namespace onebudget::host
