#pragma once
// Ratio: a share in millionths, exact to six decimals. 1 = everything; values outside 0 … 1 are possible (110 %
// executed).

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "sdk/values/money.hpp"

namespace onebudget {

class Ratio {
 public:
  static constexpr std::int64_t kOne = 1'000'000;

  constexpr Ratio() = default;
  static constexpr Ratio from_millionths(std::int64_t millionths) { return Ratio(millionths); }
  static constexpr Ratio from_percent(std::int32_t percent) { return Ratio(std::int64_t{percent} * 10'000); }

  /// part / whole, rounded to a millionth as named. Faults: ratio.no_whole (whole is zero), ratio.overflow.
  static Result<Ratio> of(Money part, Money whole, Rounding rounding) {
    const std::int64_t denominator = whole.fen();
    if (denominator == 0)
      return fault(FaultKind::rule, "ratio.no_whole",
                   {"分母为零，无法计算比率。请先填写总额。",
                    "The whole is zero, so there is no share of it. Fill in the total first."});
    if (denominator < 0) {
      const auto part_back = part.times(-1), whole_back = whole.times(-1);
      if (!part_back || !whole_back) return overflow();
      return of(*part_back, *whole_back, rounding);
    }
    const auto scaled = part.scaled(kOne, denominator, rounding);
    if (!scaled) return overflow();
    return Ratio(scaled->fen());
  }

  /// Reads a decimal with at most six decimals: "0.25", "1", "-0.5". Faults: ratio.malformed, ratio.overflow.
  static Result<Ratio> parse(std::string_view text) {
    std::string_view rest = text;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative) rest.remove_prefix(1);
    const std::size_t dot = rest.find('.');
    const std::string_view whole = rest.substr(0, dot);
    const std::string_view decimals = dot == std::string_view::npos ? std::string_view("0") : rest.substr(dot + 1);
    if (whole.empty() || decimals.empty() || decimals.size() > 6) return malformed();
    std::int64_t number = 0;
    std::size_t digits = 0;
    for (const std::string_view part : {whole, decimals})
      for (const char digit : part) {
        if (digit < '0' || digit > '9') return malformed();
        if (number != 0 && ++digits > 12) return overflow();
        number = number * 10 + (digit - '0');
      }
    for (std::size_t i = decimals.size(); i < 6; ++i) number *= 10;
    return Ratio(negative ? -number : number);
  }

  [[nodiscard]] constexpr std::int64_t millionths() const { return millionths_; }
  /// Shortest decimal: "0.25", "1", "-0.5".
  [[nodiscard]] std::string str() const { return decimal(kOne); }
  /// Shortest percentage: "25%", "33.3333%".
  [[nodiscard]] std::string percent() const { return decimal(kOne / 100) + "%"; }
  /// This share of an amount, rounded to a fen as named.
  [[nodiscard]] Result<Money> share_of(Money amount, Rounding rounding) const {
    return amount.scaled(millionths_, kOne, rounding);
  }

  friend constexpr auto operator<=>(const Ratio&, const Ratio&) = default;

 private:
  explicit constexpr Ratio(std::int64_t millionths) : millionths_(millionths) {}

  [[nodiscard]] std::string decimal(std::int64_t unit) const {
    const auto one = static_cast<std::uint64_t>(unit);
    const std::uint64_t size =
        millionths_ < 0 ? 0 - static_cast<std::uint64_t>(millionths_) : static_cast<std::uint64_t>(millionths_);
    std::string text = (millionths_ < 0 ? "-" : "") + std::to_string(size / one);
    if (size % one == 0) return text;
    std::string decimals = std::to_string(one + size % one).substr(1);
    while (decimals.back() == '0') decimals.pop_back();
    return text + "." + decimals;
  }
  static Fault malformed() {
    return fault(FaultKind::rule, "ratio.malformed",
                 {"比率应为最多六位小数的数，如 0.25。",
                  "Write the ratio as a number with at most six decimals, such as 0.25."});
  }
  static Fault overflow() {
    return fault(
        FaultKind::rule, "ratio.overflow",
        {"比率超出可表示的范围。请检查分子和分母。", "The ratio is too large to be represented. Check both amounts."});
  }

  std::int64_t millionths_ = 0;
};

} // namespace onebudget
