#include "kernel/base/cursor.hpp"

#include <charconv>

#include "sdk/text/utf8.hpp"

namespace onebudget {

namespace {

// Layout before base64url: "1", the digest with its length, then each value as a letter, its length and its text.
void put(std::string& out, char kind, std::string_view text) {
  out.push_back(kind);
  out += std::to_string(text.size());
  out.push_back(':');
  out.append(text);
}

bool take(std::string_view& in, char& kind, std::string& text) {
  const std::size_t colon = in.find(':');
  if (in.empty() || colon == std::string_view::npos || colon < 2) return false;
  kind = in.front();
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(in.data() + 1, in.data() + colon, length);
  if (error != std::errc() || end != in.data() + colon || length > in.size() - colon - 1) return false;
  text.assign(in.substr(colon + 1, length));
  in.remove_prefix(colon + 1 + length);
  return true;
}

Fault malformed() {
  return fault(
      FaultKind::malformed, "cursor.malformed",
      {"翻页标记无效，请从第一页重新开始。", "The page cursor is not valid; start again from the first page."});
}

} // namespace

std::string encode_cursor(std::string_view query_digest, const std::vector<CursorValue>& values) {
  std::string plain = "1";
  put(plain, 'q', query_digest);
  for (const CursorValue& value : values) {
    if (value.null) {
      put(plain, 'n', "");
    } else if (value.integer) {
      put(plain, 'i', std::to_string(value.number));
    } else {
      put(plain, 't', value.text);
    }
  }
  return base64url(plain);
}

Result<std::vector<CursorValue>> decode_cursor(std::string_view query_digest, std::string_view cursor) {
  std::string plain;
  if (cursor.size() > 16'384 || !from_base64url(cursor, plain) || plain.empty() || plain[0] != '1') return malformed();
  std::string_view rest = std::string_view(plain).substr(1);
  char kind = 0;
  std::string text;
  if (!take(rest, kind, text) || kind != 'q') return malformed();
  if (text != query_digest)
    return fault(FaultKind::malformed, "cursor.other_query",
                 {"翻页标记属于另一个查询，请从第一页重新开始。",
                  "The page cursor belongs to another query; start again from the first page."});
  std::vector<CursorValue> values;
  while (!rest.empty()) {
    if (values.size() >= 64 || !take(rest, kind, text) || !valid_utf8(text)) return malformed();
    CursorValue value;
    if (kind == 'n') {
      value.null = true;
    } else if (kind == 'i') {
      value.integer = true;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value.number);
      if (error != std::errc() || end != text.data() + text.size()) return malformed();
    } else if (kind == 't') {
      value.text = text;
    } else {
      return malformed();
    }
    values.push_back(std::move(value));
  }
  return values;
}

} // namespace onebudget
