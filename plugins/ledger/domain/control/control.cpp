#include "plugins/ledger/domain/control/control.hpp"

namespace onebudget::ledger {

std::vector<FieldFault> check_control(const Control& control) {
  std::vector<FieldFault> findings;
  const auto say = [&](const char* field, const Text& message, const Text& remedy) {
    findings.push_back({field, "ledger.control", message, remedy});
  };
  if (control.warn_percent >= control.stop_percent)
    say("/warn_percent", {"预警线应低于控制线。", "The warning lies below the stop."},
        {"请调低预警线；不需要预警的填 0。", "Lower it; 0 = no warning."});
  if (control.hold && control.override_role.empty())
    say("/override_role", {"预警须放行时应写明由谁放行。", "A warning that holds names who may let it pass."},
        {"请填写角色编码。", "Give the role's code."});
  if (control.hold && control.override_limit <= Money())
    say("/override_limit", {"放行应有上限。", "Letting pass has a limit."},
        {"请填写每份单据的放行上限。", "Give the most for one document."});
  return findings;
}

std::optional<std::string> pool_of(const Control& control, const Counted& indicator) {
  const bool counted = indicator.stage == "executable" && control.region_code == indicator.region_code &&
                       control.fiscal_year == indicator.fiscal_year &&
                       (control.fund_kind.empty() || control.fund_kind == indicator.fund_kind) &&
                       indicator.functional_class.rfind(control.function_prefix, 0) == 0;
  if (!counted) return std::nullopt;
  if (control.level == "region") return control.id;
  return control.id + "/" + (control.level == "unit" ? indicator.unit : indicator.department_code);
}

Result<std::int64_t> room(Money budget, Money used, int stop_percent) {
  OB_TRY(const Money most, budget.times(stop_percent));
  OB_TRY(const Money taken, used.times(100));
  OB_TRY(const Money left, most.minus(taken));
  return left.fen();
}

} // namespace onebudget::ledger
