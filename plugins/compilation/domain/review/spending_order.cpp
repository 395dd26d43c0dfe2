#include "plugins/compilation/domain/review/spending_order.hpp"

#include <algorithm>
#include <tuple>

namespace onebudget::compilation {

namespace {

constexpr int kMostPoints = 100;

Text plain_reason(const Claim& claim, Money got) {
  const std::string order = std::to_string(claim.order), score = std::to_string(claim.score);
  if (claim.order > kGuaranteed && claim.grade == ZeroBaseClass::d)
    return {"零基评审为 D 类，不安排。", "Class D of the zero-base review: nothing."};
  if (got == claim.amount)
    return {"第 " + order + " 顺序，" + score + " 分，足额安排。",
            "Order " + order + " with " + score + " points: in full."};
  if (got == Money())
    return {"第 " + order + " 顺序，" + score + " 分，轮到时已无财力。",
            "Order " + order + " with " + score + " points: nothing was left."};
  return {"第 " + order + " 顺序，财力只够 " + got.to_yuan() + " 元。",
          "Order " + order + ": only " + got.to_yuan() + " yuan were left."};
}

} // namespace

int Claim::ranking() const { return std::clamp(score + priority, 0, kMostPoints); }

Text priority_reason(const Claim& claim) {
  if (claim.priority == 0) return {};
  const std::string points = (claim.priority > 0 ? "+" : "") + std::to_string(claim.priority);
  return {"绩效评价结果 " + claim.result + " 使排序 " + points + " 分。",
          " The result " + claim.result + " of its evaluation ranks it by " + points + " points."};
}

Text share_reason(const Claim& claim, Money got) {
  const Text plain = plain_reason(claim, got), more = priority_reason(claim);
  return {plain.zh + more.zh, plain.en + more.en};
}

Result<Filling> fill_envelope(Money envelope, std::vector<Claim> claims) {
  for (const Claim& claim : claims)
    if (claim.order < 1 || claim.order > kLastOrder)
      return fault(FaultKind::rule, "compilation.order", {"支出顺序应为 1 到 8。", "The spending order is 1 to 8."});
  std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    return std::make_tuple(a.order, a.grade, -a.ranking(), std::cref(a.id)) <
           std::make_tuple(b.order, b.grade, -b.ranking(), std::cref(b.id));
  });
  Filling out;
  out.left = envelope;
  for (const Claim& claim : claims) {
    const bool dropped = claim.order > kGuaranteed && claim.grade == ZeroBaseClass::d;
    const Money got = dropped || out.left < Money() ? Money() : std::min(claim.amount, out.left);
    OB_TRY(out.left, out.left.minus(got));
    OB_TRY(out.spent, out.spent.plus(got));
    if (claim.order <= kGuaranteed) {
      OB_TRY(const Money lack, claim.amount.minus(got));
      OB_TRY(out.guarantee_gap, out.guarantee_gap.plus(lack));
    }
    out.shares.push_back({claim.id, got});
  }
  return out;
}

Result<Money> guarantees_left_out(const std::vector<std::pair<int, Money>>& left_out) {
  Money sum;
  for (const auto& [order, amount] : left_out) {
    if (order < 1 || order > kLastOrder)
      return fault(FaultKind::rule, "compilation.order", {"支出顺序应为 1 到 8。", "The spending order is 1 to 8."});
    if (order > kGuaranteed) continue;
    OB_TRY(sum, sum.plus(amount));
  }
  return sum;
}

std::vector<FieldFault> check_guarantees(const Guarantees& unit) {
  if (unit.gap == Money() || unit.other == Money()) return {};
  const Text remedy = unit.issued
                          ? Text{"请恢复二上的“三保”金额，或先压减其他支出。",
                                 "Restore the guarantees of the second round, or cut the rest first."}
                          : Text{
                                "请先把“三保”项目（支出顺序第 1 至 "
                                "3）全部列入编制；控制数不足的请上级先调整控制数，不再需要的用“项目调整”改为零。",
                                "Take every project of the spending orders 1 to 3 into the budget first; where a "
                                "ceiling is too low, have it "
                                "raised, and adjust to zero what is not needed any more."};
  return {{unit.issued ? "" : "/guarantee_gap",
           "compilation.guarantees_first",
           {"“三保”缺口 " + unit.gap.to_yuan() + " 元，而其他支出安排了 " + unit.other.to_yuan() + " 元。",
            "The three guarantees lack " + unit.gap.to_yuan() + " yuan, while other spending gets " +
                unit.other.to_yuan() + " yuan."},
           remedy}};
}

Result<Money> guarantees_cut(const std::map<std::string, Money>& declared, const std::map<std::string, Money>& issued) {
  Money sum;
  for (const auto& [project, amount] : declared) {
    const auto found = issued.find(project);
    const Money got = found == issued.end() ? Money() : found->second;
    if (!(got < amount)) continue;
    OB_TRY(const Money lack, amount.minus(got));
    OB_TRY(sum, sum.plus(lack));
  }
  return sum;
}

} // namespace onebudget::compilation
