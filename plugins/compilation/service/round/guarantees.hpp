#pragma once
// The three guarantees (三保) of a unit's year: what stands in the library and was left out, and what is spent besides.

#include "plugins/compilation/service/round/cells.hpp"

namespace onebudget::compilation {

/// What of the unit's guarantees is admitted for the year and was not taken into its budget. Fault money.overflow.
Result<Money> guarantees_left_out_of(const Call& call, RecordId unit, int fiscal_year);

/// Cells by whether their project is one of the guarantees; cells without a project are spent on other things.
struct GuaranteedCells {
  std::map<std::string, Money> by_project; ///< of the guarantees, by the project's id
  Money other;
};
Result<GuaranteedCells> guarantees_among(const Call& call, const std::vector<BudgetCell>& cells);

/// Rule compilation.guarantees_first on a first issue: it and what went out before, against the newest second round of
/// its unit; nothing to hold it against where there is none.
Result<void> report_guarantees(const Call& call, const Row& issue, const std::vector<BudgetCell>& lines,
                               Verdict& verdict);

} // namespace onebudget::compilation
