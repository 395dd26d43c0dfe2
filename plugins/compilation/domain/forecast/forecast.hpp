#pragma once
// Rolling forecast and its backtest. Four methods, one of them honest and plain; a target year's later figures are
// never read. All in whole fen. Cells (department × function × region) are forecast each by itself and summed, so that
// the sums by department, by function and by region agree to the fen.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sdk/values/ratio.hpp"

namespace onebudget::compilation {

enum class ForecastMethod { naive, budget, ratio3, damped };
inline constexpr std::array<const char*, 4> kForecastNames = {"naive", "budget", "ratio3", "damped"};

struct History {
  std::map<int, Money> budgets; ///< adopted, by year; known before the year begins
  std::map<int, Money> finals;  ///< executed, by year; known when the year is over
};

/// naive: the last final. budget: the year's adopted budget. ratio3: the budget × the mean share executed of the last
/// three years. damped: the last final + a trend of up to three years, damped by 0.8. Reads finals before `year` and
/// budgets up to `year` only. Nothing when what it needs is missing.
std::optional<Money> forecast(ForecastMethod method, const History& history, int year);

struct BacktestLine {
  ForecastMethod method = ForecastMethod::naive;
  int years = 0;
  Money absolute; ///< Σ |forecast − final|
  Ratio relative; ///< Σ |forecast − final| / Σ |final|, rounded half up
};
/// Every year of `from`…`to` is forecast as if it were still ahead, over all cells where all four can; one line for
/// each method. Fault money.overflow.
Result<std::vector<BacktestLine>> backtest(const std::vector<History>& cells, int from, int to);
/// The method with the least error; the naive one where it is as good.
ForecastMethod best_of(const std::vector<BacktestLine>& lines);

struct ForecastCell {
  std::string department, function, region;
  History history;
};
struct ForecastSums {
  std::map<std::string, Money> departments, functions, regions;
  Money total;
  int skipped = 0; ///< cells without what the method needs
};
/// Fault money.overflow.
Result<ForecastSums> forecast_all(const std::vector<ForecastCell>& cells, ForecastMethod method, int year);

} // namespace onebudget::compilation
