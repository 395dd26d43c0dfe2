#pragma once
// The host's side of the C ABI in C++20: RAII, Result, JSON documents. Header-only; nothing of this crosses the border.
// Include onebudget/plugin.hpp, which brings everything.

#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "onebudget/onebudget.h"
#include "sdk/values/id.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::plugin {

using Json = nlohmann::json;

inline ob_str span(std::string_view text) { return ob_str{text.data(), static_cast<uint32_t>(text.size()), 0}; }
inline ob_bytes bytes(std::string_view text) {
  return ob_bytes{reinterpret_cast<const uint8_t*>(text.data()), static_cast<uint32_t>(text.size()), 0};
}
inline std::string_view view(ob_str text) { return text.n == 0 ? std::string_view() : std::string_view(text.p, text.n); }

/// An ob_error of our own with its size set.
inline ob_error fresh_error() {
  ob_error error;
  std::memset(&error, 0, sizeof(error));
  error.struct_size = sizeof(error);
  return error;
}

/// The Fault behind a failed status. Messages come in the caller's language already.
inline Fault fault_of(int32_t status, const ob_error& error) {
  Fault fault;
  switch (status) {
    case OB_E_ARGUMENT: fault.kind = FaultKind::malformed; break;
    case OB_E_DENIED: fault.kind = FaultKind::forbidden; break;
    case OB_E_NOT_FOUND: fault.kind = FaultKind::not_found; break;
    case OB_E_LIMIT: fault.kind = FaultKind::limited; break;
    case OB_E_UNAVAILABLE: fault.kind = FaultKind::unavailable; break;
    case OB_E_CONFLICT: fault.kind = FaultKind::conflict; break;
    case OB_E_VERSION: fault.kind = FaultKind::version; break;
    case OB_E_RULE: fault.kind = FaultKind::rule; break;
    case OB_E_TIMEOUT: fault.kind = FaultKind::deadline; break;
    default: fault.kind = FaultKind::internal; break;
  }
  fault.code = error.code[0] != 0 ? error.code : "plugin.host";
  fault.message = {error.message, error.message};
  if (error.field[0] != 0) fault.fields.push_back({error.field, fault.code, fault.message, {}});
  fault.retry_after_s = static_cast<int>(error.retry_after_ms / 1000);
  return fault;
}

/// The status for a Fault on the way back to the host.
inline int32_t status_of(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::malformed: return OB_E_ARGUMENT;
    case FaultKind::unauthenticated:
    case FaultKind::forbidden: return OB_E_DENIED;
    case FaultKind::not_found:
    case FaultKind::gone: return OB_E_NOT_FOUND;
    case FaultKind::conflict: return OB_E_CONFLICT;
    case FaultKind::version:
    case FaultKind::precondition: return OB_E_VERSION;
    case FaultKind::rule:
    case FaultKind::closed: return OB_E_RULE;
    case FaultKind::limited:
    case FaultKind::too_large: return OB_E_LIMIT;
    case FaultKind::unavailable: return OB_E_UNAVAILABLE;
    case FaultKind::deadline: return OB_E_TIMEOUT;
    default: return OB_E_INTERNAL;
  }
}

/// Copies what fits, on a code point border, zero-terminated.
template <std::size_t N>
void put(char (&out)[N], std::string_view text) {
  std::size_t size = std::min(text.size(), N - 1);
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  std::memcpy(out, text.data(), size);
  out[size] = 0;
}

/// Writes a Fault into the host's ob_error in `language`; answers the status.
inline int32_t write_fault(const Fault& fault, const std::string& language, ob_error* error) {
  const int32_t status = status_of(fault);
  if (error == nullptr || error->struct_size < sizeof(ob_error)) return status;
  error->status = status;
  error->retry_after_ms = static_cast<uint32_t>(fault.retry_after_s) * 1000;
  put(error->code, fault.code);
  put(error->message, fault.message.in(language));
  if (!fault.fields.empty()) put(error->field, fault.fields.front().field);
  return status;
}

/// What a plugin instance knows of its host: the core table and the services, looked up when first used. [any]
class Host {
 public:
  Host(const ob_core_v0* core, ob_host handle) : core_(core), handle_(handle) {}
  [[nodiscard]] const ob_core_v0* core() const { return core_; }
  [[nodiscard]] ob_host handle() const { return handle_; }

  void log(int32_t level, std::string_view message) const { core_->log(handle_, level, span(message)); }

  /// The table of a service, or a fault when the manifest does not declare it or the host has none.
  template <class Table>
  Result<const Table*> service(const char* id) const {
    const void* table = nullptr;
    const int32_t status = core_->get_service(handle_, span(id), sizeof(Table), &table);
    if (status == OB_OK && table != nullptr) return static_cast<const Table*>(table);
    const std::string name = id;
    return fault(status == OB_E_DENIED ? FaultKind::forbidden : FaultKind::unavailable, "plugin.no_service",
                 {"插件用到的服务 " + name + " 不可用，请检查清单中的声明。", "The service " + name + " is not available; check the manifest."});
  }

  /// Runs a function that fills a host buffer; answers its bytes.
  template <class F>
  Result<std::string> buffer(const F& fill) const {
    ob_buf buf{0};
    ob_error error = fresh_error();
    const int32_t status = fill(&buf, &error);
    if (status < 0) return fault_of(status, error);
    return take(buf);
  }
  /// Runs a function with a caller's buffer, again when it was too small.
  template <class F>
  Result<std::string> text(const F& fill) const {
    std::string out(256, '\0');
    for (int tries = 0; tries < 3; ++tries) {
      uint32_t need = 0;
      ob_error error = fresh_error();
      const int32_t status = fill(out.data(), static_cast<uint32_t>(out.size()), &need, &error);
      if (status >= 0) {
        out.resize(std::min<std::size_t>(need, out.size()));
        return out;
      }
      if (status != OB_E_SPACE) return fault_of(status, error);
      out.resize(need);
    }
    return fault(FaultKind::internal, "plugin.buffer", {"宿主返回的长度不断变化。", "The host keeps changing the length."});
  }
  /// A new host buffer with these bytes, to be handed over.
  Result<ob_buf> give(std::string_view data) const {
    ob_buf buf{0};
    uint8_t* to = nullptr;
    uint32_t size = 0;
    if (core_->buf_new(handle_, static_cast<uint32_t>(data.size()), &buf) < 0 || core_->buf_map(handle_, buf, &to, &size) < 0 || size < data.size())
      return fault(FaultKind::limited, "plugin.buffer", {"内容过大。", "The content is too large."});
    std::memcpy(to, data.data(), data.size());
    return buf;
  }

 private:
  Result<std::string> take(ob_buf buf) const {
    uint8_t* data = nullptr;
    uint32_t size = 0;
    const int32_t status = core_->buf_map(handle_, buf, &data, &size);
    std::string out;
    if (status >= 0 && size > 0) out.assign(reinterpret_cast<const char*>(data), size);
    core_->buf_release(handle_, buf);
    if (status < 0) return fault(FaultKind::internal, "plugin.buffer", {"宿主的缓冲区无法读取。", "A buffer of the host cannot be read."});
    return out;
  }

  const ob_core_v0* core_;
  ob_host handle_;
};

} // namespace onebudget::plugin
