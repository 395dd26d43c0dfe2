// GET /forecast: every method beside the plain one, on budgets and finals of a data set.
#include "plugins/compilation/domain/forecast/forecast.hpp"

#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

namespace {

constexpr std::size_t kMostCells = 20'000;
constexpr int kBackYears = 5;

Result<void> add(std::map<int, Money>& series, int year, Money amount) {
  Money& sum = series[year];
  OB_TRY(sum, sum.plus(amount));
  return {};
}

/// Budgets are what was adopted, finals what was executed; other stages say nothing about either.
Result<std::vector<ForecastCell>> history_of(const Call& call, const std::string& dataset) {
  std::map<std::string, ForecastCell> cells;
  const std::string filter = "dataset==" + plugin::quoted(dataset) + ";stage=in=(adopted,actual)";
  const std::vector<std::string> group = {"fiscal_year", "stage", "department", "functional_class", "area_code"};
  OB_TRY(const auto rows, call.records().aggregate("compilation.budget_figure", {filter, group, {"sum:amount"}}));
  for (const Row& row : rows) {
    const std::string department = row.text("department"), function = row.text("functional_class"),
                      region = row.text("area_code");
    ForecastCell& cell = cells[department + "|" + function + "|" + region];
    cell.department = department;
    cell.function = function;
    cell.region = region;
    const bool budget = row.text("stage") == "adopted";
    OB_CHECK(add(budget ? cell.history.budgets : cell.history.finals, static_cast<int>(row.number("fiscal_year")),
                 row.money("sum_amount")));
    if (cells.size() > kMostCells)
      return fault(FaultKind::rule, "plugin.too_many",
                   {"数据超过 20000 格。请缩小数据集。", "There are more than 20,000 cells. Take a smaller data set."});
  }
  std::vector<ForecastCell> out;
  for (auto& [key, cell] : cells) out.push_back(std::move(cell));
  return out;
}

Json told(const std::map<std::string, Money>& sums) {
  Json out = Json::array();
  for (const auto& [code, amount] : sums) out.push_back({{"code", code}, {"amount", amount.to_yuan()}});
  return out;
}

} // namespace

Result<Answer> show_forecast(Call& call, const Request& request) {
  const int year = year_parameter(request, "year");
  const std::string dataset = request.parameter("dataset").value_or("");
  OB_TRY(const auto cells, history_of(call, dataset));
  if (cells.empty())
    return fault(
        FaultKind::not_found, "compilation.no_history",
        {"没有该数据集的预算和决算数。请先导入。", "The data set has no budgets and finals. Import them first."});
  std::vector<History> histories;
  for (const ForecastCell& cell : cells) histories.push_back(cell.history);
  OB_TRY(const auto lines, backtest(histories, year - kBackYears, year - 1));
  const ForecastMethod best = best_of(lines);
  Json methods = Json::array();
  for (const BacktestLine& line : lines) {
    OB_TRY(const auto sums, forecast_all(cells, line.method, year));
    methods.push_back({{"method", kForecastNames[static_cast<std::size_t>(line.method)]},
                       {"total", sums.total.to_yuan()},
                       {"skipped", sums.skipped},
                       {"judged", line.years},
                       {"absolute_error", line.absolute.to_yuan()},
                       {"relative_error", line.relative.percent()},
                       {"best", line.method == best}});
  }
  OB_TRY(const auto sums, forecast_all(cells, best, year));
  return Answer::json({{"dataset", dataset},
                       {"year", year},
                       {"cells", cells.size()},
                       {"backtest", {{"from", year - kBackYears}, {"to", year - 1}, {"methods", methods}}},
                       {"departments", told(sums.departments)},
                       {"functions", told(sums.functions)},
                       {"regions", told(sums.regions)},
                       {"total", sums.total.to_yuan()}});
}

} // namespace onebudget::compilation
