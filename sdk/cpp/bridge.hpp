#pragma once
// Between C spans, status codes and C++ values. Used by the face; plugins rarely need it themselves.

#include <algorithm>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "onebudget/onebudget.h"
#include "sdk/values/result.hpp"

namespace onebudget::plugin {

/// JSON inside the plugin only; documents cross the border as text.
using Json = nlohmann::json;

[[nodiscard]] inline ob_str span(std::string_view text) {
  return {text.data(), static_cast<std::uint32_t>(text.size()), 0};
}
[[nodiscard]] inline ob_bytes byte_span(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<std::uint32_t>(bytes.size()), 0};
}
[[nodiscard]] inline std::string_view view(ob_str text) {
  return text.n == 0 ? std::string_view() : std::string_view(text.p, text.n);
}

/// JSON text that never throws: bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] inline std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Reads JSON that came from the host. Faults: plugin.json (internal).
[[nodiscard]] inline Result<Json> parse(std::string_view text) {
  Json value = Json::parse(text, nullptr, false);
  if (!value.is_discarded()) return value;
  return fault(FaultKind::internal, "plugin.json",
               {"内部数据不是有效的 JSON。请把日志交给系统管理员。",
                "Internal data is not valid JSON. Give the log to the administrator."});
}

[[nodiscard]] inline std::int32_t status_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::malformed:
    case FaultKind::media_type:
    case FaultKind::too_large:
      return OB_E_ARGUMENT;
    case FaultKind::unauthenticated:
    case FaultKind::forbidden:
      return OB_E_DENIED;
    case FaultKind::not_found:
    case FaultKind::method:
      return OB_E_NOT_FOUND;
    case FaultKind::conflict:
      return OB_E_CONFLICT;
    case FaultKind::closed:
      return OB_E_CLOSED;
    case FaultKind::gone:
      return OB_E_GONE;
    case FaultKind::version:
      return OB_E_VERSION;
    case FaultKind::precondition:
      return OB_E_PRECONDITION;
    case FaultKind::rule:
      return OB_E_RULE;
    case FaultKind::limited:
      return OB_E_LIMIT;
    case FaultKind::unavailable:
      return OB_E_UNAVAILABLE;
    case FaultKind::deadline:
      return OB_E_TIMEOUT;
    case FaultKind::internal:
      break;
  }
  return OB_E_INTERNAL;
}

[[nodiscard]] inline FaultKind kind_of(std::int32_t status) {
  switch (status) {
    case OB_E_ARGUMENT:
      return FaultKind::malformed;
    case OB_E_GONE:
      return FaultKind::gone;
    case OB_E_DENIED:
      return FaultKind::forbidden;
    case OB_E_NOT_FOUND:
      return FaultKind::not_found;
    case OB_E_LIMIT:
      return FaultKind::limited;
    case OB_E_UNSUPPORTED:
    case OB_E_LINK:
    case OB_E_UNAVAILABLE:
      return FaultKind::unavailable;
    case OB_E_CONFLICT:
      return FaultKind::conflict;
    case OB_E_VERSION:
      return FaultKind::version;
    case OB_E_CLOSED:
      return FaultKind::closed;
    case OB_E_PRECONDITION:
      return FaultKind::precondition;
    case OB_E_RULE:
      return FaultKind::rule;
    case OB_E_TIMEOUT:
    case OB_E_CANCELLED:
      return FaultKind::deadline;
    default:
      return FaultKind::internal;
  }
}

/// Marks the field fault that carries the host's own number of a failure. A plugin that passes a host's fault on
/// unchanged gives the number back, and the user sees the original with every field and in both languages.
inline constexpr std::string_view kHostDetail = "host.detail";

/// A failed host call as a Fault. The message is in the caller's language already, so it stands in both.
[[nodiscard]] inline Fault fault_of(std::int32_t status, const ob_error& error) {
  Fault out;
  out.kind = kind_of(status);
  out.code = error.code[0] != '\0' ? std::string(error.code, strnlen(error.code, sizeof error.code)) : "host.status";
  out.message.zh = std::string(error.message, strnlen(error.message, sizeof error.message));
  if (out.message.zh.empty()) {
    out.message = {
        "内核拒绝了请求（状态 " + std::to_string(status) + "）。请把日志交给系统管理员。",
        "The kernel refused the request (status " + std::to_string(status) + "). Give the log to the administrator."};
  }
  if (error.field[0] != '\0') {
    const std::string field(error.field, strnlen(error.field, sizeof error.field));
    out.fields.push_back({field, out.code, out.message, {}});
  }
  if (error.detail != 0) out.fields.push_back({"", std::string(kHostDetail), {std::to_string(error.detail), ""}, {}});
  out.retry_after_s = static_cast<int>((error.retry_after_ms + 999) / 1000);
  return out;
}

/// Copies text into a zero-terminated array, cut at a whole UTF-8 character.
inline void copy_cut(char* out, std::size_t size, std::string_view text) {
  std::size_t n = std::min(size - 1, text.size());
  while (n > 0 && n < text.size() && (static_cast<unsigned char>(text[n]) & 0xC0U) == 0x80U) --n;
  if (n > 0) std::memcpy(out, text.data(), n);
  out[n] = '\0';
}

/// The number a text consists of, 0 for anything else.
[[nodiscard]] inline std::uint32_t number_in(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size() ? number : 0;
}

/// Fills the host's error from a Fault, as far as the host knows the struct, and answers the status. Fields that the
/// host was not `told` of stand behind the message.
inline std::int32_t fill(ob_error* error, const Fault& fault, const std::string& language, bool told = false) {
  const std::int32_t status = status_of(fault.kind);
  if (error == nullptr || error->struct_size < sizeof(ob_error)) return status;
  error->status = status;
  error->retry_after_ms = static_cast<std::uint32_t>(std::clamp(fault.retry_after_s, 0, 86'400)) * 1000;
  error->detail = 0;
  copy_cut(error->code, sizeof error->code, fault.code);
  copy_cut(error->field, sizeof error->field,
           fault.fields.empty() ? std::string_view() : std::string_view(fault.fields.front().field));
  std::string message = fault.message.in(language);
  for (const FieldFault& field : fault.fields) {
    if (field.code == kHostDetail) error->detail = number_in(field.message.zh);
    if (told || field.code == kHostDetail || field.message == fault.message) continue;
    message += " " + field.field + ": " + field.message.in(language) + " " + field.remedy.in(language);
  }
  copy_cut(error->message, sizeof error->message, message);
  return status;
}

[[nodiscard]] inline ob_error new_error() {
  ob_error error;
  std::memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  return error;
}

/// Calls fn(…, &error) and turns the status into a Result.
template <class Fn>
[[nodiscard]] Result<void> ask(Fn&& fn) {
  ob_error error = new_error();
  const std::int32_t status = fn(&error);
  if (status < 0) return fault_of(status, error);
  return {};
}

/// Reads text by the caller-buffer pattern: fn(out, cap, &need, &error).
template <class Fn>
[[nodiscard]] Result<std::string> ask_text(Fn&& fn) {
  std::string text(512, '\0');
  for (int tries = 0; tries < 4; ++tries) {
    ob_error error = new_error();
    std::uint32_t need = 0;
    const std::int32_t status = fn(text.data(), static_cast<std::uint32_t>(text.size()), &need, &error);
    if (status == OB_E_SPACE && need > text.size()) {
      text.resize(need);
      continue;
    }
    if (status < 0) return fault_of(status, error);
    text.resize(std::min<std::size_t>(need, text.size()));
    return text;
  }
  return fault(FaultKind::internal, "host.status",
               {"内核的应答一直在变长。请重试。", "The kernel's answer keeps growing. Try again."});
}

} // namespace onebudget::plugin
