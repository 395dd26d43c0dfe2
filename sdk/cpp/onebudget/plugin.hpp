#pragma once
// A plugin in C++20: derive from Plugin, override what the manifest declares, end the file with ONEBUDGET_PLUGIN(Class).
// No exception leaves the library: every entry is caught at the edge and becomes a status with a log line.

#include <exception>
#include <memory>
#include <new>

#include "onebudget/call.hpp"

// Set by onebudget_add_plugin() from plugin.json.
#ifndef ONEBUDGET_PLUGIN_ID
#error "build plugins with onebudget_add_plugin(), which defines ONEBUDGET_PLUGIN_ID and ONEBUDGET_PLUGIN_VERSION"
#endif

namespace onebudget::plugin {

class Plugin {
 public:
  explicit Plugin(const Host& host) : host_(host) {}
  virtual ~Plugin() = default;
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  virtual Result<void> init(const Json& settings) { return (void)settings, Result<void>(); }
  virtual Result<void> activate() { return {}; }
  virtual Result<void> deactivate() { return {}; }
  /// Rules before a write; report findings and assignments through `change`.
  virtual Result<void> validate(Change& change) { return (void)change, Result<void>(); }
  virtual Result<void> handle(Exchange& exchange) { return (void)exchange, none("route"); }
  virtual Result<Json> serve(Call& call, std::string_view service, std::string_view method, const Json& request) {
    return (void)call, (void)service, (void)method, (void)request, none("service");
  }
  virtual Result<void> on_event(Call& call, const ob_event& event) { return (void)call, (void)event, Result<void>(); }
  virtual Result<Json> run(Run& run, std::string_view job) { return (void)run, (void)job, none("job"); }

  [[nodiscard]] const Host& host() const { return host_; }

 private:
  static Fault none(const char* what) {
    return fault(FaultKind::not_found, "plugin.not_handled", {std::string("插件没有处理此调用：") + what + "。", std::string("The plugin does not handle this ") + what + "."});
  }
  const Host host_;
};

namespace edge {

/// Runs `body`, a function answering Result<void>, and turns what comes out into a status.
template <class F>
int32_t guarded(Plugin& plugin, ob_call call, ob_error* error, const F& body) noexcept {
  try {
    const Result<void> result = body();
    if (result) return OB_OK;
    std::string language = "zh";
    if (call.v != 0) {
      if (auto asked = Call(plugin.host(), call).language()) language = *asked;
    }
    return write_fault(result.fault(), language, error);
  } catch (const std::exception& thrown) {
    plugin.host().log(OB_LOG_ERROR, std::string("exception: ") + thrown.what());
  } catch (...) {
    plugin.host().log(OB_LOG_ERROR, "exception of an unknown type");
  }
  return OB_E_INTERNAL;
}

inline Plugin& of(void* self) { return *static_cast<Plugin*>(self); }

inline int32_t init(void* self, ob_str settings, ob_error* error) {
  return guarded(of(self), ob_call{0}, error, [&]() -> Result<void> {
    OB_TRY(const Json parsed, json_of(settings.n == 0 ? "{}" : std::string(view(settings))));
    return of(self).init(parsed);
  });
}
inline int32_t activate(void* self, ob_error* error) {
  return guarded(of(self), ob_call{0}, error, [&] { return of(self).activate(); });
}
inline int32_t deactivate(void* self, ob_error* error) {
  return guarded(of(self), ob_call{0}, error, [&] { return of(self).deactivate(); });
}
inline void destroy(void* self) { delete static_cast<Plugin*>(self); }

inline int32_t validate(void* self, ob_call call, const ob_change* change, ob_error* error) {
  return guarded(of(self), call, error, [&] {
    Change face(of(self).host(), call, *change);
    return of(self).validate(face);
  });
}
inline int32_t handle(void* self, ob_call call, ob_error* error) {
  return guarded(of(self), call, error, [&] {
    Exchange face(of(self).host(), call);
    return of(self).handle(face);
  });
}
inline int32_t serve(void* self, ob_call call, ob_str service, ob_str method, ob_str request, ob_buf* reply, ob_error* error) {
  return guarded(of(self), call, error, [&]() -> Result<void> {
    Call face(of(self).host(), call);
    OB_TRY(const Json parsed, json_of(request.n == 0 ? "null" : std::string(view(request))));
    OB_TRY(const Json answer, of(self).serve(face, view(service), view(method), parsed));
    OB_TRY(*reply, of(self).host().give(answer.dump()));
    return {};
  });
}
inline int32_t on_event(void* self, ob_call call, const ob_event* event, ob_error* error) {
  return guarded(of(self), call, error, [&] {
    Call face(of(self).host(), call);
    return of(self).on_event(face, *event);
  });
}
inline int32_t run(void* self, ob_call call, ob_str job, ob_buf* result, ob_error* error) {
  return guarded(of(self), call, error, [&]() -> Result<void> {
    Run face(of(self).host(), call);
    OB_TRY(const Json answer, of(self).run(face, view(job)));
    OB_TRY(*result, of(self).host().give(answer.dump()));
    return {};
  });
}

inline int32_t get_handlers(void*, ob_str id, const void** table) {
  static const ob_validate_v1 kValidate{sizeof(ob_validate_v1), 0, &validate};
  static const ob_handle_v1 kHandle{sizeof(ob_handle_v1), 0, &handle};
  static const ob_serve_v1 kServe{sizeof(ob_serve_v1), 0, &serve};
  static const ob_on_event_v1 kEvent{sizeof(ob_on_event_v1), 0, &on_event};
  static const ob_run_job_v1 kRun{sizeof(ob_run_job_v1), 0, &run};
  const struct {
    const char* id;
    const void* table;
  } known[] = {{OB_SERVICE_VALIDATE, &kValidate}, {OB_SERVICE_HTTP, &kHandle}, {OB_SERVICE_SERVICE, &kServe}, {OB_SERVICE_EVENT, &kEvent}, {OB_SERVICE_JOB, &kRun}};
  for (const auto& entry : known)
    if (view(id) == entry.id) {
      *table = entry.table;
      return OB_OK;
    }
  *table = nullptr;
  return OB_E_UNSUPPORTED;
}

template <class T>
int32_t create(const ob_core_v0* core, ob_host host, void** self, ob_error* error) {
  try {
    *self = static_cast<Plugin*>(new T(Host(core, host)));
    return OB_OK;
  } catch (const std::exception& thrown) {
    return write_fault(fault(FaultKind::internal, "plugin.create", {thrown.what(), thrown.what()}), "en", error);
  } catch (...) {
    return write_fault(fault(FaultKind::internal, "plugin.create", {"构造失败", "construction failed"}), "en", error);
  }
}

inline ob_str constant(const char* text) { return ob_str{text, static_cast<uint32_t>(std::strlen(text)), 0}; }

template <class T>
const ob_plugin_v0* entry(const ob_host_offer* offer) {
  static const ob_plugin_v0 kPlugin{sizeof(ob_plugin_v0), 0, OB_ABI_MAJOR, OB_ABI_MINOR, constant(ONEBUDGET_PLUGIN_ID), constant(ONEBUDGET_PLUGIN_VERSION),
                                    &create<T>, &init, &activate, &deactivate, &destroy, &get_handlers};
  if (offer == nullptr || offer->struct_size < sizeof(ob_host_offer)) return nullptr;
  if (offer->abi_major == OB_ABI_MAJOR && offer->abi_minor >= OB_ABI_MINOR) return &kPlugin;
  const std::string reason = "needs ABI " + std::to_string(OB_ABI_MAJOR) + "." + std::to_string(OB_ABI_MINOR) + ", the host offers " +
                             std::to_string(offer->abi_major) + "." + std::to_string(offer->abi_minor);
  if (offer->reason != nullptr && offer->reason_cap > reason.size()) std::memcpy(offer->reason, reason.c_str(), reason.size() + 1);
  return nullptr;
}

} // namespace edge
} // namespace onebudget::plugin

/// Defines the one exported function for a class derived from onebudget::plugin::Plugin, and the note of the library.
#define ONEBUDGET_PLUGIN(Class) \
  OB_PLUGIN_NOTE(ONEBUDGET_PLUGIN_ID, ONEBUDGET_PLUGIN_VERSION, ONEBUDGET_PLUGIN_ABI); \
  extern "C" OB_EXPORT const ob_plugin_v0* ob_plugin_entry_v0(const ob_host_offer* offer) { return onebudget::plugin::edge::entry<Class>(offer); }
