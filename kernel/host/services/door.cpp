#include "kernel/host/services/door.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <exception>

#include "kernel/host/call/registry.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::host::service {
namespace {

struct Pair {
  FaultKind kind;
  std::int32_t status;
};
// The first line of a kind or of a status is the one that counts.
constexpr std::array<Pair, 19> kPairs = {{{FaultKind::malformed, OB_E_ARGUMENT},
                                          {FaultKind::forbidden, OB_E_DENIED},
                                          {FaultKind::unauthenticated, OB_E_DENIED},
                                          {FaultKind::not_found, OB_E_NOT_FOUND},
                                          {FaultKind::method, OB_E_ARGUMENT},
                                          {FaultKind::conflict, OB_E_CONFLICT},
                                          {FaultKind::conflict, OB_E_STATE},
                                          {FaultKind::gone, OB_E_GONE},
                                          {FaultKind::version, OB_E_VERSION},
                                          {FaultKind::precondition, OB_E_PRECONDITION},
                                          {FaultKind::limited, OB_E_LIMIT},
                                          {FaultKind::too_large, OB_E_LIMIT},
                                          {FaultKind::rule, OB_E_RULE},
                                          {FaultKind::closed, OB_E_CLOSED},
                                          {FaultKind::media_type, OB_E_ARGUMENT},
                                          {FaultKind::unavailable, OB_E_UNAVAILABLE},
                                          {FaultKind::unavailable, OB_E_LINK},
                                          {FaultKind::deadline, OB_E_TIMEOUT},
                                          {FaultKind::unavailable, OB_E_CANCELLED}}};

/// Copies as much as fits without cutting a character in two.
void copy_text(const std::string& value, char* out, std::size_t cap) {
  auto size = std::min(value.size(), cap - 1);
  while (size > 0 && size < value.size() && (static_cast<unsigned char>(value[size]) & 0xC0U) == 0x80U) --size;
  std::memcpy(out, value.data(), size);
  out[size] = '\0';
}

std::string bounded(const char* text, std::size_t cap) {
  std::string out(text, strnlen(text, cap));
  return valid_utf8(out) ? out : std::string();
}

bool stable_code(const std::string& code) {
  return !code.empty() && std::ranges::all_of(code, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  });
}

Fault broken(const std::exception& error) {
  return fault(
      FaultKind::internal, "host.failed",
      {std::string("服务器内部错误（") + error.what() + "）。", std::string("Internal error (") + error.what() + ")."});
}

std::int32_t answer(const Fault& fault, Scope* scope, ob_error* error) {
  std::uint32_t detail = 0;
  if (scope != nullptr && scope->faults.size() < Scope::kFaults) {
    scope->faults.push_back(fault);
    detail = static_cast<std::uint32_t>(scope->faults.size());
  }
  write_error(fault, scope == nullptr ? "en" : scope->context().language, detail, error);
  return status_of(fault.kind);
}

std::int32_t plain(std::int32_t status, const char* code, const char* message, ob_error* error) {
  write_error(fault(kind_of(status), code, {message, message}), "en", 0, error);
  if (error != nullptr && error->struct_size >= offsetof(ob_error, status) + sizeof(error->status))
    error->status = status;
  return status;
}

} // namespace

Result<std::string> text(ob_str span, const char* what) {
  if (span.n == 0) return std::string();
  if (span.p == nullptr || span.n > kMostText) return argument(what);
  std::string out(span.p, span.n);
  if (!valid_utf8(out)) return argument(what);
  return out;
}

Result<std::string> bytes(ob_bytes span, const char* what) {
  if (span.n == 0) return std::string();
  if (span.p == nullptr || span.n > kMostText) return argument(what);
  return std::string(reinterpret_cast<const char*>(span.p), span.n);
}

std::int32_t status_of(FaultKind kind) {
  for (const auto& pair : kPairs) {
    if (pair.kind == kind) return pair.status;
  }
  return OB_E_INTERNAL;
}

FaultKind kind_of(std::int32_t status) {
  if (status == OB_E_SPACE || status == OB_E_HANDLE || status == OB_E_UNSUPPORTED) return FaultKind::internal;
  for (const auto& pair : kPairs) {
    if (pair.status == status) return pair.kind;
  }
  return FaultKind::internal;
}

void write_error(const Fault& fault, const std::string& language, std::uint32_t detail, ob_error* error) {
  if (error == nullptr || error->struct_size < offsetof(ob_error, code)) return;
  const auto room = error->struct_size;
  error->status = status_of(fault.kind);
  error->retry_after_ms = static_cast<std::uint32_t>(std::clamp(fault.retry_after_s, 0, 86'400)) * 1000U;
  error->detail = detail;
  if (room < sizeof(ob_error)) return;
  copy_text(fault.code, error->code, sizeof error->code);
  copy_text(fault.fields.empty() ? std::string() : fault.fields.front().field, error->field, sizeof error->field);
  copy_text(fault.message.in(language), error->message, sizeof error->message);
}

Fault read_error(std::int32_t status, const ob_error& error, const std::string& plugin, const Scope* scope) {
  const auto code = bounded(error.code, sizeof error.code);
  if (scope != nullptr && error.detail >= 1 && error.detail <= scope->faults.size()) {
    const auto& passed = scope->faults[error.detail - 1];
    if (passed.code == code) return passed;
  }
  Fault out;
  out.kind = kind_of(status);
  out.code = stable_code(code) ? code : plugin + ".failed";
  const auto message = bounded(error.message, sizeof error.message);
  out.message =
      message.empty()
          ? Text{"插件 " + plugin + " 未能完成请求（" + std::to_string(status) + "）。请把日志交给插件供应方。",
                 "The plugin " + plugin + " could not do it (" + std::to_string(status) +
                     "). Give the log to its vendor."}
          : Text{message, message};
  out.retry_after_s = static_cast<int>(std::min<std::uint32_t>(error.retry_after_ms, 86'400'000U) / 1000U);
  if (scope != nullptr) out.fields = scope->told;
  for (FieldFault& told : out.fields)
    if (!stable_code(told.code)) told.code = out.code;
  if (const auto field = bounded(error.field, sizeof error.field); !field.empty() && out.fields.empty()) {
    out.fields.push_back({field, out.code, out.message, {}});
  }
  return out;
}

Result<std::int32_t> put(const std::string& value, char* out, std::uint32_t cap, std::uint32_t* need) {
  if (need != nullptr) *need = static_cast<std::uint32_t>(value.size());
  if (value.size() > cap || (out == nullptr && !value.empty())) return OB_E_SPACE;
  if (!value.empty()) std::memcpy(out, value.data(), value.size());
  if (out != nullptr && cap > value.size()) out[value.size()] = '\0';
  return OB_OK;
}

Result<records::Unit*> Visit::unit() const {
  auto* found = scope->chain()->unit();
  if (found == nullptr)
    return fault(FaultKind::conflict, "host.no_unit", {"本次调用没有数据上下文。", "This call has no data context."});
  return found;
}

Result<std::uint64_t> Visit::adopt(std::shared_ptr<Handled> object) const {
  const auto handle = guest.handles().add(std::move(object));
  if (handle == 0)
    return fault(FaultKind::limited, "host.handles", {"插件持有的句柄过多。", "The plugin holds too many handles."});
  auto& children = scope->children;
  if (children.size() % 4096 == 4095)
    std::erase_if(children, [&](auto child) { return !guest.handles().find<Handled>(child); });
  children.push_back(handle);
  return handle;
}

Result<std::int32_t> Visit::give(std::string data, ob_buf* out) const {
  if (out == nullptr) return argument("buf");
  if (data.size() > kMostBuffer)
    return fault(FaultKind::too_large, "host.too_large", {"数据超过 64 MiB。", "The data is larger than 64 MiB."});
  OB_TRY(out->v, adopt(std::make_shared<Buffer>(std::move(data))));
  return OB_OK;
}

std::int32_t on_call(ob_call call, ob_error* error, void* body, CallBody invoke) {
  const auto guest = guest_of(call.v);
  if (!guest) return plain(OB_E_HANDLE, "host.handle", "the call ended or was made up", error);
  if (!guest->serving()) return plain(OB_E_STATE, "host.state", "the plugin is not active", error);
  const auto scope = guest->handles().find<Scope>(call.v);
  if (!scope) return plain(OB_E_HANDLE, "host.handle", "the call ended or was made up", error);
  const Chain::Use use(*scope->chain());
  if (!use.granted() || scope->chain()->innermost() != guest.get()) {
    return plain(OB_E_STATE, "host.state", "the call is in use elsewhere", error);
  }
  try {
    const auto result = invoke(body, {*guest, scope});
    return result ? *result : answer(result.fault(), scope.get(), error);
  } catch (const std::exception& problem) {
    return answer(broken(problem), scope.get(), error);
  }
}

std::int32_t on_host(ob_host host, ob_error* error, void* body, HostBody invoke) {
  Guest* guest = inside;
  std::shared_ptr<Guest> held;
  if (guest == nullptr || !guest->is_host(host.v)) guest = (held = guest_of(host.v)).get();
  if (guest == nullptr || !guest->is_host(host.v)) return plain(OB_E_HANDLE, "host.handle", "no such host", error);
  if (!guest->reachable()) return plain(OB_E_STATE, "host.state", "the plugin was ended", error);
  try {
    const auto result = invoke(body, *guest);
    return result ? *result : answer(result.fault(), nullptr, error);
  } catch (const std::exception& problem) {
    return answer(broken(problem), nullptr, error);
  }
}

} // namespace onebudget::host::service
