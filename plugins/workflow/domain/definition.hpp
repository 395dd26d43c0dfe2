#pragma once
// A definition of an approval (审批流定义): which steps a case takes, by its amount, category and office.

#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::workflow {

enum class Mode { single, all, any, in_order }; ///< one person, 会签, 或签, 依次

/// What a missed deadline does. Approving is not among them: silence never approves.
enum class Overdue { remind, escalate, send_back };

/// Where the role of a step is looked for, seen from the unit that owns the case.
enum class At {
  nearest,    ///< whoever reaches the unit from the nearest node
  unit,       ///< the unit itself
  department, ///< its department (主管部门)
  division,   ///< the finance division that supervises its department (业务处室)
  region,     ///< its region's finance, without a division of departments
  upper       ///< the finance of the next region above
};

/// 分步骤字段权限: a field of the subject that whoever handles the step fills in or changes while approving.
struct FieldRight {
  std::string name;
  bool required = false; ///< the step is not approved while it is empty
};

struct Step {
  std::string id, title;
  int rank = 1; ///< steps of one rank run side by side; the next rank begins when all of them have ended
  Mode mode = Mode::single;
  std::vector<std::string> roles;
  At at = At::nearest;
  // When the step is taken; what is left open holds for every case. An amount is from `from` to below `below`.
  std::optional<Money> from, below;
  std::vector<std::string> categories, offices;
  std::optional<int> workdays; ///< deadline, counted from the day the step opens
  std::optional<Day> by;       ///< deadline on a fixed day; the earlier one counts
  Overdue overdue = Overdue::remind;
  std::string escalate_to; ///< a role, for Overdue::escalate
  std::string transition;  ///< of the subject, made when the step has ended
  std::vector<FieldRight> fields;
};

struct Definition {
  std::vector<std::string> categories, offices; ///< all that cases may have; empty = the definition does not ask
  std::vector<std::string> owner_kinds;         ///< unit, department; empty = any
  std::vector<Step> steps;
  // Transitions of the subject at the case's turns; empty = the subject does not move.
  std::string on_finish, on_return, on_withdraw;
};

struct Facts {
  Money amount;
  std::string category, office;
  std::string owner_kind; ///< unit or department
};

/// Rule workflow.definition: 1 to 100 steps with ids and roles of their own, no step that no case can reach, no case
/// without a step. Fields are JSON pointers into the definition.
std::vector<FieldFault> check_definition(const Definition& definition);

/// Rule workflow.way: the steps a case takes, rank by rank; within a rank in the order of the definition. A case whose
/// category or office the definition does not know, or with a negative amount, is refused: workflow.facts.
Result<std::vector<std::vector<Step>>> way(const Definition& definition, const Facts& facts);

/// A published definition as far as the choice needs it.
struct Offer {
  std::string code;
  std::string region_path; ///< empty = the whole tree
  std::vector<std::string> categories, owner_kinds;
};

/// Rule workflow.choice: of the definitions that serve the case the one for the smaller region, then the one that names
/// the category, then the one that names the kind of owner, then the first by code; none when nothing serves it.
std::optional<std::size_t> choose(const std::vector<Offer>& offers, const Facts& facts, const std::string& owner_path);

const Step* find_step(const Definition& definition, const std::string& id);

} // namespace onebudget::workflow
