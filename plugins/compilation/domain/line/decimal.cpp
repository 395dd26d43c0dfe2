#include "plugins/compilation/domain/line/decimal.hpp"

#include <algorithm>

namespace onebudget::compilation {

namespace {

using Wide = Decimal::Wide;

Fault overflow() {
  return fault(FaultKind::rule, "compilation.decimal_overflow",
               {"数值超出可计算的范围。请检查数量和标准。",
                "The number is too large to be computed. Check quantity and standard."});
}

Fault malformed(std::string_view text) {
  const std::string shown(text.substr(0, 40));
  return fault(FaultKind::rule, "compilation.decimal",
               {"“" + shown + "”不是至多十二位小数的数，请写成 1234.5 的形式。",
                "\"" + shown + "\" is not a number with at most twelve decimals; write it as 1234.5."});
}

Wide power(int exponent) {
  Wide out = 1;
  for (int i = 0; i < exponent; ++i) out *= 10;
  return out;
}

Wide divided(Wide number, Wide by, Rounding rounding) {
  Wide quotient = number / by;
  Wide rest = number % by;
  const bool negative = (number < 0) != (by < 0);
  if (rest < 0) rest = -rest;
  const Wide size = by < 0 ? -by : by;
  const bool away = rounding == Rounding::up ? rest > 0 : rounding == Rounding::half_up && rest >= size - rest;
  if (away && rest > 0) quotient += negative ? -1 : 1;
  return quotient;
}

} // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  std::string_view rest = text;
  const bool minus = !rest.empty() && rest.front() == '-';
  if (minus) rest.remove_prefix(1);
  const std::size_t dot = rest.find('.');
  const std::string_view front = rest.substr(0, dot);
  const std::string_view back = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  if (front.empty() || back.size() > kMostDecimals || (dot != std::string_view::npos && back.empty()))
    return malformed(text);
  Wide number = 0;
  for (const std::string_view part : {front, back})
    for (const char digit : part) {
      if (digit < '0' || digit > '9') return malformed(text);
      if (__builtin_mul_overflow(number, Wide{10}, &number) ||
          __builtin_add_overflow(number, Wide{digit - '0'}, &number))
        return overflow();
    }
  return Decimal(minus ? -number : number, static_cast<int>(back.size()));
}

Result<Decimal> Decimal::at_scale(int scale) const {
  Wide number = 0;
  if (__builtin_mul_overflow(mantissa_, power(scale - scale_), &number)) return overflow();
  return Decimal(number, scale);
}

Result<Decimal> Decimal::plus(const Decimal& other) const {
  const int scale = std::max(scale_, other.scale_);
  OB_TRY(const Decimal own, at_scale(scale));
  OB_TRY(const Decimal added, other.at_scale(scale));
  Wide sum = 0;
  if (__builtin_add_overflow(own.mantissa_, added.mantissa_, &sum)) return overflow();
  return Decimal(sum, scale);
}

Result<Decimal> Decimal::minus(const Decimal& other) const { return plus(Decimal(-other.mantissa_, other.scale_)); }

Result<Decimal> Decimal::times(const Decimal& other) const {
  Wide product = 0;
  if (__builtin_mul_overflow(mantissa_, other.mantissa_, &product)) return overflow();
  return Decimal(product, scale_ + other.scale_).rounded(kMostDecimals, Rounding::half_up);
}

Result<Decimal> Decimal::over(const Decimal& other) const {
  if (other.mantissa_ == 0)
    return fault(FaultKind::rule, "compilation.division_by_zero",
                 {"除数为零。请检查公式中的除数。", "The divisor is zero. Check the divisor in the formula."});
  Wide number = 0;
  if (__builtin_mul_overflow(mantissa_, power(kMostDecimals - scale_ + other.scale_), &number)) return overflow();
  return Decimal(divided(number, other.mantissa_, Rounding::half_up), kMostDecimals);
}

Result<Decimal> Decimal::rounded(int decimals, Rounding rounding) const {
  if (decimals < 0 || decimals > kMostDecimals) return malformed(std::to_string(decimals));
  if (scale_ <= decimals) return *this;
  return Decimal(divided(mantissa_, power(scale_ - decimals), rounding), decimals);
}

Result<Money> Decimal::to_money(Rounding rounding) const {
  OB_TRY(const Decimal cents, rounded(2, rounding));
  OB_TRY(const Decimal fen, cents.at_scale(2));
  if (fen.mantissa_ > INT64_MAX || fen.mantissa_ < INT64_MIN) return overflow();
  return Money::from_fen(static_cast<std::int64_t>(fen.mantissa_));
}

Result<int> Decimal::compare(const Decimal& other) const {
  OB_TRY(const Decimal difference, minus(other));
  return difference.mantissa_ < 0 ? -1 : difference.mantissa_ > 0 ? 1 : 0;
}

std::string Decimal::str() const {
  __extension__ using Unsigned = unsigned __int128;
  Unsigned size = mantissa_ < 0 ? 0 - static_cast<Unsigned>(mantissa_) : static_cast<Unsigned>(mantissa_);
  std::string digits;
  for (; size > 0; size /= 10) digits += static_cast<char>('0' + static_cast<int>(size % 10));
  while (static_cast<int>(digits.size()) <= scale_) digits += '0';
  std::reverse(digits.begin(), digits.end());
  std::string text = digits.substr(0, digits.size() - static_cast<std::size_t>(scale_));
  std::string decimals = digits.substr(digits.size() - static_cast<std::size_t>(scale_));
  while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
  if (!decimals.empty()) text += "." + decimals;
  return mantissa_ < 0 ? "-" + text : text;
}

} // namespace onebudget::compilation
