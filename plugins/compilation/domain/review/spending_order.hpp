#pragma once
// The order in which money is spent (三保 first, domain rules 1.11), and how an envelope is filled by it.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "plugins/compilation/domain/review/zero_base.hpp"

namespace onebudget::compilation {

/// 1 保基本民生 2 保工资 3 保运转 4 债务 5 法定与中央 6 重大决策 7 在建合同 8 新增. The first five are committed.
inline constexpr int kGuaranteed = 3, kCommitted = 5, kLastOrder = 8;

struct Claim {
  std::string id;
  int order = kLastOrder;
  int score = 0; ///< of the zero-base review
  ZeroBaseClass grade = ZeroBaseClass::b;
  Money amount;       ///< what may be approved at most
  int priority = 0;   ///< −10 … 10, from the result of an evaluation two years before
  std::string result; ///< its number, for the reason; empty = none

  [[nodiscard]] int ranking() const; ///< score and priority, 0 … 100; the class stays the reviewers'
};

/// " 绩效评价 … 使排序 +3 分": why the place is not that of the score alone; empty without a priority.
Text priority_reason(const Claim& claim);

struct Share {
  std::string id;
  Money amount;
};

struct Filling {
  std::vector<Share> shares; ///< one for each claim, in spending order
  Money spent, left;
  Money guarantee_gap; ///< what the guarantees (三保) lack; zero when they are whole
};

/// Why a claim got what it got.
Text share_reason(const Claim& claim, Money got);

/// Rule compilation.spending_order: fills the envelope by order, then A → D, then score and priority, then id. The
/// guarantees are never scaled and D of the others gets nothing; the last that fits only in part gets what is left.
/// Fault compilation.order for an order outside 1…8, money.overflow.
Result<Filling> fill_envelope(Money envelope, std::vector<Claim> claims);

/// What a unit's budget leaves out of its guarantees: the amounts of admitted projects that it did not take, by their
/// spending order. Fault compilation.order for an order outside 1…8, money.overflow.
Result<Money> guarantees_left_out(const std::vector<std::pair<int, Money>>& left_out);

/// What a unit's second round, or the batch issued from it, does for the guarantees and besides them.
struct Guarantees {
  Money gap;           ///< what they lack
  Money other;         ///< what is spent on anything else
  bool issued = false; ///< 二下: the batch; else 二上
};

/// Rule compilation.guarantees_first (三保优先): nothing else is budgeted while the guarantees have a gap. A unit
/// without guarantees has no gap; one that budgets nothing else has nothing to give up for them.
std::vector<FieldFault> check_guarantees(const Guarantees& unit);

/// By how much the guarantees of a batch fall below those of the second round it comes from, project by project; what
/// one got more makes up for no other. Fault money.overflow.
Result<Money> guarantees_cut(const std::map<std::string, Money>& declared, const std::map<std::string, Money>& issued);

} // namespace onebudget::compilation
