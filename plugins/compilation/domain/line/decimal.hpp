#pragma once
// An exact decimal: up to 12 decimals in 128 bits. Standards × quantities are computed in it, never in floating point.

#include <string>
#include <string_view>

#include "sdk/values/money.hpp"

namespace onebudget::compilation {

class Decimal {
 public:
  static constexpr int kMostDecimals = 12;
  __extension__ using Wide = __int128;

  constexpr Decimal() = default;
  static Decimal whole(std::int64_t number) { return {number, 0}; }
  static Decimal of(Money amount) { return {amount.fen(), 2}; }
  /// Optional minus, digits, at most twelve decimals. Faults: compilation.decimal, compilation.decimal_overflow.
  static Result<Decimal> parse(std::string_view text);

  [[nodiscard]] Result<Decimal> plus(const Decimal& other) const;
  [[nodiscard]] Result<Decimal> minus(const Decimal& other) const;
  /// Exact up to twelve decimals; what lies behind is rounded half up.
  [[nodiscard]] Result<Decimal> times(const Decimal& other) const;
  /// To twelve decimals, rounded half up. Fault compilation.division_by_zero.
  [[nodiscard]] Result<Decimal> over(const Decimal& other) const;
  /// To 0 … 12 decimals. `half_up` and `up` go away from zero.
  [[nodiscard]] Result<Decimal> rounded(int decimals, Rounding rounding) const;
  /// The number as yuan, rounded to a fen as named.
  [[nodiscard]] Result<Money> to_money(Rounding rounding) const;

  [[nodiscard]] bool negative() const { return mantissa_ < 0; }
  [[nodiscard]] bool zero() const { return mantissa_ == 0; }
  /// −1, 0, 1.
  [[nodiscard]] Result<int> compare(const Decimal& other) const;
  /// Shortest text: "1.5", "-3", "0".
  [[nodiscard]] std::string str() const;

 private:
  Decimal(Wide mantissa, int scale) : mantissa_(mantissa), scale_(scale) {}
  [[nodiscard]] Result<Decimal> at_scale(int scale) const;

  Wide mantissa_ = 0;
  int scale_ = 0;
};

} // namespace onebudget::compilation
