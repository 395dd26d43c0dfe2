// The core table: the only functions every plugin has.

#include <map>
#include <string>

#include "kernel/host/life/prepare.hpp"
#include "kernel/host/services/door.hpp"
#include "kernel/host/services/tables.hpp"
#include "sdk/include/onebudget/onebudget.h"

namespace onebudget::host {
namespace service {
namespace {

using TableOf = const void* (*)(std::uint32_t& size);
constexpr std::pair<std::string_view, TableOf> kTables[] = {{OB_SERVICE_LOG, log_table},
                                                            {OB_SERVICE_CONFIG, config_table},
                                                            {OB_SERVICE_CRYPTO, crypto_table},
                                                            {OB_SERVICE_METRIC, metric_table},
                                                            {OB_SERVICE_CALL, call_table},
                                                            {OB_SERVICE_IDENTITY, identity_table},
                                                            {OB_SERVICE_PERMISSION, permission_table},
                                                            {OB_SERVICE_I18N, i18n_table},
                                                            {OB_SERVICE_AUDIT, audit_table},
                                                            {OB_SERVICE_RECORDS, records_table},
                                                            {OB_SERVICE_HOOK, hook_table},
                                                            {OB_SERVICE_SERVICE, service_table},
                                                            {OB_SERVICE_HTTP, http_table},
                                                            {OB_SERVICE_EVENT, event_table},
                                                            {OB_SERVICE_JOB, job_table},
                                                            {OB_SERVICE_TREE, tree_table},
                                                            {OB_SERVICE_KV, kv_table}};

std::int32_t get_service(ob_host host, ob_str id, std::uint32_t min_size, const void** table) {
  return in_host(host, nullptr, [&](Guest& guest) -> Result<std::int32_t> {
    if (table == nullptr) return OB_E_ARGUMENT;
    *table = nullptr;
    OB_TRY(const auto name, text(id, "id"));
    std::uint32_t size = 0;
    const void* found = find_table(name, size);
    if (found == nullptr) return OB_E_UNSUPPORTED;
    if (!guest.may_use(name)) {
      guest.kernel().log(observe::Level::debug, guest.id(), "asked for a service that its manifest does not declare",
                         {{"service", name}});
      return OB_E_DENIED;
    }
    if (min_size > size) return OB_E_UNSUPPORTED;
    *table = found;
    return OB_OK;
  });
}

std::int32_t core_log(ob_host host, std::int32_t level, ob_str message) {
  return in_host(host, nullptr, [&](Guest& guest) -> Result<std::int32_t> {
    OB_TRY(const auto line, text(message, "message"));
    if (level < OB_LOG_DEBUG || level > OB_LOG_ERROR) return OB_E_ARGUMENT;
    guest.kernel().log(static_cast<observe::Level>(level), guest.id(), line);
    return OB_OK;
  });
}

std::int32_t core_now(ob_host host, std::int64_t* utc_ms, std::int64_t* mono_ns) {
  return in_host(host, nullptr, [&](Guest& guest) -> Result<std::int32_t> {
    if (utc_ms != nullptr) *utc_ms = guest.kernel().clock.now_ms();
    if (mono_ns != nullptr) *mono_ns = guest.kernel().clock.mono_ns();
    return OB_OK;
  });
}

std::int32_t buf_new(ob_host host, std::uint32_t size, ob_buf* buf) {
  return in_host(host, nullptr, [&](Guest& guest) -> Result<std::int32_t> {
    if (buf == nullptr) return OB_E_ARGUMENT;
    if (size > kMostBuffer) return OB_E_LIMIT;
    buf->v = guest.handles().add(std::make_shared<Buffer>(std::string(size, '\0')));
    return buf->v == 0 ? OB_E_LIMIT : OB_OK;
  });
}

std::int32_t buf_map(ob_host host, ob_buf buf, std::uint8_t** data, std::uint32_t* size) {
  return in_host(host, nullptr, [&](Guest& guest) -> Result<std::int32_t> {
    const auto buffer = guest.handles().find<Buffer>(buf.v);
    if (!buffer) return OB_E_HANDLE;
    if (data == nullptr || size == nullptr) return OB_E_ARGUMENT;
    *data = reinterpret_cast<std::uint8_t*>(buffer->bytes.data());
    *size = static_cast<std::uint32_t>(buffer->bytes.size());
    return OB_OK;
  });
}

std::int32_t buf_release(ob_host host, ob_buf buf) {
  return in_host(host, nullptr, [&](Guest& guest) -> Result<std::int32_t> {
    if (!guest.handles().find<Buffer>(buf.v)) return OB_E_HANDLE;
    guest.handles().remove(buf.v);
    return OB_OK;
  });
}

std::int32_t last_error_detail(ob_call call, std::uint32_t detail, char* out, std::uint32_t cap, std::uint32_t* need) {
  return in_call(call, nullptr, [&](const Visit& visit) -> Result<std::int32_t> {
    const auto& faults = visit.scope->faults;
    if (detail == 0 || detail > faults.size()) return OB_E_NOT_FOUND;
    const auto& fault = faults[detail - 1];
    const auto& language = visit.context().language;
    std::string text = fault.message.in(language);
    for (const auto& field : fault.fields) {
      text += "\n" + field.field + ": " + field.message.in(language) + " " + field.remedy.in(language);
    }
    return put(text, out, cap, need);
  });
}

std::int32_t core_request(ob_host host, std::int32_t action) {
  return in_host(host, nullptr, [&](Guest& guest) -> Result<std::int32_t> {
    if (action != OB_REQUEST_UNHEALTHY && action != OB_REQUEST_HEALTHY) return OB_E_UNSUPPORTED;
    guest.say_healthy(action == OB_REQUEST_HEALTHY);
    return OB_OK;
  });
}

constexpr ob_core_v0 kCore = {sizeof(ob_core_v0), 0,           get_service, core_log,
                              core_now,           buf_new,     buf_map,     buf_release,
                              last_error_detail,  core_request};

} // namespace

const ob_core_v0* core_table() { return &kCore; }

const void* find_table(std::string_view id, std::uint32_t& size) {
  for (const auto& [name, table] : kTables) {
    if (name == id) return table(size);
  }
  return nullptr;
}

} // namespace service

const std::set<std::string>& offered_services() {
  // What a plugin implements itself (ob.validate/1, ob.health/1) may be listed as well: the host asks for it.
  static const std::set<std::string> kOffered = [] {
    std::set<std::string> all = {OB_SERVICE_VALIDATE, OB_SERVICE_HEALTH};
    for (const auto& [name, table] : service::kTables) all.emplace(name);
    return all;
  }();
  return kOffered;
}

} // namespace onebudget::host
