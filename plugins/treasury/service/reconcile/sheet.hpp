#pragma once
// A statement of the other side compared with our paid vouchers.

#include "plugins/treasury/service/facts.hpp"

namespace onebudget::treasury {

struct Matched {
  std::int64_t our_count = 0, differences = 0;
  Money our_sum;
};

/// Compares the sheet's lines with the vouchers paid in its region and days, writes the results to both, and moves the
/// sheet to matched. May be repeated. Faults treasury.statement_too_long.
Result<Matched> match_sheet(const Call& call, RecordId sheet);

} // namespace onebudget::treasury
