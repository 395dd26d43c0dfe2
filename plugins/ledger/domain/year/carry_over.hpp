#pragma once
// 结转 and 结余 (domain rules 1.9 and the corrections): what is carried into the next year, what is recovered.

#include <map>
#include <string>
#include <vector>

#include "sdk/values/money.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::ledger {

struct Leftover {
  std::string indicator, stage,
      fund_kind; ///< fund kinds: 1 general, 2 government fund, 3 state capital, 4 special account, 5 unit's own
  std::string upper_document_no; ///< of the transfer from the level above; empty = own money
  int fiscal_year = 0, source_year = 0;
  Money available, in_flight, frozen;
};

enum class Fate { carry_over, recover, return_upper, in_flight };
inline constexpr const char* kFates[] = {"carry_over", "recover", "return_upper", "in_flight"};

struct Disposition {
  std::string indicator;
  Fate fate = Fate::carry_over;
  Money amount;
  Text reason;
};

/// Years that money has been carried when the year ends: money of this year 0, of last year 1.
int years_carried(const Leftover& one);
/// What becomes of each leftover. Money carried two years is 结余; a change of use does not restart the clock. Money of
/// the level above that nobody was given goes back up. Indicators with something in flight or frozen wait.
std::vector<Disposition> dispositions(const std::vector<Leftover>& leftovers);
/// Rule ledger.carry_over_fund: of government funds (fund kind 2) at most 30 % of the fund's income of the year is
/// carried over; no other kind has that limit.
std::vector<FieldFault> check_fund_limit(Money carried, Money income);

} // namespace onebudget::ledger
