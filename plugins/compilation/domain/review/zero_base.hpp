#pragma once
// Zero-base review (零基评审, J4). Zero base means that last year's amount is no input: nothing here holds one, and
// last year's budget execution counts only as points. All funds of the project are reviewed, not the appropriation
// alone.

#include <array>
#include <vector>

#include "plugins/compilation/domain/policy.hpp"

namespace onebudget::compilation {

enum class ZeroBaseClass { a, b, c, d };
enum class Disposition { keep, cut, merge, cancel };

/// The rows of the sheet: 政策依据 必要性 职责匹配 测算依据 可行性 绩效 执行率 筹资. How many points each has is policy
/// (policy.zero_base_points): no official sheet was found.
inline constexpr std::array<const char*, 8> kZeroBaseFields = {"/policy_basis",   "/necessity",   "/duty_match",
                                                               "/estimate_basis", "/feasibility", "/performance",
                                                               "/execution",      "/funding"};

struct ZeroBase {
  std::array<int, 8> scores{};
  bool no_basis = false, duplicate = false, poor_last_year = false, no_goal = false, policy_lapsed = false;
  Disposition disposition = Disposition::keep;
  Money measured; ///< 测算数: from standards × quantities of this year
  Money approved;
  bool has_reason = false, has_merge_target = false;
  int fiscal_year = 0, sunset_year = 0;
};

[[nodiscard]] int zero_base_total(const ZeroBase& sheet);
[[nodiscard]] bool hard_stop(const ZeroBase& sheet);
/// A from 85, B from 70, C from 60; D below and with any hard stop.
[[nodiscard]] ZeroBaseClass zero_base_class(const ZeroBase& sheet, const Policy& policy);
/// The most that may be approved: all of the measured amount in A and B, its coefficient in C (rounded down), nothing
/// in D.
[[nodiscard]] Money zero_base_limit(const ZeroBase& sheet, const Policy& policy);
/// Rule compilation.zero_base: points within each row, the disposition fits the class, the approved amount within the
/// limit, reasons for every cut, an end (到期年) within policy.sunset_years.
std::vector<FieldFault> check_zero_base(const ZeroBase& sheet, const Policy& policy);

} // namespace onebudget::compilation
