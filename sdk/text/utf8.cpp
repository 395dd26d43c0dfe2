#include "sdk/text/utf8.hpp"

#include <array>
#include <cstdint>

namespace onebudget {

namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Length of the code point at `text[at]`, 0 when it is not valid UTF-8; its number in `point`.
std::size_t decode(std::string_view text, std::size_t at, std::uint32_t& point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) {
    point = first;
    return 1;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return 0;
  point = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
    point = (point << 6U) | (byte(at + i) & 0x3FU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  return overlong || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF) ? 0 : length;
}

} // namespace

bool valid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    std::uint32_t point = 0;
    const std::size_t length = decode(text, at, point);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

bool has_hostile_controls(std::string_view text, bool multi_line) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint32_t point = 0;
    const std::size_t length = decode(text, at, point);
    if (length == 0) return true;
    const bool line_end = point == '\n' || point == '\r';
    const bool control =
        point < 0x20 ? !(multi_line && line_end) && point != '\t' : point == 0x7F || (point >= 0x80 && point < 0xA0);
    const bool override_mark = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
                               point == 0x2028 || point == 0x2029 || point == 0xFEFF;
    if (control || override_mark) return true;
    at += length;
  }
  return false;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kWide = "\xE3\x80\x80"; // ideographic space
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  bool changed = true;
  while (changed && !text.empty()) {
    changed = true;
    if (space(text.front())) {
      text.remove_prefix(1);
    } else if (space(text.back())) {
      text.remove_suffix(1);
    } else if (text.substr(0, 3) == kWide) {
      text.remove_prefix(3);
    } else if (text.size() >= 3 && text.substr(text.size() - 3) == kWide) {
      text.remove_suffix(3);
    } else {
      changed = false;
    }
  }
  return std::string(text);
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    hex.push_back(kDigits[static_cast<unsigned char>(byte) >> 4U]);
    hex.push_back(kDigits[static_cast<unsigned char>(byte) & 15U]);
  }
  return hex;
}

std::string base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t group = 0;
  int bits = 0;
  for (const char byte : bytes) {
    group = (group << 8U) | static_cast<unsigned char>(byte);
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out.push_back(kBase64[(group >> bits) & 63U]);
    }
  }
  if (bits > 0) out.push_back(kBase64[(group << (6 - bits)) & 63U]);
  return out;
}

namespace {

constexpr std::uint8_t kNoDigit = 64;

/// The value of every byte as a digit; sealed fields are long, so a search for each would cost more than opening them.
constexpr std::array<std::uint8_t, 256> digits_of_base64() {
  std::array<std::uint8_t, 256> out{};
  out.fill(kNoDigit);
  for (std::size_t i = 0; i < kBase64.size(); ++i)
    out[static_cast<unsigned char>(kBase64[i])] = static_cast<std::uint8_t>(i);
  return out;
}

} // namespace

bool from_base64url(std::string_view text, std::string& bytes) {
  static constexpr std::array<std::uint8_t, 256> kDigits = digits_of_base64();
  if (text.size() % 4 == 1) return false;
  bytes.clear();
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const std::uint8_t digit = kDigits[static_cast<unsigned char>(c)];
    if (digit == kNoDigit) return false;
    group = (group << 6U) | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<char>((group >> bits) & 0xFFU));
    }
  }
  return (group & ((1U << bits) - 1U)) == 0; // leftover bits must be zero: one text for one value
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += {'\\', 'u', '0', '0', kHex[c >> 4U], kHex[c & 15U]};
    }
  }
  out.append(text, plain, text.size() - plain);
  out.push_back('"');
}

} // namespace onebudget
