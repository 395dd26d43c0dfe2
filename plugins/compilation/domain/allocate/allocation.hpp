#pragma once
// Recommendation: which projects to fund under several ceilings at once (fund × department × region × year), the
// committed first. What is here states the problem and explains the answer; a solver finds it.

#include <map>
#include <string>
#include <vector>

#include "plugins/compilation/domain/review/spending_order.hpp"

namespace onebudget::compilation {

/// A 0-1 program: take items, the most value, within every row. Whole numbers only.
struct Program {
  struct Row {
    std::string name;
    std::vector<std::pair<std::size_t, std::int64_t>> uses; ///< item, weight
    std::int64_t limit = 0;
  };
  std::vector<std::int64_t> values;
  std::vector<signed char> fixed; ///< 1 taken, 0 left out, −1 free
  std::vector<Row> rows;
};

struct Solution {
  std::vector<bool> taken;
  std::int64_t value = 0, bound = 0; ///< no solution is worth more than `bound`
  bool proven = false;               ///< value equals bound, within one unit
  bool stopped = false;              ///< the time ran out first
  [[nodiscard]] Ratio gap() const;   ///< (bound − value) / bound, rounded up
};

struct Wish {
  Claim claim;
  std::vector<std::string> ceilings; ///< names of all ceilings it draws on
  std::string excludes;              ///< group of which one may be taken (confirmed duplicates); empty = none
};

/// Rule compilation.recommendation: orders 1…5 are taken, class D of the others is left out, the rest is worth score
/// (with the priority that an evaluation gave) × amount × urgency (order 6: 4, 7: 2, 8: 1). Faults: compilation.order;
/// compilation.committed_gap when what is committed exceeds a ceiling, naming each and what it lacks;
/// compilation.ceiling_unknown.
Result<Program> state_program(const std::vector<Wish>& wishes, const std::map<std::string, Money>& ceilings);

/// Every row holds and every fixed item is as fixed: checked in whole numbers whatever the solver said.
bool feasible(const Program& program, const std::vector<bool>& taken);
/// Fills the greedy way, best value per amount first: the plain baseline and a start for the solver.
std::vector<bool> greedy(const Program& program);

/// One reason for each wish, in their order.
std::vector<Text> explain(const std::vector<Wish>& wishes, const Program& program, const std::vector<bool>& taken);

} // namespace onebudget::compilation
