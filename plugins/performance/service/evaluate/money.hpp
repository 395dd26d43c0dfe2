#pragma once
// The money of an evaluation: what the ledger says of the year, typed in only where no ledger says anything.

#include <array>

#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

/// One source of money, as the columns of the form: 年初预算数, 全年预算数, 全年执行数.
struct SourceMoney {
  Money initial, full, executed;
};

inline constexpr const char* kMoneySources[] = {"fiscal", "carried", "other"};

struct EvaluationMoney {
  std::array<SourceMoney, std::size(kMoneySources)> of; ///< by kMoneySources; other is always typed in
  std::string provenance;                               ///< ledger | typed | typed_unknown
  std::optional<Day> as_of;                             ///< the day of the ledger's figures
  std::string told;                                     ///< what was asked, in the caller's language
  [[nodiscard]] Result<Execution> execution() const;
};

/// Fiscal and carried money of the year by ledger/1 `balance`: executable indicators of the project (or of the unit) on
/// the last day of the year, what was carried out of it added back; 年初 are the issues of the year's start and what
/// was carried in. Without a ledger, or where it knows no indicator, what the row says, marked so. Faults of the
/// ledger, and of rows that the caller may not see.
Result<EvaluationMoney> money_of(const Call& call, const Row& evaluation);
/// Writes the money, its sums and its provenance into the row.
Result<void> assign_money(const EvaluationMoney& money, Verdict& verdict);

} // namespace onebudget::performance
