#include "plugins/compilation/domain/review/zero_base.hpp"

#include <numeric>

namespace onebudget::compilation {

namespace {

constexpr const char* kRule = "compilation.zero_base";

void check_disposition(const ZeroBase& sheet, ZeroBaseClass grade, std::vector<FieldFault>& findings) {
  const bool dropped = sheet.disposition == Disposition::cancel || sheet.disposition == Disposition::merge;
  if (grade == ZeroBaseClass::d && !dropped)
    findings.push_back({"/disposition",
                        kRule,
                        {hard_stop(sheet) ? "有一票否决情形，只能取消或合并。" : "丁类（D）只能取消或合并。",
                         "With a hard stop, or in class D, it is cancelled or merged."},
                        {"请改为取消或合并。", "Cancel or merge it."}});
  if (grade == ZeroBaseClass::c && sheet.disposition == Disposition::keep)
    findings.push_back({"/disposition",
                        kRule,
                        {"C 类应压减、合并或取消。", "Class C is cut, merged or cancelled."},
                        {"请改为压减。", "Cut it."}});
  if (dropped && !(sheet.approved == Money()))
    findings.push_back(
        {"/approved_amount",
         kRule,
         {"取消或合并的项目核定金额应为零。", "What is dropped gets nothing."},
         {"请改为零；合并的金额核入目标项目。", "Set it to zero; merged money is approved with the target."}});
  if (sheet.disposition == Disposition::merge && !sheet.has_merge_target)
    findings.push_back({"/merge_into",
                        kRule,
                        {"合并须指明并入的项目。", "A merger names its target."},
                        {"请选择项目。", "Choose the project."}});
}

} // namespace

int zero_base_total(const ZeroBase& sheet) { return std::accumulate(sheet.scores.begin(), sheet.scores.end(), 0); }

bool hard_stop(const ZeroBase& s) {
  return s.no_basis || s.duplicate || s.poor_last_year || s.no_goal || s.policy_lapsed;
}

ZeroBaseClass zero_base_class(const ZeroBase& sheet, const Policy& policy) {
  const int total = zero_base_total(sheet);
  if (hard_stop(sheet) || total < policy.class_c) return ZeroBaseClass::d;
  if (total < policy.class_b) return ZeroBaseClass::c;
  return total < policy.class_a ? ZeroBaseClass::b : ZeroBaseClass::a;
}

Money zero_base_limit(const ZeroBase& sheet, const Policy& policy) {
  switch (zero_base_class(sheet, policy)) {
    case ZeroBaseClass::a:
    case ZeroBaseClass::b:
      return sheet.measured;
    case ZeroBaseClass::c: {
      const auto share = policy.class_c_coefficient.share_of(sheet.measured, Rounding::down);
      return share ? *share : Money();
    }
    case ZeroBaseClass::d:
      break;
  }
  return {};
}

std::vector<FieldFault> check_zero_base(const ZeroBase& sheet, const Policy& policy) {
  std::vector<FieldFault> findings;
  for (std::size_t i = 0; i < sheet.scores.size(); ++i)
    if (sheet.scores[i] < 0 || sheet.scores[i] > policy.zero_base_points[i]) {
      const std::string most = std::to_string(policy.zero_base_points[i]);
      findings.push_back({kZeroBaseFields[i],
                          kRule,
                          {"本项 0 到 " + most + " 分。", "It has 0 to " + most + " points."},
                          {"请改正分数。", "Correct the points."}});
    }
  if (!findings.empty()) return findings;
  check_disposition(sheet, zero_base_class(sheet, policy), findings);
  const Money limit = zero_base_limit(sheet, policy);
  if (sheet.approved < Money() || limit < sheet.approved)
    findings.push_back({"/approved_amount",
                        kRule,
                        {"核定金额应在零和 " + limit.to_yuan() + " 元之间。",
                         "The approved amount lies between zero and " + limit.to_yuan() + " yuan."},
                        {"请核减。", "Lower it."}});
  if (sheet.approved < sheet.measured && !sheet.has_reason)
    findings.push_back({"/cut_reason",
                        kRule,
                        {"核减须说明原因。", "A cut needs its reason."},
                        {"请填写核减原因。", "Write the reason."}});
  const bool lives = sheet.disposition == Disposition::keep || sheet.disposition == Disposition::cut;
  if (lives &&
      (sheet.sunset_year < sheet.fiscal_year || sheet.sunset_year > sheet.fiscal_year + policy.sunset_years - 1)) {
    const std::string last = std::to_string(sheet.fiscal_year + policy.sunset_years - 1);
    findings.push_back(
        {"/sunset_year",
         kRule,
         {"到期年应在预算年度和 " + last + " 年之间。", "It ends between the fiscal year and " + last + "."},
         {"请填写到期年。", "Give the year it ends."}});
  }
  return findings;
}

} // namespace onebudget::compilation
