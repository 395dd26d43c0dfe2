#include "plugins/compilation/domain/forecast/forecast.hpp"

#include <random>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

History history_of(const Case& one) {
  History history;
  for (const auto& [name, value] : one.given) {
    if (name.rfind("预", 0) == 0) history.budgets[std::stoi(name.substr(3))] = yuan(value);
    if (name.rfind("决", 0) == 0) history.finals[std::stoi(name.substr(3))] = yuan(value);
  }
  return history;
}

std::vector<ForecastCell> many(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<ForecastCell> out;
  for (int i = 0; i < 300; ++i) {
    ForecastCell cell{"D" + std::to_string(random() % 12),
                      "20" + std::to_string(random() % 9),
                      "R" + std::to_string(random() % 7),
                      {}};
    std::int64_t level = 1'000'000 + static_cast<std::int64_t>(random() % 90'000'000);
    for (int year = 2018; year <= 2025; ++year) {
      level += level * (static_cast<std::int64_t>(random() % 21) - 8) / 100;
      cell.history.budgets[year] = Money::from_fen(level);
      cell.history.finals[year] = Money::from_fen(level * (85 + static_cast<std::int64_t>(random() % 12)) / 100);
    }
    cell.history.budgets[2026] = Money::from_fen(level);
    out.push_back(std::move(cell));
  }
  return out;
}

std::vector<History> histories(const std::vector<ForecastCell>& cells) {
  std::vector<History> out;
  for (const ForecastCell& cell : cells) out.push_back(cell.history);
  return out;
}

TEST(Forecast, is_made_in_every_case) {
  EXPECT_EQ(run("forecast",
                [](const Case& one) {
                  for (std::size_t i = 0; i < kForecastNames.size(); ++i) {
                    if (one.when != kForecastNames[i]) continue;
                    const auto amount = forecast(static_cast<ForecastMethod>(i), history_of(one), 2026);
                    return Lines{amount ? amount->to_yuan() : "nothing"};
                  }
                  return Lines{"no method"};
                }),
            Lines());
}

TEST(Forecast, later_figures_of_the_target_year_and_after_change_nothing) {
  for (const ForecastCell& cell : many(3)) {
    History leaky = cell.history;
    for (int year = 2023; year <= 2025; ++year) leaky.finals[year] = Money::from_fen(1);
    leaky.budgets[2024] = leaky.budgets[2025] = Money::from_fen(1);
    for (const ForecastMethod method :
         {ForecastMethod::naive, ForecastMethod::budget, ForecastMethod::ratio3, ForecastMethod::damped})
      EXPECT_EQ(forecast(method, cell.history, 2023), forecast(method, leaky, 2023));
  }
}

TEST(Forecast, sums_by_department_function_and_region_agree_to_the_fen) {
  for (const ForecastMethod method : {ForecastMethod::naive, ForecastMethod::ratio3, ForecastMethod::damped}) {
    const auto sums = forecast_all(many(4), method, 2026);
    for (const auto* level : {&sums->departments, &sums->functions, &sums->regions}) {
      Money sum;
      for (const auto& [name, amount] : *level) sum = *sum.plus(amount);
      EXPECT_EQ(sum, sums->total);
    }
  }
}

TEST(Forecast, is_judged_beside_the_plain_one) {
  const auto lines = backtest(histories(many(5)), 2022, 2025);
  ASSERT_EQ(lines->size(), 4U);
  for (const BacktestLine& line : *lines) {
    EXPECT_EQ(line.years, 1200);
    std::printf("backtest %s: %s\n", kForecastNames[static_cast<std::size_t>(line.method)],
                line.relative.percent().c_str());
  }
  EXPECT_EQ(best_of(*lines), ForecastMethod::ratio3) << "finals follow budgets in this world";
  EXPECT_LT((*lines)[2].absolute, (*lines)[1].absolute);
}

TEST(Forecast, a_backtest_without_history_judges_nothing) {
  const auto lines = backtest({History{}}, 2020, 2025);
  for (const BacktestLine& line : *lines) EXPECT_EQ(line.years, 0);
  EXPECT_EQ(best_of(*lines), ForecastMethod::naive);
}

} // namespace
} // namespace onebudget::compilation
