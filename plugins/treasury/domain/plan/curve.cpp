#include "plugins/treasury/domain/plan/curve.hpp"

namespace onebudget::treasury {

Result<std::array<CurveMonth, kMonths>> payment_curve(const std::array<MonthSums, kMonths>& months, int year, Day day) {
  std::array<CurveMonth, kMonths> out;
  Money plan, paid;
  for (std::size_t i = 0; i < out.size(); ++i) {
    OB_TRY(plan, plan.plus(months[i].plan));
    OB_TRY(paid, paid.plus(months[i].paid));
    OB_TRY(paid, paid.minus(months[i].refunded));
    out[i].plan_to_date = plan;
    const auto first = Day::of(year, static_cast<int>(i) + 1, 1);
    if (!first || day < *first) continue;
    out[i].paid_to_date = paid;
    if (plan <= Money()) continue;
    OB_TRY(const Money beyond, paid.minus(plan));
    const auto deviation = Ratio::of(beyond, plan, Rounding::half_up);
    if (deviation) out[i].deviation = *deviation;
  }
  return out;
}

} // namespace onebudget::treasury
