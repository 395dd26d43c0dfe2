#pragma once
// Controls (控制设置): which indicators a control counts together, and what its edition must say.

#include <optional>
#include <string>
#include <vector>

#include "sdk/values/money.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::ledger {

struct Control {
  std::string id, region_code, level; ///< level: unit | department | region
  int fiscal_year = 0;
  std::string fund_kind, function_prefix; ///< empty = all together
  int warn_percent = 0, stop_percent = 100;
  bool hold = false;
  std::string override_role;
  Money override_limit;
};

struct Counted {
  std::string region_code, department_code, unit; ///< of the indicator; unit: id of the node
  int fiscal_year = 0;
  std::string stage, fund_kind, functional_class;
};

/// Rule ledger.control: warn below stop; whoever may let pass, and how much, is named when a warning holds.
std::vector<FieldFault> check_control(const Control& control);
/// The pool of a control that counts an indicator: control id and department or unit. Nothing when it is not counted.
std::optional<std::string> pool_of(const Control& control, const Counted& indicator);
/// What may still be used, in hundredths of a fen: budget × stop − used × 100. Fault money.overflow.
Result<std::int64_t> room(Money budget, Money used, int stop_percent);

} // namespace onebudget::ledger
