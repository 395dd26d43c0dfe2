#pragma once
// 财力 by source and the budget gap: 财力 − committed spending, per region and year (corrections, Compile).

#include <map>
#include <string>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::compilation {

struct FiscalGap {
  Money resources, guaranteed, committed, other;
  Money gap;  ///< resources − committed: what may go to orders 6…8; negative = a gap
  Money rest; ///< gap − other: what is left when everything declared is paid
};

/// `sources`: 财力 by source (tax, non-tax, transfers, fund transfers, carry-over, debt …; 上解 is negative).
/// `spending`: by spending order 1…8. Faults compilation.order, money.overflow.
Result<FiscalGap> fiscal_gap(const std::map<std::string, Money>& sources, const std::map<int, Money>& spending);

} // namespace onebudget::compilation
