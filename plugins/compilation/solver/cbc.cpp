#include "plugins/compilation/solver/cbc.hpp"

#include <cmath>
#include <coin/CbcHeuristic.hpp>
#include <coin/CbcModel.hpp>
#include <coin/CglGomory.hpp>
#include <coin/CglKnapsackCover.hpp>
#include <coin/CglMixedIntegerRounding2.hpp>
#include <coin/OsiClpSolverInterface.hpp>
#include <mutex>

namespace onebudget::compilation {

namespace {

constexpr double kNear = 1e-6, kHalf = 0.5;

Fault broken(const std::string& why) {
  return fault(FaultKind::internal, "compilation.solver",
               {"求解器未能给出可用的答案（" + why + "）。请把日志交给系统管理员。",
                "The solver gave no answer that holds (" + why + "). Give the log to the administrator."});
}

void load(const Program& program, OsiClpSolverInterface& solver) {
  const int count = static_cast<int>(program.values.size());
  CoinPackedMatrix matrix;
  matrix.setDimensions(0, count);
  std::vector<double> lower, upper, values, least, most;
  for (std::size_t i = 0; i < program.values.size(); ++i) {
    values.push_back(-static_cast<double>(program.values[i]));
    lower.push_back(program.fixed[i] == 1 ? 1 : 0);
    upper.push_back(program.fixed[i] == 0 ? 0 : 1);
  }
  for (const Program::Row& row : program.rows) {
    CoinPackedVector uses;
    for (const auto& [item, weight] : row.uses) uses.insert(static_cast<int>(item), static_cast<double>(weight));
    matrix.appendRow(uses);
    least.push_back(-COIN_DBL_MAX);
    most.push_back(static_cast<double>(row.limit));
  }
  solver.loadProblem(matrix, lower.data(), upper.data(), values.data(), least.data(), most.data());
  for (int i = 0; i < count; ++i) solver.setInteger(i);
}

void set_up(CbcModel& model, const SolveLimits& limits) {
  model.setLogLevel(0);
  model.solver()->messageHandler()->setLogLevel(0);
  model.setRandomSeed(limits.seed);
  model.setMaximumNodes(limits.nodes);
  model.setMaximumSeconds(limits.seconds);
  model.setUseElapsedTime(true);
  model.setAllowableGap(0);
  model.setAllowableFractionGap(0);
  model.setDblParam(CbcModel::CbcCutoffIncrement, 1 - kNear);
}

std::int64_t value_of(const Program& program, const std::vector<bool>& taken) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < taken.size(); ++i)
    if (taken[i]) sum += program.values[i];
  return sum;
}

Result<Solution> solved(const Program& program, const SolveLimits& limits) {
  OsiClpSolverInterface solver;
  solver.messageHandler()->setLogLevel(0);
  load(program, solver);
  CbcModel model(solver);
  set_up(model, limits);
  CglKnapsackCover covers;
  CglGomory gomory;
  CglMixedIntegerRounding2 rounding;
  model.addCutGenerator(&covers, -1, "covers");
  model.addCutGenerator(&gomory, -1, "gomory");
  model.addCutGenerator(&rounding, -1, "rounding");
  CbcRounding simple(model);
  model.addHeuristic(&simple);
  model.initialSolve();
  model.branchAndBound();

  Solution out;
  out.taken = greedy(program);
  out.stopped = model.isSecondsLimitReached();
  if (model.bestSolution() != nullptr) {
    std::vector<bool> best(program.values.size());
    for (std::size_t i = 0; i < best.size(); ++i) best[i] = model.bestSolution()[i] > kHalf;
    if (!feasible(program, best)) return broken("a ceiling is exceeded");
    if (value_of(program, best) >= value_of(program, out.taken)) out.taken = std::move(best);
  }
  if (!feasible(program, out.taken)) return broken("no choice");
  out.value = value_of(program, out.taken);
  out.bound = std::max(out.value, static_cast<std::int64_t>(std::floor(-model.getBestPossibleObjValue() + kNear)));
  out.proven = model.isProvenOptimal() || out.bound == out.value;
  if (out.proven) out.bound = out.value;
  return out;
}

} // namespace

Result<Solution> solve(const Program& program, const SolveLimits& limits) {
  if (program.values.empty()) return Solution{{}, 0, 0, true, false};
  static std::mutex one_at_a_time;
  const std::unique_lock lock(one_at_a_time, std::try_to_lock);
  if (!lock) {
    Fault busy = fault(FaultKind::limited, "compilation.solver_busy",
                       {"求解器正在计算另一个方案，请稍后重试。", "The solver works on another plan. Try again soon."});
    busy.retry_after_s = limits.seconds;
    return busy;
  }
  try {
    return solved(program, limits);
  } catch (const CoinError& error) {
    return broken(error.message());
  }
}

} // namespace onebudget::compilation
