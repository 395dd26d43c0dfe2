// Hooks of goals, the library, schemes and parameters.
#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

using plugin::Action;

/// "{project or unit code}-{year}-{revision}".
Result<void> number_goal(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.after;
  std::string subject;
  if (row.has("project")) {
    OB_TRY(const Row project, call.records().get(kProject, row.ref("project")));
    report_cancelled(project, verdict);
    subject = project.text("code");
    if (project.text("unit") != row.text("unit"))
      verdict.report("/unit", "performance.goal", Text{"单位应为项目单位。", "The unit is the project's."},
                     Text{"请选择项目单位。", "Choose it."});
  } else {
    OB_TRY(const Row node, call.node(row.ref("unit")));
    subject = node.text("code");
  }
  verdict.assign("number", subject + "-" + std::to_string(row.number("fiscal_year")) + "-" +
                               std::to_string(row.number("revision", 1)));
  return {};
}

Result<void> check_submission(const Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const Scheme scheme, read_scheme(call, change.after.ref("scheme")));
  OB_TRY(const Goal goal, goal_of(call, change.after));
  verdict.report(check_goal(goal, scheme, parameters));
  verdict.assign("quality_score", quality_of(goal, parameters).score);
  return {};
}

/// One goal of a project and year holds; the one before it is kept as superseded.
Result<void> supersede_others(const Call& call, const Change& change) {
  const Row& row = change.after;
  const std::string subject = row.has("project") ? "project==" + row.text("project") : "unit==" + row.text("unit");
  OB_TRY(const auto others,
         call.records().list(kGoal, where(subject + ";fiscal_year==" + std::to_string(row.number("fiscal_year")) +
                                          ";status=in=(approved,to_confirm)")));
  for (const Row& other : others) {
    if (other.id() == change.id || other.has("project") != row.has("project")) continue;
    OB_CHECK(call.records().transition(kGoal, other.id(), other.version(), "supersede", row.text("number")));
  }
  return {};
}

} // namespace

Result<void> validate_goal(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::create) return number_goal(call, change, verdict);
  if (moves(change, "submit")) return check_submission(call, change, verdict);
  if (!moves(change, "approve")) return {};
  if (change.after.has("project")) {
    OB_TRY(const Row project, call.records().get(kProject, change.after.ref("project")));
    report_cancelled(project, verdict);
  }
  OB_CHECK(check_submission(call, change, verdict));
  if (verdict.findings() > 0) return {};
  verdict.assign("approved_on", plugin::abi(call.today()));
  return supersede_others(call, change);
}

Result<void> validate_goal_indicator(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  if (!written(change)) return {};
  const Measured line = measured_of(change.after);
  verdict.report(check_target(line.nature, line.target, line.unit));
  return {};
}

Result<void> validate_indicator(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  if (!written(change)) return {};
  const Row& row = change.after;
  constexpr const char* kRule = "performance.indicator";
  if (row.text("nature") != "qualitative" && row.text("unit_of_measure").empty())
    verdict.report("/unit_of_measure", kRule, Text{"定量指标应有计量单位。", "A quantitative indicator has a unit."},
                   Text{"请填写计量单位。", "Fill it in."});
  const bool none = row.text("benchmark_kind") == "none";
  if (none != row.text("benchmark").empty())
    verdict.report(
        "/benchmark_kind", kRule,
        Text{"有参考值的应注明来历，没有的选“无”。", "A benchmark says where it is from; without one choose none."},
        Text{"请改正。", "Correct it."});
  if (!none && row.text("benchmark_ref").empty())
    verdict.report("/benchmark_ref", kRule, Text{"参考值没有出处。", "The benchmark has no source."},
                   Text{"请填写出处；凭记忆的写明待核。", "Name it; say so if it is from memory."});
  return {};
}

Result<void> validate_scheme(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  if (!written(change)) return {};
  const auto scheme = scheme_of(change.after);
  if (scheme)
    verdict.report(check_scheme(*scheme));
  else
    verdict.report("/tree", scheme.fault().code, scheme.fault().message,
                   Text{"请按说明书填写指标树。", "Write the tree as the manual says."});
  return {};
}

Result<void> validate_parameter(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  if (!written(change)) return {};
  Parameters parameters;
  const auto set = parameters.set(change.after.text("code"), change.after.text("value"));
  if (!set)
    verdict.report(set.fault().code == "performance.parameter_code" ? "/code" : "/value", set.fault().code,
                   set.fault().message, Text{"请按说明填写。", "Follow the manual."});
  return {};
}

} // namespace onebudget::performance
