#include "plugins/compilation/domain/plan/fiscal_gap.hpp"

namespace onebudget::compilation {

Result<FiscalGap> fiscal_gap(const std::map<std::string, Money>& sources, const std::map<int, Money>& spending) {
  constexpr int kGuaranteed = 3, kCommitted = 5, kLast = 8;
  FiscalGap out;
  for (const auto& [source, amount] : sources) {
    OB_TRY(out.resources, out.resources.plus(amount));
  }
  for (const auto& [order, amount] : spending) {
    if (order < 1 || order > kLast)
      return fault(FaultKind::rule, "compilation.order", {"支出顺序应为 1 到 8。", "The spending order is 1 to 8."});
    if (order <= kGuaranteed) {
      OB_TRY(out.guaranteed, out.guaranteed.plus(amount));
    }
    Money& sum = order <= kCommitted ? out.committed : out.other;
    OB_TRY(sum, sum.plus(amount));
  }
  OB_TRY(out.gap, out.resources.minus(out.committed));
  OB_TRY(out.rest, out.gap.minus(out.other));
  return out;
}

} // namespace onebudget::compilation
