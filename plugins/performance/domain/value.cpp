#include "plugins/performance/domain/value.hpp"

#include <limits>

#include "sdk/values/scaled.hpp"

namespace onebudget::performance {

namespace {

constexpr std::int64_t kMostValue = 1'000'000'000'000 * Value::kOne;
constexpr int kValueScale = 6, kPointScale = 2;

std::string shortest(std::string text) {
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

} // namespace

std::int64_t scaled(std::int64_t a, std::int64_t b, std::int64_t c, Rounding rounding) {
  __extension__ using Wide = __int128;
  const Wide product = static_cast<Wide>(a) * b;
  Wide quotient = product / c;
  const Wide rest = product < 0 ? -(product % c) : product % c;
  const bool away = rounding == Rounding::up ? rest > 0 : rounding == Rounding::half_up && rest * 2 >= c;
  if (away) quotient += product < 0 ? -1 : 1;
  constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();
  if (quotient > kMost) return std::numeric_limits<std::int64_t>::max();
  return quotient < -kMost ? -std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(quotient);
}

std::optional<Value> Value::parse(std::string_view text) {
  std::int64_t number = 0;
  if (parse_scaled(text, kValueScale, number) != ScaledError::none) return std::nullopt;
  if (number > kMostValue || number < -kMostValue) return std::nullopt;
  return Value(number);
}

std::string Value::str() const {
  std::string text;
  append_scaled(text, millionths_, kValueScale);
  return shortest(std::move(text));
}

Ratio Value::part_of(Value whole) const {
  return Ratio::from_millionths(scaled(millionths_, Ratio::kOne, whole.millionths_, Rounding::half_up));
}

std::optional<Points> Points::parse(std::string_view text) {
  std::int64_t number = 0;
  if (parse_scaled(text, kPointScale, number) != ScaledError::none) return std::nullopt;
  if (number > 1'000'000 || number < -1'000'000) return std::nullopt;
  return Points(number);
}

std::string Points::str() const {
  std::string text;
  append_scaled(text, hundredths_, kPointScale);
  return text;
}

Points Points::times(Ratio share) const {
  return Points(scaled(hundredths_, share.millionths(), Ratio::kOne, Rounding::half_up));
}

} // namespace onebudget::performance
