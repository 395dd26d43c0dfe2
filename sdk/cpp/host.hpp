#pragma once
// The host as the plugin knows it: log, settings, metrics, digests, and the service tables that calls use.

#include <cstdint>
#include <string>
#include <string_view>

#include "sdk/cpp/bridge.hpp"

namespace onebudget::plugin {

enum class Level : std::int32_t {
  debug = OB_LOG_DEBUG,
  info = OB_LOG_INFO,
  warning = OB_LOG_WARNING,
  error = OB_LOG_ERROR
};

/// Tables of the services that the manifest asks for; null for one that it does not name or the host does not grant.
/// Pointers are kept, tables are not copied: they belong to the host and live until destroy returned.
struct Services {
  const ob_log_v1* log = nullptr;
  const ob_config_v1* config = nullptr;
  const ob_call_v1* call = nullptr;
  const ob_identity_v1* identity = nullptr;
  const ob_permission_v1* permission = nullptr;
  const ob_records_v1* records = nullptr;
  const ob_hook_v1* hook = nullptr;
  const ob_service_v1* service = nullptr;
  const ob_http_v1* http = nullptr;
  const ob_event_v1* event = nullptr;
  const ob_job_v1* job = nullptr;
  const ob_audit_v1* audit = nullptr;
  const ob_crypto_v1* crypto = nullptr;
  const ob_i18n_v1* i18n = nullptr;
  const ob_metric_v1* metric = nullptr;
  const ob_kv_v1* kv = nullptr;
  const ob_tree_v1* tree = nullptr;
};

/// Thread-safe after init. Lives as long as the plugin.
class Host {
 public:
  Host(const ob_core_v0* core, ob_host handle) : core_(core), handle_(handle) {}

  /// Asks for every table once; called by the face before Plugin::init.
  void bind() {
    get(OB_SERVICE_LOG, services_.log);
    get(OB_SERVICE_CONFIG, services_.config);
    get(OB_SERVICE_CALL, services_.call);
    get(OB_SERVICE_IDENTITY, services_.identity);
    get(OB_SERVICE_PERMISSION, services_.permission);
    get(OB_SERVICE_RECORDS, services_.records);
    get(OB_SERVICE_HOOK, services_.hook);
    get(OB_SERVICE_SERVICE, services_.service);
    get(OB_SERVICE_HTTP, services_.http);
    get(OB_SERVICE_EVENT, services_.event);
    get(OB_SERVICE_JOB, services_.job);
    get(OB_SERVICE_AUDIT, services_.audit);
    get(OB_SERVICE_CRYPTO, services_.crypto);
    get(OB_SERVICE_I18N, services_.i18n);
    get(OB_SERVICE_METRIC, services_.metric);
    get(OB_SERVICE_KV, services_.kv);
    get(OB_SERVICE_TREE, services_.tree);
  }

  [[nodiscard]] const Services& services() const { return services_; }
  [[nodiscard]] const ob_core_v0* core() const { return core_; }
  [[nodiscard]] ob_host handle() const { return handle_; }

  /// One line; `fields` is a flat JSON object or null. Never fails: a log that is full drops.
  void log(Level level, std::string_view message, const Json& fields = nullptr) const {
    if (services_.log != nullptr && !fields.is_null()) {
      const std::string text = dump(fields);
      services_.log->write(handle_, static_cast<std::int32_t>(level), span(message), span(text));
    } else {
      core_->log(handle_, static_cast<std::int32_t>(level), span(message));
    }
  }

  /// UTC milliseconds now. Inside a call use Call::now_ms(), which is the same for the whole request.
  [[nodiscard]] std::int64_t now_ms() const {
    std::int64_t utc_ms = 0, mono_ns = 0;
    core_->now(handle_, &utc_ms, &mono_ns);
    return utc_ms;
  }
  /// Monotonic nanoseconds, for durations only.
  [[nodiscard]] std::int64_t mono_ns() const {
    std::int64_t utc_ms = 0, mono_ns = 0;
    core_->now(handle_, &utc_ms, &mono_ns);
    return mono_ns;
  }

  /// A setting that the manifest declares. Fault not_found for any other key.
  [[nodiscard]] Result<Json> setting(std::string_view key) const {
    if (services_.config == nullptr) return absent(OB_SERVICE_CONFIG);
    OB_TRY(const std::string text, ask_text([&](char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
             return services_.config->get(handle_, span(key), out, cap, need, error);
           }));
    return parse(text);
  }

  /// Metrics are best effort: a host without ob.metric/1 counts nothing.
  void count(std::string_view name, double by = 1, const Json& labels = nullptr) const {
    if (services_.metric == nullptr) return;
    const std::string text = labels.is_null() ? std::string() : dump(labels);
    static_cast<void>(
        ask([&](ob_error* error) { return services_.metric->count(handle_, span(name), span(text), by, error); }));
  }
  void gauge(std::string_view name, double value, const Json& labels = nullptr) const {
    if (services_.metric == nullptr) return;
    const std::string text = labels.is_null() ? std::string() : dump(labels);
    static_cast<void>(
        ask([&](ob_error* error) { return services_.metric->gauge(handle_, span(name), span(text), value, error); }));
  }
  void observe_seconds(std::string_view name, double seconds, const Json& labels = nullptr) const {
    if (services_.metric == nullptr) return;
    const std::string text = labels.is_null() ? std::string() : dump(labels);
    static_cast<void>(ask(
        [&](ob_error* error) { return services_.metric->observe(handle_, span(name), span(text), seconds, error); }));
  }

  /// 32 bytes. algorithm: "sm3" or "sha256".
  [[nodiscard]] Result<std::string> digest(std::string_view algorithm, std::string_view data) const {
    if (services_.crypto == nullptr) return absent(OB_SERVICE_CRYPTO);
    std::string out(32, '\0');
    OB_CHECK(ask([&](ob_error* error) {
      return services_.crypto->digest(handle_, span(algorithm), byte_span(data),
                                      reinterpret_cast<std::uint8_t*>(out.data()), error);
    }));
    return out;
  }
  /// At most 4096 bytes from the system's generator.
  [[nodiscard]] Result<std::string> random(std::uint32_t size) const {
    if (services_.crypto == nullptr) return absent(OB_SERVICE_CRYPTO);
    std::string out(size, '\0');
    OB_CHECK(ask([&](ob_error* error) {
      return services_.crypto->random(handle_, reinterpret_cast<std::uint8_t*>(out.data()), size, error);
    }));
    return out;
  }

  /// Tells the host that the plugin became unhealthy or healthy again.
  void set_healthy(bool healthy) const { core_->request(handle_, healthy ? OB_REQUEST_HEALTHY : OB_REQUEST_UNHEALTHY); }

  /// The bytes of a host buffer; the buffer is released.
  [[nodiscard]] Result<std::string> take(ob_buf buffer) const {
    std::uint8_t* data = nullptr;
    std::uint32_t size = 0;
    const std::int32_t status = core_->buf_map(handle_, buffer, &data, &size);
    if (status < 0) return fault_of(status, new_error());
    std::string out(reinterpret_cast<const char*>(data), size);
    core_->buf_release(handle_, buffer);
    return out;
  }
  /// A host buffer with these bytes; whoever gets it owns it.
  [[nodiscard]] Result<ob_buf> give(std::string_view bytes) const {
    ob_buf buffer{0};
    std::uint8_t* data = nullptr;
    std::uint32_t size = 0;
    std::int32_t status = core_->buf_new(handle_, static_cast<std::uint32_t>(bytes.size()), &buffer);
    if (status >= 0) status = core_->buf_map(handle_, buffer, &data, &size);
    if (status < 0) return fault_of(status, new_error());
    if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
    return buffer;
  }

  [[nodiscard]] static Fault absent(std::string_view service) {
    const std::string name(service);
    return fault(FaultKind::internal, "plugin.service_absent",
                 {"没有服务 " + name + "。请在 plugin.json 的 requires.services 中声明它。",
                  "There is no service " + name + ". Declare it in plugin.json under requires.services."});
  }

 private:
  template <class Table>
  void get(const char* id, const Table*& out) {
    const void* table = nullptr;
    if (core_->get_service(handle_, span(id), sizeof(Table), &table) == OB_OK) out = static_cast<const Table*>(table);
  }

  const ob_core_v0* core_;
  ob_host handle_;
  Services services_;
};

} // namespace onebudget::plugin
