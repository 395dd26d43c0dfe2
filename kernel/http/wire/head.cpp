#include "kernel/http/wire/head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace onebudget::http {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool token_char(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr;
}

bool value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<Refusal> check_target(std::string_view target, std::string_view method, const HeadLimits& limits) {
  if (target.size() > limits.uri) return Refusal{414, "地址过长。", "The address is too long."};
  if (target == "*" && method == "OPTIONS") return std::nullopt;
  if (target.empty() || target.front() != '/')
    return Refusal{400, "请求地址必须以 / 开头。", "The request target must begin with '/'."};
  for (const char c : target) {
    if (c <= 0x20 || c >= 0x7f || c == '#' || c == '\\')
      return Refusal{400, "请求地址含有不允许的字符。", "A character is not allowed in the target."};
  }
  return std::nullopt;
}

std::optional<Refusal> check_request_line(std::string_view line, const HeadLimits& limits, Head& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Refusal{400, "请求行有误。", "Bad request line."};
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (head.method.empty() || head.method.size() > 20 ||
      !std::all_of(head.method.begin(), head.method.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return Refusal{400, "请求方法有误。", "Bad method."};
  }
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || version[6] != '.' || version[5] < '0' ||
      version[5] > '9' || version[7] < '0' || version[7] > '9') {
    return Refusal{400, "协议版本有误。", "Bad version."};
  }
  if (version[5] != '1' || version[7] > '1')
    return Refusal{505, "只支持 HTTP/1.1 和 HTTP/1.0。", "Only HTTP/1.1 and HTTP/1.0."};
  head.minor = version[7] - '0';
  return check_target(head.target, head.method, limits);
}

std::optional<Refusal> read_length(std::string_view value, Head& head) {
  if (head.content_length) return Refusal{400, "Content-Length 重复。", "Content-Length is repeated."};
  std::uint64_t length = 0;
  if (value.empty() || value.size() > 18 || (value.size() > 1 && value.front() == '0'))
    return Refusal{400, "Content-Length 有误。", "Bad Content-Length."};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc() || end != value.data() + value.size() || value.front() < '0' || value.front() > '9') {
    return Refusal{400, "Content-Length 有误。", "Bad Content-Length."};
  }
  head.content_length = length;
  return std::nullopt;
}

/// The host of an address with optional port: letters, digits, dots, hyphens, or an IPv6 literal in brackets.
bool good_host(std::string_view value) {
  return !value.empty() && value.size() <= 260 && std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == ':' || c == '[' || c == ']' || c == '_';
  });
}

/// Calls `fn` for every comma-separated token.
template <class Fn>
void each_token(std::string_view list, Fn fn) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    fn(trim(list.substr(0, comma)));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
}

std::optional<Refusal> read_connection(std::string_view value, Head& head) {
  std::optional<Refusal> refusal;
  each_token(value, [&](std::string_view token) {
    if (same_name(token, "close")) head.keep_alive = false;
    if (same_name(token, "keep-alive") && head.minor == 0) head.keep_alive = true;
    if (same_name(token, "content-length") || same_name(token, "transfer-encoding") || same_name(token, "host")) {
      refusal = Refusal{400, "Connection 指名了决定报文边界的头。", "Connection names a framing field."};
    }
  });
  return refusal;
}

/// Fields of which two would let two readers choose differently.
constexpr std::array kSingle = {"host",
                                "content-length",
                                "transfer-encoding",
                                "content-type",
                                "content-encoding",
                                "authorization",
                                "cookie",
                                "expect",
                                "if-match",
                                "if-none-match",
                                "x-csrf-token",
                                "origin",
                                "idempotency-key",
                                "last-event-id",
                                "range"};

std::optional<Refusal> read_field(std::string_view name, std::string_view value, Head& head) {
  if (same_name(name, "transfer-encoding")) {
    if (!same_name(value, "chunked"))
      return Refusal{400, "Transfer-Encoding 只能是 chunked。", "Transfer-Encoding must be exactly chunked."};
    if (head.minor == 0) return Refusal{400, "Transfer-Encoding 需要 HTTP/1.1。", "Transfer-Encoding needs HTTP/1.1."};
    head.chunked = true;
  } else if (same_name(name, "content-length")) {
    return read_length(value, head);
  } else if (same_name(name, "host")) {
    if (!good_host(value)) return Refusal{400, "Host 有误。", "Bad Host."};
  } else if (same_name(name, "connection")) {
    return read_connection(value, head);
  } else if (same_name(name, "expect")) {
    if (!same_name(value, "100-continue"))
      return Refusal{417, "Expect 只能是 100-continue。", "Only 100-continue can be expected."};
    head.expects_continue = head.minor == 1;
  } else if (same_name(name, "trailer")) {
    return Refusal{400, "不接受 trailer。", "Trailers are not accepted."};
  } else if (name.size() > 13 && name.find('_') != std::string_view::npos &&
             (same_name(name, "content_length") || same_name(name, "transfer_encoding"))) {
    return Refusal{400, "头的名称可能被误读为决定报文边界的头。",
                   "A field name that others may read as a framing field."};
  }
  return std::nullopt;
}

std::optional<Refusal> check_line(std::string_view line, const HeadLimits& limits, Head& head) {
  if (line.front() == ' ' || line.front() == '\t') return Refusal{400, "请求头不能折行。", "Folded header line."};
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return Refusal{400, "请求头缺少名称。", "Header line without a name."};
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (!std::all_of(name.begin(), name.end(), token_char)) return Refusal{400, "请求头名称有误。", "Bad header name."};
  if (!std::all_of(value.begin(), value.end(), value_char))
    return Refusal{400, "请求头含有控制字符。", "Control character in a header."};
  if (head.fields.size() >= limits.fields) return Refusal{431, "请求头过多。", "Too many header fields."};
  head.fields.emplace_back(name, value);
  return read_field(name, value, head);
}

std::optional<Refusal> check_whole(const Head& head) {
  std::array<bool, kSingle.size()> seen{};
  for (const auto& field : head.fields) {
    for (std::size_t i = 0; i < kSingle.size(); ++i) {
      if (!same_name(field.first, kSingle[i])) continue;
      if (seen[i]) return Refusal{400, "请求头重复。", "A header field is repeated."};
      seen[i] = true;
    }
  }
  if (!seen[0] && head.minor == 1) return Refusal{400, "缺少 Host。", "Host is missing."};
  if (head.chunked && head.content_length)
    return Refusal{400, "Content-Length 与 Transfer-Encoding 不能并用。",
                   "Content-Length and Transfer-Encoding together."};
  return std::nullopt;
}

} // namespace

bool same_name(std::string_view a, std::string_view lower_case) {
  if (a.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower_case[i]) return false;
  }
  return true;
}

HeadEnd find_head_end(std::string_view bytes, std::size_t& from, const HeadLimits& limits) {
  const std::string_view window = bytes.substr(0, limits.bytes);
  for (;;) {
    const std::size_t feed = window.find('\n', from);
    if (feed == std::string_view::npos) {
      from = window.size();
      break;
    }
    if (feed == 0 || window[feed - 1] != '\r') return {0, Refusal{400, "行尾应为 CRLF。", "Line without CRLF."}};
    if (feed == 1) return {0, Refusal{400, "请求前有空行。", "Empty line before the request."}};
    if (feed >= 3 && window[feed - 2] == '\n') return {feed + 1, std::nullopt};
    from = feed + 1;
  }
  if (bytes.size() >= limits.bytes) return {0, Refusal{431, "请求头总长过大。", "The head is too large."}};
  return {};
}

std::optional<Refusal> check_head(std::string_view raw, const HeadLimits& limits, Head& head) {
  head.fields.clear();
  head.fields.reserve(16);
  std::size_t end = raw.find("\r\n");
  if (auto refusal = check_request_line(raw.substr(0, end), limits, head)) return refusal;
  head.keep_alive = head.minor == 1;
  std::string_view rest = raw.substr(end + 2);
  for (;;) {
    end = rest.find("\r\n");
    if (end == 0) break;
    const std::string_view line = rest.substr(0, end);
    if (auto refusal = check_line(line, limits, head)) return refusal;
    rest = rest.substr(end + 2);
  }
  return check_whole(head);
}

} // namespace onebudget::http
