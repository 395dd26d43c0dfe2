#include "kernel/http/wire/target.hpp"

#include <algorithm>
#include <charconv>

#include "kernel/http/wire/head.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::http {

namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool unescape(std::string_view raw, bool plus_is_space, std::string& out) {
  out.clear();
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '%') {
      if (i + 2 >= raw.size()) return false;
      const int high = hex(raw[i + 1]), low = hex(raw[i + 2]);
      if (high < 0 || low < 0 || (high == 0 && low == 0)) return false;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += raw[i] == '+' && plus_is_space ? ' ' : raw[i];
    }
  }
  return valid_utf8(out);
}

} // namespace

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.size() <= 1) return segments;
  path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool decode_path(std::string_view raw, std::string& path) {
  if (raw.find("%2F") != std::string_view::npos || raw.find("%2f") != std::string_view::npos) return false;
  if (!unescape(raw, false, path) || path.empty() || path.front() != '/') return false;
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') return false;
  }
  const auto segments = segments_of(path);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] == "." || segments[i] == ".." || (segments[i].empty() && !last)) return false;
  }
  return true;
}

bool decode_value(std::string_view raw, std::string& value) { return unescape(raw, true, value); }

std::string choose_language(std::string_view accept_language) {
  double best = 0;
  std::string chosen = "zh";
  while (!accept_language.empty()) {
    const std::size_t comma = accept_language.find(',');
    std::string_view item = accept_language.substr(0, comma);
    accept_language = comma == std::string_view::npos ? std::string_view() : accept_language.substr(comma + 1);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    double quality = 1;
    if (const std::size_t q = item.find(";q="); q != std::string_view::npos) {
      const std::string_view number = item.substr(q + 3);
      if (std::from_chars(number.data(), number.data() + number.size(), quality).ec != std::errc()) quality = 0;
    }
    const std::string_view tag = item.substr(0, 2);
    const bool whole = item.size() <= 2 || item[2] == '-' || item[2] == ';' || item[2] == ' ';
    const bool english = whole && same_name(tag, "en"), chinese = whole && same_name(tag, "zh");
    if ((english || chinese) && quality > best) {
      best = quality;
      chosen = english ? "en" : "zh";
    }
  }
  return chosen;
}

std::string language_of(std::string_view head) {
  constexpr std::string_view kName = "accept-language:";
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find('\n'));
    if (same_name(line.substr(0, kName.size()), kName)) {
      const std::string_view value = line.substr(kName.size());
      return choose_language(value.substr(0, value.find('\r')));
    }
    head.remove_prefix(std::min(head.size(), line.size() + 1));
  }
  return choose_language("");
}

} // namespace onebudget::http
