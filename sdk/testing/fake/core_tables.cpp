// The core table and the services that need no call: log, config, crypto, metric.

#include <mutex>

#include "sdk/testing/fake/door.hpp"

namespace onebudget::testing {
namespace {

/// C functions have no `this`: a handle's upper bits name the host.
struct Registry {
  std::mutex mutex;
  std::map<std::uint64_t, HostState*> hosts;
  std::uint64_t next = 1;
};
Registry& registry() {
  static Registry all;
  return all;
}

using TableOf = const void* (*)(std::uint32_t& size);

std::int32_t get_service(ob_host host, ob_str id, std::uint32_t min_size, const void** table) {
  return with_host(host, nullptr, [&](HostState& state) -> Result<std::int32_t> {
    const std::string name = string_of(id);
    std::uint32_t size = 0;
    const void* found = state.withheld.contains(name) ? nullptr : fake_table(name, size);
    *table = nullptr;
    if (found == nullptr || size < min_size) return OB_E_UNSUPPORTED;
    if (!state.may_use(name)) return OB_E_DENIED;
    *table = found;
    return OB_OK;
  });
}
std::int32_t core_log(ob_host host, std::int32_t level, ob_str message) {
  return with_host(host, nullptr, [&](HostState& state) -> Result<std::int32_t> {
    state.logs.push_back({level, string_of(message), nullptr});
    return OB_OK;
  });
}
std::int32_t core_now(ob_host host, std::int64_t* utc_ms, std::int64_t* mono_ns) {
  return with_host(host, nullptr, [&](HostState& state) -> Result<std::int32_t> {
    *utc_ms = state.now_ms;
    *mono_ns = state.now_ms * 1'000'000;
    return OB_OK;
  });
}
std::int32_t buf_new(ob_host host, std::uint32_t size, ob_buf* buf) {
  return with_host(host, nullptr, [&](HostState& state) -> Result<std::int32_t> {
    if (size > 64U << 20U) return OB_E_LIMIT;
    buf->v = state.new_handle();
    state.buffers[buf->v] = {std::string(size, '\0'), 0};
    return OB_OK;
  });
}
std::int32_t buf_map(ob_host host, ob_buf buf, std::uint8_t** data, std::uint32_t* size) {
  return with_host(host, nullptr, [&](HostState& state) -> Result<std::int32_t> {
    const auto found = state.buffers.find(buf.v);
    if (found == state.buffers.end()) return OB_E_HANDLE;
    *data = reinterpret_cast<std::uint8_t*>(found->second.bytes.data());
    *size = static_cast<std::uint32_t>(found->second.bytes.size());
    return OB_OK;
  });
}
std::int32_t buf_release(ob_host host, ob_buf buf) {
  return with_host(host, nullptr, [&](HostState& state) -> Result<std::int32_t> {
    return state.buffers.erase(buf.v) == 0 ? OB_E_HANDLE : OB_OK;
  });
}
std::int32_t last_error_detail(ob_call call, std::uint32_t, char*, std::uint32_t, std::uint32_t*) {
  return with_call(call, nullptr, [](const Visit&) -> Result<std::int32_t> { return OB_E_NOT_FOUND; });
}
std::int32_t core_request(ob_host host, std::int32_t action) {
  return with_host(host, nullptr, [&](HostState& state) -> Result<std::int32_t> {
    if (action != OB_REQUEST_HEALTHY && action != OB_REQUEST_UNHEALTHY) return OB_E_UNSUPPORTED;
    state.is_healthy = action == OB_REQUEST_HEALTHY;
    return OB_OK;
  });
}
constexpr ob_core_v0 kCore = {sizeof(ob_core_v0), 0,           get_service, core_log,
                              core_now,           buf_new,     buf_map,     buf_release,
                              last_error_detail,  core_request};

std::int32_t log_enabled(ob_host host, std::int32_t) {
  return with_host(host, nullptr, [](HostState&) -> Result<std::int32_t> { return 1; });
}
std::int32_t log_write(ob_host host, std::int32_t level, ob_str message, ob_str fields) {
  return with_host(host, nullptr, [&](HostState& state) -> Result<std::int32_t> {
    OB_TRY(Json json, json_of(fields));
    state.logs.push_back({level, string_of(message), std::move(json)});
    return OB_OK;
  });
}
std::int32_t config_get(ob_host host, ob_str key, char* value, std::uint32_t cap, std::uint32_t* need,
                        ob_error* error) {
  return with_host(host, error, [&](HostState& state) -> Result<std::int32_t> {
    const auto found = state.settings.find(string_of(key));
    if (found == state.settings.end()) return OB_E_NOT_FOUND;
    return put_text(plugin::dump(*found), value, cap, need);
  });
}
// Not the real digests: the same bytes give the same answer, other bytes another.
std::int32_t crypto_digest(ob_host host, ob_str algorithm, ob_bytes data, std::uint8_t* out, ob_error* error) {
  return with_host(host, error, [&](HostState&) -> Result<std::int32_t> {
    const std::string name = string_of(algorithm);
    if (name != "sm3" && name != "sha256") return OB_E_UNSUPPORTED;
    std::uint64_t sum = 1469598103934665603ULL;
    for (const char c : name + string_of(data)) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    for (int i = 0; i < 32; ++i) {
      out[i] = static_cast<std::uint8_t>(sum >> 56U);
      sum = sum * 6364136223846793005ULL + 1442695040888963407ULL;
    }
    return OB_OK;
  });
}
// Counted, not random: a test must come out the same every time.
std::int32_t crypto_random(ob_host host, std::uint8_t* out, std::uint32_t size, ob_error* error) {
  return with_host(host, error, [&](HostState& state) -> Result<std::int32_t> {
    if (size > 4096) return OB_E_ARGUMENT;
    const std::uint64_t seed = state.next_serial++;
    for (std::uint32_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(seed * 131 + i * 17);
    return OB_OK;
  });
}
std::int32_t metric_any(ob_host host, ob_str, ob_str labels, double, ob_error* error) {
  return with_host(host, error, [&](HostState&) -> Result<std::int32_t> {
    OB_CHECK(json_of(labels));
    return OB_OK;
  });
}

constexpr ob_log_v1 kLog = {sizeof(ob_log_v1), 0, log_enabled, log_write};
constexpr ob_config_v1 kConfig = {sizeof(ob_config_v1), 0, config_get};
constexpr ob_crypto_v1 kCrypto = {sizeof(ob_crypto_v1), 0, crypto_digest, crypto_random};
constexpr ob_metric_v1 kMetric = {sizeof(ob_metric_v1), 0, metric_any, metric_any, metric_any};
const void* log_table(std::uint32_t& size) { return size = sizeof kLog, &kLog; }
const void* config_table(std::uint32_t& size) { return size = sizeof kConfig, &kConfig; }
const void* crypto_table(std::uint32_t& size) { return size = sizeof kCrypto, &kCrypto; }
const void* metric_table(std::uint32_t& size) { return size = sizeof kMetric, &kMetric; }

constexpr std::pair<std::string_view, TableOf> kTables[] = {{OB_SERVICE_LOG, log_table},
                                                            {OB_SERVICE_CONFIG, config_table},
                                                            {OB_SERVICE_CRYPTO, crypto_table},
                                                            {OB_SERVICE_METRIC, metric_table},
                                                            {OB_SERVICE_CALL, call_table},
                                                            {OB_SERVICE_IDENTITY, identity_table},
                                                            {OB_SERVICE_PERMISSION, permission_table},
                                                            {OB_SERVICE_I18N, i18n_table},
                                                            {OB_SERVICE_RECORDS, records_table},
                                                            {OB_SERVICE_HOOK, hook_table},
                                                            {OB_SERVICE_SERVICE, service_table},
                                                            {OB_SERVICE_HTTP, http_table},
                                                            {OB_SERVICE_EVENT, event_table},
                                                            {OB_SERVICE_JOB, job_table},
                                                            {OB_SERVICE_AUDIT, audit_table},
                                                            {OB_SERVICE_KV, kv_table},
                                                            {OB_SERVICE_TREE, tree_table}};

} // namespace

HostState* host_behind(std::uint64_t handle) {
  const std::lock_guard lock(registry().mutex);
  const auto found = registry().hosts.find(handle >> 40U);
  return found == registry().hosts.end() ? nullptr : found->second;
}
void enroll(HostState& state) {
  const std::lock_guard lock(registry().mutex);
  state.number = registry().next++;
  registry().hosts[state.number] = &state;
}
void withdraw(HostState& state) {
  const std::lock_guard lock(registry().mutex);
  registry().hosts.erase(state.number);
}

const ob_core_v0* fake_core() { return &kCore; }

const void* fake_table(std::string_view service, std::uint32_t& size) {
  for (const auto& [name, table] : kTables)
    if (name == service) return table(size);
  return nullptr;
}

} // namespace onebudget::testing
