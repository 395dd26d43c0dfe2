// The solver finds what is known to be best, and says the same twice.
#include "plugins/compilation/solver/cbc.hpp"

#include <csignal>
#include <fstream>
#include <random>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

/// One problem of the OR-Library in tenths, since some figures have one decimal.
struct Known {
  Program program;
  std::int64_t best = 0;
};

std::int64_t tenths(std::istream& file) {
  double number = 0;
  file >> number;
  return std::llround(number * 10);
}

std::vector<Known> known() {
  std::ifstream file(ONEBUDGET_PLUGIN_SOURCE "/tests/data/mknap1.txt");
  int count = 0;
  file >> count;
  std::vector<Known> out;
  for (int k = 0; k < count; ++k) {
    std::size_t items = 0, rows = 0;
    Known one;
    file >> items >> rows;
    one.best = tenths(file);
    for (std::size_t i = 0; i < items; ++i) one.program.values.push_back(tenths(file));
    one.program.fixed.assign(items, -1);
    one.program.rows.resize(rows);
    for (auto& row : one.program.rows)
      for (std::size_t i = 0; i < items; ++i) row.uses.emplace_back(i, tenths(file));
    for (auto& row : one.program.rows) row.limit = tenths(file);
    EXPECT_TRUE(file.good() || file.eof());
    out.push_back(std::move(one));
  }
  return out;
}

TEST(Solver, finds_the_seven_optima_of_the_library) {
  const auto problems = known();
  ASSERT_EQ(problems.size(), 7U);
  int greedy_is_worse = 0;
  for (const Known& one : problems) {
    const auto solution = solve(one.program, {});
    ASSERT_TRUE(solution.ok()) << solution.fault().message.en;
    EXPECT_EQ(solution->value, one.best);
    EXPECT_TRUE(solution->proven);
    EXPECT_TRUE(feasible(one.program, solution->taken));
    std::int64_t plain = 0;
    const auto taken = greedy(one.program);
    for (std::size_t i = 0; i < taken.size(); ++i) plain += taken[i] ? one.program.values[i] : 0;
    greedy_is_worse += plain < one.best ? 1 : 0;
  }
  EXPECT_GE(greedy_is_worse, 3) << "sorting by score would not do";
}

TEST(Solver, says_the_same_to_the_same_seed) {
  const auto problems = known();
  for (const Known& one : problems) EXPECT_EQ(solve(one.program, {})->taken, solve(one.program, {})->taken);
}

TEST(Solver, a_limit_of_one_node_leaves_a_gap_that_is_told) {
  std::mt19937 random(5);
  Program hard;
  hard.rows.resize(5);
  for (std::size_t i = 0; i < 100; ++i) {
    hard.values.push_back(100 + static_cast<std::int64_t>(random() % 900));
    hard.fixed.push_back(-1);
    for (auto& row : hard.rows) row.uses.emplace_back(i, 100 + static_cast<std::int64_t>(random() % 900));
  }
  for (auto& row : hard.rows) row.limit = 25'000;
  SolveLimits one_node;
  one_node.nodes = 1;
  const auto solution = solve(hard, one_node);
  ASSERT_TRUE(solution.ok());
  EXPECT_TRUE(feasible(hard, solution->taken));
  EXPECT_GE(solution->bound, solution->value);
  EXPECT_LT(solution->gap(), Ratio::from_percent(10));
  EXPECT_EQ(solution->taken, solve(hard, one_node)->taken);
}

TEST(Solver, an_empty_program_is_solved_and_signals_stay_as_they_are) {
  struct sigaction before = {}, after = {};
  sigaction(SIGINT, nullptr, &before);
  EXPECT_TRUE(solve({}, {})->proven);
  EXPECT_TRUE(solve(known().front().program, {})->proven);
  sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

TEST(Solver, what_is_fixed_stays_fixed) {
  Program program = known().front().program;
  program.fixed[0] = 0;
  program.fixed[1] = 1;
  const auto solution = solve(program, {});
  EXPECT_FALSE(solution->taken[0]);
  EXPECT_TRUE(solution->taken[1]);
}

} // namespace
} // namespace onebudget::compilation
