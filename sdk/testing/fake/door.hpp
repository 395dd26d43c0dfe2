#pragma once
// How every C function of the fake host begins and ends: handles looked up, faults turned into ob_error, nothing
// thrown.

#include <exception>

#include "sdk/testing/fake/state.hpp"

namespace onebudget::testing {

using HostState = FakeHost::State;

struct Visit {
  HostState& host;
  Frame& frame;
  std::uint64_t call;

  Result<std::int32_t> give(std::string bytes, ob_buf* out) const {
    if (out == nullptr) return OB_E_ARGUMENT;
    out->v = host.new_handle();
    host.buffers[out->v] = {std::move(bytes), call};
    return OB_OK;
  }
};

inline Result<std::int32_t> put_text(const std::string& text, char* out, std::uint32_t cap, std::uint32_t* need) {
  if (need == nullptr) return OB_E_ARGUMENT;
  *need = static_cast<std::uint32_t>(text.size());
  if (text.size() > cap) return OB_E_SPACE;
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return OB_OK;
}

template <class Fn>
std::int32_t answered(const std::string& language, ob_error* error, Fn&& fn) noexcept {
  try {
    const Result<std::int32_t> result = fn();
    return result ? *result : plugin::fill(error, result.fault(), language);
  } catch (const std::exception& thrown) {
    try {
      return plugin::fill(error, fault(FaultKind::internal, "testing.threw", {thrown.what(), thrown.what()}), language);
    } catch (const std::exception&) {
      return OB_E_INTERNAL;
    }
  }
}

/// fn(HostState&) → Result<int32_t>
template <class Fn>
std::int32_t with_host(ob_host handle, ob_error* error, Fn&& fn) noexcept {
  HostState* host = host_behind(handle.v);
  if (host == nullptr || handle.v != host->handle(0)) return OB_E_HANDLE;
  return answered(host->language, error, [&] { return fn(*host); });
}

/// fn(const Visit&) → Result<int32_t>
template <class Fn>
std::int32_t with_call(ob_call handle, ob_error* error, Fn&& fn) noexcept {
  HostState* host = host_behind(handle.v);
  if (host == nullptr) return OB_E_HANDLE;
  const auto found = host->calls.find(handle.v);
  if (found == host->calls.end()) return OB_E_HANDLE;
  const Visit visit{*host, *found->second, handle.v};
  return answered(host->language, error, [&] { return fn(visit); });
}

inline std::string string_of(ob_str text) { return std::string(plugin::view(text)); }
inline std::string string_of(ob_bytes bytes) {
  return bytes.n == 0 ? std::string() : std::string(reinterpret_cast<const char*>(bytes.p), bytes.n);
}
inline Result<Json> json_of(ob_str text) {
  if (text.n == 0) return Json(Json::object());
  Json value = Json::parse(plugin::view(text), nullptr, false);
  if (!value.is_discarded()) return value;
  return fault(FaultKind::malformed, "host.argument", {"参数不是 JSON。", "The argument is not JSON."});
}

// One function per service; size is set to the table's.
const void* records_table(std::uint32_t& size);
const void* kv_table(std::uint32_t& size);
const void* call_table(std::uint32_t& size);
const void* identity_table(std::uint32_t& size);
const void* permission_table(std::uint32_t& size);
const void* hook_table(std::uint32_t& size);
const void* service_table(std::uint32_t& size);
const void* http_table(std::uint32_t& size);
const void* event_table(std::uint32_t& size);
const void* job_table(std::uint32_t& size);
const void* audit_table(std::uint32_t& size);
const void* i18n_table(std::uint32_t& size);
const void* tree_table(std::uint32_t& size);

} // namespace onebudget::testing
