#pragma once
// Amounts as people read them.

#include <string>

#include "sdk/values/money.hpp"

namespace onebudget::monitoring {

/// "1,234,567.89"
inline std::string yuan(Money amount) {
  std::string out = amount.to_yuan();
  const std::size_t first = amount < Money() ? 1 : 0;
  for (std::size_t at = out.find('.'); at != std::string::npos && at > first + 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

} // namespace onebudget::monitoring
