#pragma once
// The edge: the C functions of a plugin class. Every entry catches everything, logs it and answers a status.

#include <exception>
#include <memory>
#include <string>

#include "sdk/cpp/plugin.hpp"

#if !defined(ONEBUDGET_PLUGIN_ID) || !defined(ONEBUDGET_PLUGIN_VERSION) || !defined(ONEBUDGET_PLUGIN_ABI) || \
    !defined(ONEBUDGET_PLUGIN_ABI_MINOR)
#error "Build plugins with onebudget_add_plugin(): it passes id, version and ABI of plugin.json to the compiler."
#endif

namespace onebudget::plugin {

template <class Own>
struct Edge {
  Host host;
  std::unique_ptr<Plugin> plugin;

  static Edge& of(void* self) { return *static_cast<Edge*>(self); }
  static std::string short_name(const std::string& entity) { return entity.substr(entity.find('.') + 1); }

  /// Runs fn and turns faults and exceptions into a status; the language is asked for only when there is something to
  /// say.
  template <class Fn>
  static std::int32_t guard(const Host& host, const char* what, ob_error* error, const Call* call, Fn&& fn) noexcept {
    try {
      Result<void> done = escaped(host, what, fn);
      if (done.ok()) return OB_OK;
      const bool told = call != nullptr && call->tell(done.fault());
      return fill(error, done.fault(), call != nullptr ? call->language() : std::string("zh"), told);
    } catch (...) {
      // Only memory can run out here; saying more would need it.
      return OB_E_INTERNAL;
    }
  }
  template <class Fn>
  static Result<void> escaped(const Host& host, const char* what, Fn&& fn) {
    std::string said;
    try {
      return fn();
    } catch (const std::exception& thrown) {
      said = thrown.what();
    } catch (...) {
      said = "unknown";
    }
    const std::string line = std::string(what) + " threw: " + said;
    host.core()->log(host.handle(), OB_LOG_ERROR, span(line));
    return fault(FaultKind::internal, "plugin.threw",
                 {"插件内部错误（" + said + "）。请把日志交给插件供应方。",
                  "Internal error of the plugin (" + said + "). Give the log to its vendor."});
  }
  static Fault unhandled(const std::string& what) {
    return fault(FaultKind::internal, "plugin.unhandled",
                 {"插件声明了 " + what + "，却没有处理它。请联系插件供应方。",
                  "The plugin declares " + what + " but does not handle it. Ask its vendor."});
  }

  static std::int32_t create(const ob_core_v0* core, ob_host handle, void** self, ob_error* error) noexcept {
    const Host host(core, handle);
    return guard(host, "create", error, nullptr, [&]() -> Result<void> {
      auto made = std::make_unique<Edge>(Edge{host, std::make_unique<Own>()});
      made->plugin->host_ = &made->host;
      *self = made.release();
      return {};
    });
  }
  static std::int32_t init(void* self, ob_str settings, ob_error* error) noexcept {
    Edge& own = of(self);
    return guard(own.host, "init", error, nullptr, [&]() -> Result<void> {
      own.host.bind();
      OB_TRY(const Json json, settings.n == 0 ? Result<Json>(Json(Json::object())) : parse(view(settings)));
      return own.plugin->init(json);
    });
  }
  static std::int32_t activate(void* self, ob_error* error) noexcept {
    Edge& own = of(self);
    return guard(own.host, "activate", error, nullptr, [&] { return own.plugin->activate(); });
  }
  static std::int32_t deactivate(void* self, ob_error* error) noexcept {
    Edge& own = of(self);
    return guard(own.host, "deactivate", error, nullptr, [&] { return own.plugin->deactivate(); });
  }
  static void destroy(void* self) noexcept {
    const std::unique_ptr<Edge> own(static_cast<Edge*>(self));
    if (!own) return;
    static_cast<void>(guard(own->host, "destroy", nullptr, nullptr, [&]() -> Result<void> {
      own->plugin.reset();
      return {};
    }));
  }

  static std::int32_t validate(void* self, ob_call handle, const ob_change* change, ob_error* error) noexcept {
    Edge& own = of(self);
    Call call(own.host, handle);
    return guard(own.host, "validate", error, &call, [&]() -> Result<void> {
      Change seen;
      seen.action = static_cast<Action>(change->action);
      seen.entity = view(change->entity);
      seen.id = RecordId{change->id};
      seen.transition = view(change->transition);
      for (const auto& [text, row] : {std::pair{change->before, &seen.before}, {change->after, &seen.after}}) {
        if (text.n == 0) continue;
        OB_TRY(Json json, parse(view(text)));
        *row = Row(std::move(json));
      }
      auto found = own.plugin->validators_.find(seen.entity);
      if (found == own.plugin->validators_.end()) found = own.plugin->validators_.find(short_name(seen.entity));
      if (found == own.plugin->validators_.end()) return unhandled("hooks.validate " + seen.entity);
      Verdict verdict(call);
      OB_CHECK(found->second(call, seen, verdict));
      return verdict.delivered();
    });
  }

  static std::int32_t handle(void* self, ob_call handle, ob_error* error) noexcept {
    Edge& own = of(self);
    Call call(own.host, handle);
    return guard(own.host, "handle", error, &call, [&]() -> Result<void> {
      const ob_http_v1* table = own.host.services().http;
      if (table == nullptr) return Host::absent(OB_SERVICE_HTTP);
      OB_TRY(const std::string route, ask_text([&](char* out, std::uint32_t cap, std::uint32_t* need, ob_error* inner) {
               return table->route(handle, out, cap, need, inner);
             }));
      const auto found = own.plugin->routes_.find(route);
      if (found == own.plugin->routes_.end()) return unhandled(route);
      OB_TRY(const Answer answer, found->second(call, Request(call, route)));
      return ask([&](ob_error* inner) {
        return table->respond(handle, answer.status, span(answer.media_type), byte_span(answer.body), inner);
      });
    });
  }

  static std::int32_t serve(void* self, ob_call handle, ob_str service, ob_str method, ob_str request, ob_buf* reply,
                            ob_error* error) noexcept {
    Edge& own = of(self);
    Call call(own.host, handle);
    return guard(own.host, "serve", error, &call, [&]() -> Result<void> {
      Message message{std::string(view(service)), std::string(view(method)), nullptr};
      const std::string name = message.service + " " + message.method;
      const auto found = own.plugin->services_.find(name);
      if (found == own.plugin->services_.end()) return unhandled(name);
      if (request.n > 0) {
        OB_TRY(message.request, parse(view(request)));
      }
      OB_TRY(const Json answer, found->second(call, message));
      OB_TRY(*reply, own.host.give(dump(answer)));
      return {};
    });
  }

  static std::int32_t on_event(void* self, ob_call handle, const ob_event* event, ob_error* error) noexcept {
    Edge& own = of(self);
    Call call(own.host, handle);
    return guard(own.host, "on_event", error, &call, [&]() -> Result<void> {
      Event seen{event->delivery, event->at_ms, std::string(view(event->topic)), std::string(view(event->key)),
                 nullptr};
      const Plugin::Listener* listener = own.plugin->listener(seen.topic);
      if (listener == nullptr) return unhandled("events.subscribes " + seen.topic);
      if (event->payload.n > 0) {
        OB_TRY(seen.payload, parse(view(event->payload)));
      }
      return (*listener)(call, seen);
    });
  }

  static std::int32_t run(void* self, ob_call handle, ob_str name, ob_buf* result, ob_error* error) noexcept {
    Edge& own = of(self);
    Call call(own.host, handle);
    return guard(own.host, "run", error, &call, [&]() -> Result<void> {
      Job job(call, std::string(view(name)));
      const auto found = own.plugin->jobs_.find(job.name());
      if (found == own.plugin->jobs_.end()) return unhandled("jobs " + job.name());
      OB_TRY(const Json answer, found->second(call, job));
      if (answer.is_null()) return {};
      OB_TRY(*result, own.host.give(dump(answer)));
      return {};
    });
  }

  static std::int32_t check(void* self, std::int32_t* state, char* reason, std::uint32_t cap,
                            std::uint32_t* need) noexcept {
    Edge& own = of(self);
    Health health;
    const std::int32_t status = guard(own.host, "health", nullptr, nullptr, [&]() -> Result<void> {
      health = own.plugin->check_();
      return {};
    });
    if (status < 0) return status;
    *state = static_cast<std::int32_t>(health.state);
    *need = static_cast<std::uint32_t>(health.reason.size());
    if (cap < *need) return OB_E_SPACE;
    if (*need > 0) std::memcpy(reason, health.reason.data(), *need);
    return OB_OK;
  }

  static std::int32_t get_handlers(void* self, ob_str id, const void** table) noexcept {
    static constexpr ob_validate_v1 kValidate = {sizeof(ob_validate_v1), 0, &Edge::validate};
    static constexpr ob_handle_v1 kHandle = {sizeof(ob_handle_v1), 0, &Edge::handle};
    static constexpr ob_serve_v1 kServe = {sizeof(ob_serve_v1), 0, &Edge::serve};
    static constexpr ob_on_event_v1 kEvent = {sizeof(ob_on_event_v1), 0, &Edge::on_event};
    static constexpr ob_run_job_v1 kJob = {sizeof(ob_run_job_v1), 0, &Edge::run};
    static constexpr ob_health_v1 kHealth = {sizeof(ob_health_v1), 0, &Edge::check};
    const Plugin& plugin = *of(self).plugin;
    const std::string_view kind = view(id);
    const void* found = nullptr;
    if (kind == OB_SERVICE_VALIDATE && !plugin.validators_.empty()) found = &kValidate;
    if (kind == OB_SERVICE_HTTP && !plugin.routes_.empty()) found = &kHandle;
    if (kind == OB_SERVICE_SERVICE && !plugin.services_.empty()) found = &kServe;
    if (kind == OB_SERVICE_EVENT && !plugin.listeners_.empty()) found = &kEvent;
    if (kind == OB_SERVICE_JOB && !plugin.jobs_.empty()) found = &kJob;
    if (kind == OB_SERVICE_HEALTH && plugin.check_) found = &kHealth;
    *table = found;
    return found != nullptr ? OB_OK : OB_E_UNSUPPORTED;
  }

  static const ob_plugin_v0* entry(const ob_host_offer* offer) noexcept {
    static constexpr std::string_view kId = ONEBUDGET_PLUGIN_ID, kVersion = ONEBUDGET_PLUGIN_VERSION;
    static constexpr ob_plugin_v0 kPlugin = {sizeof(ob_plugin_v0),
                                             0,
                                             OB_ABI_MAJOR,
                                             ONEBUDGET_PLUGIN_ABI_MINOR,
                                             {kId.data(), static_cast<std::uint32_t>(kId.size()), 0},
                                             {kVersion.data(), static_cast<std::uint32_t>(kVersion.size()), 0},
                                             &Edge::create,
                                             &Edge::init,
                                             &Edge::activate,
                                             &Edge::deactivate,
                                             &Edge::destroy,
                                             &Edge::get_handlers};
    constexpr std::uint32_t kLeast = offsetof(ob_host_offer, reason) + sizeof(char*);
    if (offer == nullptr || offer->struct_size < kLeast) return nullptr;
    if (offer->abi_major == OB_ABI_MAJOR && offer->abi_minor >= ONEBUDGET_PLUGIN_ABI_MINOR) return &kPlugin;
    if (offer->reason != nullptr && offer->reason_cap > 0) {
      copy_cut(offer->reason, offer->reason_cap,
               "This plugin needs ABI " ONEBUDGET_PLUGIN_ABI
               " or a later minor of it. Upgrade the server, or install another build.");
    }
    return nullptr;
  }
};

} // namespace onebudget::plugin

/// Defines the one exported function and the note of the library. Once per plugin, at namespace scope.
#define ONEBUDGET_PLUGIN(Class)                                                             \
  OB_PLUGIN_NOTE(ONEBUDGET_PLUGIN_ID, ONEBUDGET_PLUGIN_VERSION, ONEBUDGET_PLUGIN_ABI);      \
  extern "C" OB_EXPORT const ob_plugin_v0* ob_plugin_entry_v0(const ob_host_offer* offer) { \
    return ::onebudget::plugin::Edge<Class>::entry(offer);                                  \
  }                                                                                         \
  static_assert(true)
