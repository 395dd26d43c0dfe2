// GET /curve: usage plans and payments of a year by month, from rollups, as the caller sees them.

#include <algorithm>

#include "plugins/treasury/domain/plan/curve.hpp"
#include "plugins/treasury/service/facts.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::treasury {

namespace {

constexpr int kFirstYear = 1990, kLastYear = 2100;
using Months = std::array<MonthSums, kMonths>;

Fault bad_parameter(const std::string& name, const Text& should) {
  return fault(FaultKind::malformed, "treasury.parameter", {name + " " + should.zh, name + " " + should.en});
}

bool all_digits(const std::string& text) { return text.find_first_not_of("0123456789") == std::string::npos; }

Result<int> year_of(const Request& request) {
  const auto number = RecordId::parse(request.parameter("year").value_or(""));
  if (number && number->value >= kFirstYear && number->value <= kLastYear) return static_cast<int>(number->value);
  return bad_parameter("year", {"应为四位年度，如 2026。", "is a year of four digits, such as 2026."});
}

/// What plans and vouchers are both narrowed by.
Result<std::string> filter_of(const Request& request, int year) {
  std::string out = "fiscal_year==" + std::to_string(year);
  const std::pair<const char*, const char*> ways[] = {
      {"department", "department"}, {"unit", "unit"}, {"fund", "fund_kind"}};
  for (const auto& [name, field] : ways)
    if (const auto value = request.parameter(name)) {
      if (std::string_view(name) == "unit" && !RecordId::parse(*value))
        return bad_parameter(name, {"应为单位的编号。", "is the id of a unit."});
      out += std::string(";") + field + "==" + plugin::quoted(*value);
    }
  if (const auto region = request.parameter("region")) {
    const bool right = all_digits(*region) && (region->size() == 6 || region->size() == 9);
    if (!right)
      return bad_parameter("region", {"应为六位或九位区划代码。", "is a region's code of six or nine digits."});
    out += ";region_code==" + region_prefix(*region) + "*";
  }
  if (const auto function = request.parameter("function")) {
    if (function->empty() || !all_digits(*function))
      return bad_parameter("function", {"应为功能科目代码的开头。", "is the beginning of a functional class."});
    out += ";functional_class==" + *function + "*";
  }
  return out;
}

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
  OB_TRY(const int year, year_of(request));
  OB_TRY(const std::string filter, filter_of(request, year));
  OB_TRY(const Sums sums, sums_of(call, filter));
  OB_TRY(const Json answer, json_of(sums, year, call.today()));
  return Answer::json(answer);
}

} // namespace onebudget::treasury
