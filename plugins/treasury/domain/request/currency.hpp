#pragma once
// Payments in foreign money: no rate, no payment; the yuan follow from the rate to the fen.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::treasury {

inline constexpr const char* kYuan = "CNY";
inline constexpr std::int64_t kRateUnit = 1'000'000; ///< rates have six decimals

struct Rate {
  Day day;
  std::int64_t millionths = 0; ///< yuan for one unit of the currency
};

struct ForeignAmount {
  std::string currency = kYuan;
  std::optional<Money> foreign; ///< in hundredths of the currency
  std::optional<Rate> rate;     ///< the newest in force on the day of the request
  Money amount;                 ///< in yuan
};

/// foreign × rate, half a fen up. Fault money.overflow.
Result<Money> in_yuan(Money foreign, const Rate& rate);

/// Rule treasury.currency_rate: another currency than yuan has a rate in force on its day and an amount, and the yuan
/// are that amount at that rate; yuan have neither.
std::vector<FieldFault> check_currency(const ForeignAmount& payment);

} // namespace onebudget::treasury
