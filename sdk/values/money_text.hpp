#pragma once
// Money for readers: 元, 万元 and 亿元 with separators. For people only; what is computed or sent stays in fen or yuan.

#include <string>

#include "sdk/values/money.hpp"

namespace onebudget {

/// "1,234,567.89", as forms and sentences in yuan have it.
[[nodiscard]] inline std::string grouped(Money amount) {
  std::string text = amount.to_yuan();
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  for (std::size_t at = text.find('.'); at > first + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

enum class MoneyUnit { yuan, wan_yuan, yi_yuan };

/// "1,234,567.89 元", "123.46 万元", "0.01 亿元": two decimals, rounded half up, away from zero.
[[nodiscard]] inline std::string money_text(Money amount, MoneyUnit unit) {
  const std::uint64_t divisor = unit == MoneyUnit::yuan ? 1 : unit == MoneyUnit::wan_yuan ? 10'000 : 100'000'000;
  const std::int64_t fen = amount.fen();
  const std::uint64_t size = fen < 0 ? 0 - static_cast<std::uint64_t>(fen) : static_cast<std::uint64_t>(fen);
  const std::uint64_t hundredths = size / divisor + (size % divisor * 2 >= divisor && divisor > 1 ? 1 : 0);
  std::string whole = std::to_string(hundredths / 100);
  for (std::size_t at = whole.size(); at > 3;) whole.insert(at -= 3, ",");
  const std::string cents = std::to_string(100 + hundredths % 100).substr(1);
  const char* const name = unit == MoneyUnit::yuan ? " 元" : unit == MoneyUnit::wan_yuan ? " 万元" : " 亿元";
  return (fen < 0 && hundredths > 0 ? "-" : "") + whole + "." + cents + name;
}

/// The unit in which an amount reads best: 亿元 from one 亿, 万元 from one 万, else 元.
[[nodiscard]] constexpr MoneyUnit natural_unit(Money amount) {
  const std::int64_t fen = amount.fen();
  if (fen >= 10'000'000'000 || fen <= -10'000'000'000) return MoneyUnit::yi_yuan;
  return fen >= 1'000'000 || fen <= -1'000'000 ? MoneyUnit::wan_yuan : MoneyUnit::yuan;
}

} // namespace onebudget
