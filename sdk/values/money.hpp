#pragma once
// Money: an amount in fen (分), 64-bit, every overflow checked. Never floating point.

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "sdk/values/result.hpp"

namespace onebudget {

/// How a division rounds; every division names it.
enum class Rounding { half_up, down, up };

class Money {
 public:
  constexpr Money() = default;
  static constexpr Money from_fen(std::int64_t fen) { return Money(fen); }

  /// Reads decimal yuan: optional minus, digits, at most two decimals; no separators, no exponent.
  /// Faults: money.malformed, money.overflow.
  static Result<Money> parse_yuan(std::string_view text) {
    std::string_view rest = text;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative) rest.remove_prefix(1);
    const std::size_t dot = rest.find('.');
    const std::string_view whole = rest.substr(0, dot);
    const std::string_view cents = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    if (whole.empty() || cents.size() > 2 || (dot != std::string_view::npos && cents.empty())) return malformed();
    std::int64_t fen = 0;
    for (const std::string_view part : {whole, cents})
      for (const char digit : part) {
        if (digit < '0' || digit > '9') return malformed();
        if (!append_digit(fen, digit - '0', negative)) return overflow();
      }
    for (std::size_t i = cents.size(); i < 2; ++i)
      if (!append_digit(fen, 0, negative)) return overflow();
    return Money(fen);
  }

  [[nodiscard]] constexpr std::int64_t fen() const { return fen_; }
  /// Decimal yuan with two digits: "-1234.50".
  [[nodiscard]] std::string to_yuan() const {
    const std::uint64_t size = fen_ < 0 ? 0 - static_cast<std::uint64_t>(fen_) : static_cast<std::uint64_t>(fen_);
    const std::string cents = std::to_string(size % 100);
    return (fen_ < 0 ? "-" : "") + std::to_string(size / 100) + (cents.size() == 1 ? ".0" : ".") + cents;
  }

  [[nodiscard]] Result<Money> plus(Money other) const {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(fen_, other.fen_, &sum)) return overflow();
    return Money(sum);
  }
  [[nodiscard]] Result<Money> minus(Money other) const {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(fen_, other.fen_, &difference)) return overflow();
    return Money(difference);
  }
  [[nodiscard]] Result<Money> times(std::int64_t factor) const {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(fen_, factor, &product)) return overflow();
    return Money(product);
  }
  /// This × numerator / denominator in 128 bits; denominator > 0. `half_up` and `up` go away from zero.
  [[nodiscard]] Result<Money> scaled(std::int64_t numerator, std::int64_t denominator, Rounding rounding) const {
    if (denominator <= 0) return malformed();
    __extension__ using Wide = __int128;
    const Wide product = static_cast<Wide>(fen_) * numerator;
    Wide quotient = product / denominator;
    const Wide rest = product < 0 ? -(product % denominator) : product % denominator;
    const bool away = rounding == Rounding::up ? rest > 0 : rounding == Rounding::half_up && rest * 2 >= denominator;
    if (away) quotient += product < 0 ? -1 : 1;
    if (quotient > std::numeric_limits<std::int64_t>::max() || quotient < std::numeric_limits<std::int64_t>::min())
      return overflow();
    return Money(static_cast<std::int64_t>(quotient));
  }

  friend constexpr auto operator<=>(const Money&, const Money&) = default;

 private:
  explicit constexpr Money(std::int64_t fen) : fen_(fen) {}

  static bool append_digit(std::int64_t& fen, int digit, bool negative) {
    return !__builtin_mul_overflow(fen, 10, &fen) && !__builtin_add_overflow(fen, negative ? -digit : digit, &fen);
  }
  static Fault malformed() {
    return fault(FaultKind::rule, "money.malformed",
                 {"金额应为元，最多两位小数，如 1234.50。",
                  "Write the amount in yuan with at most two decimals, such as 1234.50."});
  }
  static Fault overflow() {
    return fault(FaultKind::rule, "money.overflow",
                 {"金额超出可表示的范围。", "The amount is too large to be represented."});
  }

  std::int64_t fen_ = 0;
};

} // namespace onebudget
