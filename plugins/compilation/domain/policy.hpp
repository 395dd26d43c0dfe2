#pragma once
// The numbers that no law fixes, or that a place may set otherwise: dated data (entity policy_value), each with its
// provenance. What stands here holds while no row says otherwise; domain rules 1.7, 3.5, 3.6, 4, 8.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/ratio.hpp"

namespace onebudget::compilation {

/// A day of any year.
struct MonthDay {
  int month = 1, day = 1;
};

struct Policy {
  Money ex_ante_from = Money::from_fen(500'000'000);     ///< 5 million yuan [P]: a new project needs an evaluation
  Money cost_review_from = Money::from_fen(300'000'000); ///< 3 million yuan [P]: goes to the review centre
  Money minutes_from = Money::from_fen(1'000'000'000);   ///< 10 million yuan [P]: decided collectively, with minutes
  int sunset_years = 5;                                  ///< [P] 3–5
  int department_reply_days = 20, unit_reply_days = 15;  ///< Budget Law [M]
  int draft_days = 30;                                   ///< Budget Law [M]: the draft before the session
  MonthDay notice_by = {6, 30};                          ///< Implementing rules [M]: notice of the year's compiling
  int publish_days = 20;                                 ///< Budget Law [M]: after the approval, after the 批复
  int general_transfer_days = 30, special_transfer_days = 60; ///< Budget Law [M]: passed down after the approval
  int central_transfer_days = 30;                             ///< Budget Law [M]: passed on after it came in
  Ratio reserve_least = Ratio::from_percent(1); ///< Budget Law [M]: 预备费 of the general public budget
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
  /// [P] new assets of a project from which the asset office reviews it before 入库, together
  Money asset_review_from = Money::from_fen(1);
  /// [P] total of a specific-goal project from which the performance office does
  Money performance_review_from = Money::from_fen(500'000'000);
  int secret_parts = 3; ///< [P] fewest projects in one aggregate
  /// J1 [P] the words of 热点分类 that a project may be marked with
  std::vector<std::string> hot_topics = {"乡村振兴", "科技创新", "生态环保", "教育",     "医疗卫生", "社会保障和就业",
                                         "住房保障", "产业发展", "基础设施", "安全生产", "数字政府", "文化体育"};

  /// Sets one value by its code; amounts in yuan, shares as 0.85, points "20 15 …", words with blanks between, days as
  /// 06-30. Faults:
  /// compilation.policy_code for an unknown code, compilation.policy_value for a value that makes no sense.
  Result<void> set(std::string_view code, std::string_view value);
};

/// The classes go down and every number lies where it makes sense. Fault compilation.policy_value.
Result<void> check_policy(const Policy& policy);

} // namespace onebudget::compilation
