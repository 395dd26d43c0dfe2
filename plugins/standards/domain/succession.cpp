#include "plugins/standards/domain/succession.hpp"

namespace onebudget::standards {

namespace {

FieldFault finding(const char* field, Text message, Text remedy) {
  return {field, "standards.succession", std::move(message), std::move(remedy)};
}

} // namespace

std::vector<FieldFault> check_succession(const Succession& succession) {
  std::vector<FieldFault> findings;
  if (!succession.from_known)
    findings.push_back(finding(
        "/from_code",
        {"原编码 " + succession.from_code + " 不在 " + std::to_string(succession.from_year) + " 年度的代码表中。",
         "The list of " + std::to_string(succession.from_year) + " has no code " + succession.from_code + "."},
        {"请核对代码表、年度和编码。", "Check list, year and code."}));
  if (succession.to_year <= succession.from_year)
    findings.push_back(finding("/to_year",
                               {"新编码所在年度须晚于原编码所在年度。", "The later year must follow the earlier one."},
                               {"请修改年度，如 2026 到 2027。", "Change one of the years, such as 2026 to 2027."}));
  const bool gone = succession.kind == SuccessionKind::withdrawn;
  if (gone && !succession.to_code.empty())
    findings.push_back(
        finding("/to_code", {"停用的编码没有新编码。", "A withdrawn code has no successor."},
                {"请清空新编码，或改选改码、拆分、合并。", "Clear it, or choose renamed, split or merged."}));
  if (!gone && succession.to_code.empty())
    findings.push_back(finding(
        "/to_code", {"改码、拆分、合并须填写新编码。", "A code that is renamed, split or merged leads to a code."},
        {"请填写新编码；停用请选“停用”。", "Give the new code, or choose withdrawn."}));
  return findings;
}

std::string suggested(const std::vector<Succession>& of_one_code) {
  std::string only;
  for (const Succession& succession : of_one_code) {
    if (succession.kind == SuccessionKind::split) return "";
    if (succession.to_code.empty() || succession.to_code == only) continue;
    if (!only.empty()) return "";
    only = succession.to_code;
  }
  return only;
}

} // namespace onebudget::standards
