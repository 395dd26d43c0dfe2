#pragma once
// Exact decimals as scaled integers: "12.5" with scale 2 is 1250. No rounding, no doubles.

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace onebudget {

enum class ScaledError { none, syntax, decimals, overflow };

/// Ratios are kept in millionths.
constexpr int kRatioScale = 6;

namespace scaled_detail {

inline bool digit(char c) { return c >= '0' && c <= '9'; }

inline bool push(std::int64_t& number, int value) {
  return !__builtin_mul_overflow(number, std::int64_t{10}, &number) && !__builtin_sub_overflow(number, value, &number);
}

} // namespace scaled_detail

/// Reads [-]digits[.digits]; more than `scale` decimals (trailing zeros aside) is an error, never rounded.
inline ScaledError parse_scaled(std::string_view text, int scale, std::int64_t& number) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view part = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && part.empty())) return ScaledError::syntax;
  for (const char c : whole)
    if (!scaled_detail::digit(c)) return ScaledError::syntax;
  for (const char c : part)
    if (!scaled_detail::digit(c)) return ScaledError::syntax;
  while (!part.empty() && part.back() == '0') part.remove_suffix(1);
  if (part.size() > static_cast<std::size_t>(scale)) return ScaledError::decimals;
  std::int64_t value = 0; // kept negative, so that the smallest number fits
  for (const char c : whole)
    if (!scaled_detail::push(value, c - '0')) return ScaledError::overflow;
  for (int i = 0; i < scale; ++i) {
    const auto index = static_cast<std::size_t>(i);
    if (!scaled_detail::push(value, index < part.size() ? part[index] - '0' : 0)) return ScaledError::overflow;
  }
  if (!negative && __builtin_sub_overflow(std::int64_t{0}, value, &value)) return ScaledError::overflow;
  number = value;
  return ScaledError::none;
}

/// Appends the number with exactly `scale` decimals.
inline void append_scaled(std::string& out, std::int64_t number, int scale) {
  std::array<char, 24> digits{};
  std::uint64_t magnitude = static_cast<std::uint64_t>(number);
  if (number < 0) {
    out.push_back('-');
    magnitude = 0 - magnitude;
  }
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), magnitude).ptr;
  const auto length = static_cast<int>(end - digits.data());
  if (scale == 0) {
    out.append(digits.data(), end);
    return;
  }
  if (length <= scale) {
    out.append("0.");
    out.append(static_cast<std::size_t>(scale - length), '0');
    out.append(digits.data(), end);
    return;
  }
  out.append(digits.data(), static_cast<std::size_t>(length - scale));
  out.push_back('.');
  out.append(end - scale, end);
}

/// Appends a ratio without trailing zeros: a JSON number.
inline void append_ratio(std::string& out, std::int64_t millionths) {
  append_scaled(out, millionths, kRatioScale);
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
}

} // namespace onebudget
