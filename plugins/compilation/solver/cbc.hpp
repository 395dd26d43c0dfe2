#pragma once
// COIN-OR CBC behind a plain function. Runs inside the server on one thread; nothing of it is seen outside this folder.

#include "plugins/compilation/domain/allocate/allocation.hpp"

namespace onebudget::compilation {

struct SolveLimits {
  int seconds = 20;    ///< wall time; what was found until then is answered with its gap
  int nodes = 200'000; ///< a limit that does not depend on the machine: with it the same question has one answer
  int seed = 20'260'101;
};

/// The best choice, exact or with a proven gap; the same program, seed and node limit give the same answer unless the
/// time ran out (`stopped`). Every answer is checked in whole numbers. One solve at a time. Faults:
/// compilation.solver_busy (limited, try again), compilation.solver (internal).
Result<Solution> solve(const Program& program, const SolveLimits& limits);

} // namespace onebudget::compilation
