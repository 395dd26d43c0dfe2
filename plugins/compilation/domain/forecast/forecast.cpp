#include "plugins/compilation/domain/forecast/forecast.hpp"

#include <algorithm>

namespace onebudget::compilation {

namespace {

constexpr ForecastMethod kAll[] = {ForecastMethod::naive, ForecastMethod::budget, ForecastMethod::ratio3,
                                   ForecastMethod::damped};
constexpr int kLookBack = 3;
constexpr std::int64_t kDampTenths = 8;

std::optional<Money> at(const std::map<int, Money>& series, int year) {
  const auto found = series.find(year);
  return found == series.end() ? std::nullopt : std::optional<Money>(found->second);
}

std::optional<Money> plain(const Result<Money>& amount) {
  return amount ? std::optional<Money>(*amount) : std::nullopt;
}

/// Σ finals / Σ budgets of the three years before, on the year's budget.
std::optional<Money> by_ratio(const History& history, int year) {
  const auto budget = at(history.budgets, year);
  std::int64_t finals = 0, budgets = 0;
  int years = 0;
  for (int past = year - 1; past >= year - kLookBack; --past) {
    const auto spent = at(history.finals, past), planned = at(history.budgets, past);
    if (!spent || !planned) continue;
    if (__builtin_add_overflow(finals, spent->fen(), &finals) ||
        __builtin_add_overflow(budgets, planned->fen(), &budgets))
      return std::nullopt;
    ++years;
  }
  if (!budget || years == 0 || budgets <= 0) return std::nullopt;
  return plain(budget->scaled(finals, budgets, Rounding::half_up));
}

/// The last final and 0.8 of the mean yearly change over up to three years.
std::optional<Money> by_trend(const History& history, int year) {
  const auto last = at(history.finals, year - 1);
  if (!last) return std::nullopt;
  int first = year - 1;
  while (first > year - 1 - kLookBack && at(history.finals, first - 1)) --first;
  const int steps = year - 1 - first;
  if (steps == 0) return last;
  const auto change = last->minus(*at(history.finals, first));
  const auto trend = change ? change->scaled(kDampTenths, 10LL * steps, Rounding::half_up) : change;
  return trend ? plain(last->plus(*trend)) : std::nullopt;
}

Money size_of(Money amount) { return amount < Money() ? Money::from_fen(-amount.fen()) : amount; }

/// All four forecasts of a year, or nothing when one cannot be made.
std::optional<std::array<Money, 4>> all_four(const History& history, int year) {
  std::array<Money, 4> out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto one = forecast(kAll[i], history, year);
    if (!one) return std::nullopt;
    out[i] = *one;
  }
  return out;
}

} // namespace

std::optional<Money> forecast(ForecastMethod method, const History& history, int year) {
  switch (method) {
    case ForecastMethod::naive:
      return at(history.finals, year - 1);
    case ForecastMethod::budget:
      return at(history.budgets, year);
    case ForecastMethod::ratio3:
      return by_ratio(history, year);
    case ForecastMethod::damped:
      return by_trend(history, year);
  }
  return std::nullopt;
}

Result<std::vector<BacktestLine>> backtest(const std::vector<History>& cells, int from, int to) {
  std::vector<BacktestLine> out;
  for (const ForecastMethod method : kAll) out.push_back({method, 0, {}, {}});
  Money whole;
  for (const History& cell : cells)
    for (int year = from; year <= to; ++year) {
      const auto truth = at(cell.finals, year);
      const auto said = all_four(cell, year);
      if (!truth || !said) continue;
      OB_TRY(whole, whole.plus(size_of(*truth)));
      for (std::size_t i = 0; i < out.size(); ++i) {
        OB_TRY(const Money error, (*said)[i].minus(*truth));
        OB_TRY(out[i].absolute, out[i].absolute.plus(size_of(error)));
        ++out[i].years;
      }
    }
  for (BacktestLine& line : out) {
    const auto relative = Ratio::of(line.absolute, whole, Rounding::half_up);
    if (relative) line.relative = *relative;
  }
  return out;
}

ForecastMethod best_of(const std::vector<BacktestLine>& lines) {
  const auto best = std::min_element(
      lines.begin(), lines.end(), [](const BacktestLine& a, const BacktestLine& b) { return a.absolute < b.absolute; });
  return best == lines.end() ? ForecastMethod::naive : best->method;
}

Result<ForecastSums> forecast_all(const std::vector<ForecastCell>& cells, ForecastMethod method, int year) {
  ForecastSums out;
  for (const ForecastCell& cell : cells) {
    const auto amount = forecast(method, cell.history, year);
    if (!amount) {
      ++out.skipped;
      continue;
    }
    for (Money* sum :
         {&out.departments[cell.department], &out.functions[cell.function], &out.regions[cell.region], &out.total}) {
      OB_TRY(*sum, sum->plus(*amount));
    }
  }
  return out;
}

} // namespace onebudget::compilation
