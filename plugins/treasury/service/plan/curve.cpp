// GET /curve: usage plans and payments of a year by month, from rollups, as the caller sees them.

#include <algorithm>

#include "plugins/treasury/domain/plan/curve.hpp"
#include "plugins/treasury/service/facts.hpp"
#include "sdk/cpp/narrow.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::treasury {

namespace {

constexpr const char* kWrong = "treasury.parameter";
using Months = std::array<MonthSums, kMonths>;

struct Sums {
  Months months;
  std::int64_t at_ms = 0;
  bool rollup = true;
};

Result<void> add(Sums& sums, const plugin::Records::Totals& totals, const char* month,
                 const std::function<Result<void>(MonthSums&, const Row&)>& take) {
  sums.rollup = sums.rollup && totals.at_ms > 0;
  sums.at_ms = sums.at_ms == 0 ? totals.at_ms : std::min(sums.at_ms, totals.at_ms);
  for (const Row& row : totals.rows) {
    const auto at = static_cast<std::size_t>(row.number(month) - 1);
    if (at < sums.months.size()) OB_CHECK(take(sums.months[at], row));
  }
  return {};
}

Result<Sums> sums_of(const Call& call, const std::string& filter) {
  Sums sums;
  OB_TRY(const auto plans,
         call.records().totals(kPlan, {filter + ";status=in=(approved,closed)", {"month"}, {"sum:approved_amount"}}));
  OB_CHECK(add(sums, plans, "month", [](MonthSums& month, const Row& row) -> Result<void> {
    OB_TRY(month.plan, month.plan.plus(row.money("sum_approved_amount")));
    return {};
  }));
  OB_TRY(const auto paid, call.records().totals(kCertificate, {filter + ";kind==payment;status=in=(paid,reconciled)",
                                                               {"paid_month"},
                                                               {"sum:paid_amount", "sum:refunded"}}));
  OB_CHECK(add(sums, paid, "paid_month", [](MonthSums& month, const Row& row) -> Result<void> {
    OB_TRY(month.paid, month.paid.plus(row.money("sum_paid_amount")));
    OB_TRY(month.refunded, month.refunded.plus(row.money("sum_refunded")));
    return {};
  }));
  return sums;
}

Result<Json> json_of(const Sums& sums, int year, Day day) {
  OB_TRY(const auto curve, payment_curve(sums.months, year, day));
  MonthSums whole;
  Json items = Json::array();
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const MonthSums& month = sums.months[i];
    const CurveMonth& point = curve[i];
    OB_TRY(whole.plan, whole.plan.plus(month.plan));
    OB_TRY(whole.paid, whole.paid.plus(month.paid));
    OB_TRY(whole.refunded, whole.refunded.plus(month.refunded));
    const bool begun = point.paid_to_date.has_value();
    items.push_back({{"month", i + 1},
                     {"plan", month.plan.to_yuan()},
                     {"plan_to_date", point.plan_to_date.to_yuan()},
                     {"paid", begun ? Json(month.paid.to_yuan()) : Json(nullptr)},
                     {"refunded", begun ? Json(month.refunded.to_yuan()) : Json(nullptr)},
                     {"paid_to_date", begun ? Json(point.paid_to_date->to_yuan()) : Json(nullptr)},
                     {"deviation", point.deviation ? plugin::abi(*point.deviation) : Json(nullptr)}});
  }
  return Json{
      {"year", year},
      {"day", day.str()},
      {"total",
       {{"plan", whole.plan.to_yuan()}, {"paid", whole.paid.to_yuan()}, {"refunded", whole.refunded.to_yuan()}}},
      {"items", items},
      {"fresh", {{"at", sums.rollup ? Json(time_text(sums.at_ms)) : Json(nullptr)}, {"rollup", sums.rollup}}}};
}

} // namespace

Result<Answer> show_curve(Call& call, const Request& request) {
  OB_TRY(const int year, plugin::year_of(request, kWrong));
  OB_TRY(const std::string filter, plugin::filter_of(request, year, kWrong));
  OB_TRY(const Sums sums, sums_of(call, filter));
  OB_TRY(const Json answer, json_of(sums, year, call.today()));
  return Answer::json(answer);
}

} // namespace onebudget::treasury
