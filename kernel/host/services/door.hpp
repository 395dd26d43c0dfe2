#pragma once
// The door between C and the host: every function of every service comes in here. Spans are checked, handles looked
// up, faults turned into ob_error, and no exception of ours goes out.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kernel/host/call/guest.hpp"
#include "sdk/include/onebudget/core.h"

namespace onebudget::host::service {

inline constexpr std::uint32_t kMostText = 4U << 20U; ///< one span
inline constexpr std::uint32_t kMostBuffer = 64U << 20U;

/// A checked span: UTF-8, pointer present when there is a length, at most kMostText. Fault host.argument.
Result<std::string> text(ob_str span, const char* what);
Result<std::string> bytes(ob_bytes span, const char* what);

/// The kind of a status, and the status of a kind.
std::int32_t status_of(FaultKind kind);
FaultKind kind_of(std::int32_t status);
/// Fills what the caller's struct_size has room for. `detail` 0 = none.
void write_error(const Fault& fault, const std::string& language, std::uint32_t detail, ob_error* error);
/// What a plugin answered as a Fault. `scope` may be null; a fault of the host's that was passed on comes back whole.
Fault read_error(std::int32_t status, const ob_error& error, const std::string& plugin, const Scope* scope);

/// Caller's buffer: all or nothing. `need` is the length without a terminating zero; one is written when there is room.
Result<std::int32_t> put(const std::string& value, char* out, std::uint32_t cap, std::uint32_t* need);

/// One use of a call by the plugin that runs.
struct Visit {
  Guest& guest;
  const std::shared_ptr<Scope>& scope;

  [[nodiscard]] const Context& context() const { return scope->context(); }
  [[nodiscard]] const Manifest& manifest() const { return guest.bundle().manifest; }
  [[nodiscard]] Kernel& kernel() const { return guest.kernel(); }
  /// The unit of work, or fault host.no_unit.
  [[nodiscard]] Result<records::Unit*> unit() const;
  /// Makes a buffer that ends with the call at the latest.
  Result<std::int32_t> give(std::string data, ob_buf* out) const;
  Result<std::uint64_t> adopt(std::shared_ptr<Handled> object) const;
};

using CallBody = Result<std::int32_t> (*)(void* body, const Visit& visit);
std::int32_t on_call(ob_call call, ob_error* error, void* body, CallBody invoke);
using HostBody = Result<std::int32_t> (*)(void* body, Guest& guest);
std::int32_t on_host(ob_host host, ob_error* error, void* body, HostBody invoke);

/// Runs `body(visit)`, which answers a status or a Fault.
template <class Body>
std::int32_t in_call(ob_call call, ob_error* error, Body body) {
  return on_call(call, error, &body,
                 [](void* b, const Visit& visit) -> Result<std::int32_t> { return (*static_cast<Body*>(b))(visit); });
}
/// Runs `body(guest)` for functions that need no call.
template <class Body>
std::int32_t in_host(ob_host host, ob_error* error, Body body) {
  return on_host(host, error, &body,
                 [](void* b, Guest& guest) -> Result<std::int32_t> { return (*static_cast<Body*>(b))(guest); });
}

inline Fault argument(const char* what) {
  return fault(FaultKind::malformed, "host.argument",
               {std::string("参数 ") + what + " 无效。", std::string("The argument ") + what + " is invalid."});
}

} // namespace onebudget::host::service
