#pragma once
// Reconciliation (对账): what the bank, the central bank or the provincial system says was paid, against our vouchers.

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::treasury {

/// A line of the other side's statement.
struct StatementLine {
  int line = 0;
  std::string voucher_no, serial, account;
  Money amount;
};
/// A paid voucher of ours in the same days.
struct PaidLine {
  std::string voucher_no, serial, account;
  Money amount;
};

enum class Match { matched, amount_differs, account_differs, missing_here, twice };
const char* name_of(Match match);

struct MatchedLine {
  int line = 0;
  Match match = Match::missing_here;
  std::size_t voucher = 0; ///< index of ours; meaningless for missing_here
};
struct Comparison {
  std::vector<MatchedLine> lines;         ///< one for each line of the statement, in order
  std::vector<std::size_t> missing_there; ///< ours that the statement does not have
  [[nodiscard]] int differences() const;
};

/// Matches by voucher number, else by the bank's serial. One voucher is matched once; a second line for it is `twice`.
Comparison compare(const std::vector<StatementLine>& statement, const std::vector<PaidLine>& ours);

struct Totals {
  std::int64_t count = 0;
  Money sum;
};
/// Rule treasury.reconciled: a reconciliation is confirmed when every difference is explained; `unexplained`: how many
/// are not. Counts and sums that differ without a difference in the lines are refused too: the statement is not whole.
std::vector<FieldFault> check_confirmation(const Totals& stated, const Totals& listed, int unexplained);

/// Rule treasury.recount: a balance that is kept and what its documents come to. Nothing when they are equal.
struct Kept {
  std::string what, id; ///< "usage_plan.used" and the row
  Money kept, counted;
};
std::vector<Kept> drifted(const std::vector<Kept>& balances);

} // namespace onebudget::treasury
