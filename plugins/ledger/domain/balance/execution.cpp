#include "plugins/ledger/domain/balance/execution.hpp"

namespace onebudget::ledger {

namespace {

Day first_of(int year, int month) {
  return Day::of(month > kMonths ? year + 1 : year, month > kMonths ? 1 : month, 1).value_or(Day());
}

} // namespace

Ratio gone_of_year(int year, Day day) {
  const std::int64_t days = first_of(year, kMonths + 1).number() - first_of(year, 1).number();
  const std::int64_t over = std::int64_t{day.number()} - first_of(year, 1).number() + 1;
  if (over <= 0) return {};
  if (over >= days) return Ratio::from_millionths(Ratio::kOne);
  return Ratio::from_millionths((over * Ratio::kOne + days / 2) / days);
}

Rate rate_of(Money paid, Money budget, Ratio gone) {
  if (budget <= Money()) return {};
  const auto spent = Ratio::of(paid, budget, Rounding::half_up);
  if (!spent) return {};
  return {*spent, Ratio::from_millionths(spent->millionths() - gone.millionths())};
}

Result<std::array<CurvePoint, kMonths>> curve_of(const std::array<Money, kMonths>& paid, Money budget, int year,
                                                 Day day) {
  std::array<CurvePoint, kMonths> out;
  Money so_far;
  for (std::size_t i = 0; i < out.size(); ++i) {
    CurvePoint& point = out[i];
    const int month = static_cast<int>(i) + 1;
    const Day last = first_of(year, month + 1).plus_days(-1);
    const bool begun = first_of(year, month) <= day;
    OB_TRY(so_far, so_far.plus(paid[i]));
    OB_TRY(point.even_to_date, gone_of_year(year, last).share_of(budget, Rounding::half_up));
    point.gone = gone_of_year(year, begun && day < last ? day : last);
    if (!begun) continue;
    point.paid = paid[i];
    point.paid_to_date = so_far;
    point.rate = rate_of(so_far, budget, point.gone);
  }
  return out;
}

} // namespace onebudget::ledger
