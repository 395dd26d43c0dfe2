#pragma once
// The numbers that no law fixes, or that a place may set otherwise: dated data (entity policy_value), each with its
// provenance. What stands here holds while no row says otherwise; domain rules 1.7, 3.5, 3.6, 4, 8.

#include <array>
#include <string_view>

#include "sdk/values/ratio.hpp"

namespace onebudget::compilation {

struct Policy {
  Money ex_ante_from = Money::from_fen(500'000'000);     ///< 5 million yuan [P]: a new project needs an evaluation
  Money cost_review_from = Money::from_fen(300'000'000); ///< 3 million yuan [P]: goes to the review centre
  Money minutes_from = Money::from_fen(1'000'000'000);   ///< 10 million yuan [P]: decided collectively, with minutes
  int sunset_years = 5;                                  ///< [P] 3–5
  int department_reply_days = 20, unit_reply_days = 15;  ///< Budget Law [M]
  int draft_days = 30;                                   ///< Budget Law [M]: the draft before the session
  Ratio reserve_least = Ratio::from_percent(1);          ///< Budget Law [M]: 预备费 of the general public budget
  Ratio reserve_most = Ratio::from_percent(3);
  int duplicate_years = 3;                       ///< R25
  int duplicate_shown = 20;                      ///< [P] pairs to be judged at a time, for each unit
  Ratio similarity = Ratio::from_percent(85);    ///< R25
  int ex_ante_support = 80, ex_ante_adjust = 60; ///< [P] points from which it is supported, adjusted
  int ex_ante_weak = 12;                         ///< [P] of 20 in every dimension of what is supported
  int class_a = 85, class_b = 70, class_c = 60;  ///< J4 [P]
  /// J4 [P] the most points of each row of the zero-base sheet, in its order; together 100
  std::array<int, 8> zero_base_points = {20, 15, 10, 15, 10, 15, 10, 5};
  Ratio class_c_coefficient = Ratio::from_percent(80); ///< J4 [P]
  int secret_parts = 3;                                ///< [P] fewest projects in one aggregate

  /// Sets one number by its code; amounts in yuan, shares as 0.85, points "20 15 …". Faults: compilation.policy_code
  /// for an unknown code, compilation.policy_value for a value that makes no sense.
  Result<void> set(std::string_view code, std::string_view value);
};

/// The classes go down and every number lies where it makes sense. Fault compilation.policy_value.
Result<void> check_policy(const Policy& policy);

} // namespace onebudget::compilation
