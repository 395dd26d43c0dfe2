#pragma once
// The strict check of a request's raw head. Whatever two parsers could read differently is refused here, before
// anything else looks at it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace onebudget::http {

/// Why bytes are no request, as a short sentence.
struct Refusal {
  int status = 400;
  const char* zh = "";
  const char* en = "";
};

struct HeadLimits {
  std::size_t bytes = 16 * 1024, fields = 100, uri = 8 * 1024;
};

/// Views into the raw head.
struct Head {
  std::string_view method, target;
  int minor = 1;                                                     ///< HTTP/1.<minor>
  std::vector<std::pair<std::string_view, std::string_view>> fields; ///< names as sent, values trimmed
  bool chunked = false;
  std::optional<std::uint64_t> content_length;
  bool keep_alive = true;
  bool expects_continue = false;

  [[nodiscard]] bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// Looks for the end of the head in what has arrived. `from` is where the last look ended and is moved on.
/// Answers the head's length with its empty line, 0 when more is needed, or a refusal (bare LF, empty first line).
struct HeadEnd {
  std::size_t length = 0;
  std::optional<Refusal> refusal;
};
HeadEnd find_head_end(std::string_view bytes, std::size_t& from, const HeadLimits& limits);

/// Checks a complete head (with its empty line) and fills `head`.
std::optional<Refusal> check_head(std::string_view raw, const HeadLimits& limits, Head& head);

/// ASCII without case.
bool same_name(std::string_view a, std::string_view lower_case);

} // namespace onebudget::http
