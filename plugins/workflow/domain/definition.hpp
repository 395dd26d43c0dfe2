#pragma once
// A definition of an approval (审批流定义): which steps a case takes, by its amount, category and office.

#include <optional>
#include <string>
#include <vector>

#include "sdk/values/money.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::workflow {

enum class Mode { single, all, any, in_order }; ///< one person, 会签, 或签, 依次

/// What a missed deadline does. Approving is not among them: silence never approves.
enum class Overdue { remind, escalate, send_back };

struct Step {
  std::string id;
  int rank = 1; ///< steps of one rank run side by side; the next rank begins when all of them have ended
  Mode mode = Mode::single;
  std::vector<std::string> roles;
  // When the step is taken; what is left open holds for every case. An amount is from `from` to below `below`.
  std::optional<Money> from, below;
  std::vector<std::string> categories, offices;
  std::optional<int> workdays; ///< deadline
  Overdue overdue = Overdue::remind;
  std::string escalate_to; ///< a role, for Overdue::escalate
};

struct Definition {
  std::vector<std::string> categories, offices; ///< all that cases may have; empty = the case has none
  std::vector<Step> steps;
};

struct Facts {
  Money amount;
  std::string category, office;
};

/// Rule workflow.definition: 1 to 100 steps with ids and roles of their own, no step that no case can reach, no case
/// without a step. Fields are JSON pointers into the definition.
std::vector<FieldFault> check_definition(const Definition& definition);

/// Rule workflow.way: the steps a case takes, rank by rank; within a rank in the order of the definition. A case whose
/// category or office the definition does not know, or with a negative amount, is refused: workflow.facts.
Result<std::vector<std::vector<Step>>> way(const Definition& definition, const Facts& facts);

} // namespace onebudget::workflow
