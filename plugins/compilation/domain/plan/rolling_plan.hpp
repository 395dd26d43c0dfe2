#pragma once
// A project's amounts by year and the three-year rolling plan (三年滚动): T binds, T+1 and T+2 are a reference; every
// roll is a version of its own, compared with the one before. Domain rules 1.12.

#include <map>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::compilation {

inline constexpr int kPlanYears = 3;

struct YearPlan {
  int base_year = 0; ///< T
  int version = 1;
  std::map<int, Money> amounts; ///< by year; whole term or the three years
};

/// Rule compilation.year_amounts: every year lies in the term, none is negative, together within the total (equal to it
/// when `complete`), and the base year's is the year's amount.
std::vector<FieldFault> check_year_amounts(const YearPlan& plan, int start_year, int end_year, Money total,
                                           Money year_amount, bool complete);

struct Variance {
  int year = 0;
  Money earlier, now, difference;
};
/// What the new plan says differently of the years that both know. Fault money.overflow.
Result<std::vector<Variance>> plan_variance(const YearPlan& earlier, const YearPlan& now);

/// The plan one year on: T moves, the years known stay as they were, the new last year begins at zero (zero base: it is
/// not filled from the year before).
YearPlan roll_forward(const YearPlan& plan);

} // namespace onebudget::compilation
