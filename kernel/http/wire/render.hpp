#pragma once
// A Response as bytes: status line, headers of ours, conditional answers.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kernel/http/http.hpp"
#include "kernel/http/wire/head.hpp"

namespace onebudget::http {

struct Rendered {
  std::string bytes; ///< head, and the body when it is in memory
  FileBody file;
  std::shared_ptr<SseListener> listener;
  bool close = false; ///< the connection ends after this
};

struct RenderWish {
  bool head_only = false;
  bool keep_alive = true;
  bool tls = false;
  bool tag = false; ///< a 200 in memory without ETag gets one of its bytes
  std::int64_t now_ms = 0;
  std::string_view if_none_match; ///< empty = unconditional; only for GET
};

Rendered render(Response response, const RenderWish& wish);
/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(std::int64_t now_ms);
/// A problem document for bytes that never became a request; always closes.
std::string render_refusal(const Refusal& refusal, const std::string& language, std::int64_t now_ms);

} // namespace onebudget::http
