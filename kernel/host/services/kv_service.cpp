// ob.kv/1 over the store of keys.

#include "kernel/host/services/door.hpp"
#include "kernel/host/services/tables.hpp"
#include "sdk/include/onebudget/onebudget.h"
#include "sdk/text/json_door.hpp"

namespace onebudget::host::service {
namespace {

constexpr int kMostKeys = 256;
constexpr std::int64_t kLongestTtlMs = 10LL * 366 * 86'400'000;

Fault absent(const std::string& name) {
  return fault(FaultKind::not_found, "host.kv_absent", {"没有键 " + name + "。", "There is no key " + name + "."});
}

std::int32_t kv_get(ob_call call, ob_str key, ob_buf* value, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(key, "key"));
    OB_TRY(auto found, visit.kernel().kv.get(visit.context(), visit.guest.id(), name));
    if (!found) return absent(name);
    return visit.give(std::move(*found), value);
  });
}

std::int32_t kv_put(ob_call call, ob_str key, ob_bytes value, std::int64_t ttl_ms, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(key, "key"));
    OB_TRY(const auto content, bytes(value, "value"));
    if (ttl_ms < 0 || ttl_ms > kLongestTtlMs) return argument("ttl_ms");
    OB_CHECK(visit.kernel().kv.put(visit.context(), visit.guest.id(), name, content, ttl_ms));
    return OB_OK;
  });
}

std::int32_t kv_cas(ob_call call, ob_str key, ob_bytes expected, ob_bytes value, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(key, "key"));
    OB_TRY(auto before, bytes(expected, "expected"));
    OB_TRY(const auto content, bytes(value, "value"));
    const auto wanted = before.empty() ? std::nullopt : std::optional(std::move(before));
    OB_TRY(const bool done,
           visit.kernel().kv.compare_and_set(visit.context(), visit.guest.id(), name, wanted, content));
    if (done) return OB_OK;
    return fault(
        FaultKind::conflict, "host.kv_changed",
        {"键 " + name + " 的值已被改变。请重新读取。", "The value of the key " + name + " changed. Read it again."});
  });
}

std::int32_t kv_remove(ob_call call, ob_str key, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(key, "key"));
    OB_CHECK(visit.kernel().kv.remove(visit.context(), visit.guest.id(), name));
    return OB_OK;
  });
}

std::int32_t kv_scan(ob_call call, ob_str prefix, ob_str after, ob_buf* keys, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto begin, text(prefix, "prefix"));
    OB_TRY(const auto behind, text(after, "after"));
    OB_TRY(const auto found, visit.kernel().kv.scan(visit.context(), visit.guest.id(), begin, behind, kMostKeys));
    return visit.give(Json(found).dump(), keys);
  });
}

std::int32_t kv_increment(ob_call call, ob_str key, std::int64_t by, std::int64_t* value, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    if (value == nullptr) return argument("value");
    OB_TRY(const auto name, text(key, "key"));
    OB_TRY(*value, visit.kernel().kv.increment(visit.context(), visit.guest.id(), name, by));
    return OB_OK;
  });
}

constexpr ob_kv_v1 kKv = {sizeof(ob_kv_v1), 0, kv_get, kv_put, kv_cas, kv_remove, kv_scan, kv_increment};

} // namespace

const void* kv_table(std::uint32_t& size) { return size = sizeof kKv, &kKv; }

} // namespace onebudget::host::service
