#include "plugins/ledger/domain/document/project_total.hpp"

namespace onebudget::ledger {

namespace {

/// The project of a side that counts as issued; empty for money that waits with the finance department.
std::string project_of(const std::optional<Indicator>& side) {
  const bool issued = side && (side->stage == "to_issue" || side->stage == "executable");
  return issued ? side->element("project_code") : std::string();
}

/// An issue is looked at where the budget is compiled, and what is carried over was issued before.
bool raises(const std::string& kind) { return kind == "add" || kind == "adjust" || kind == "transfer"; }

struct Added {
  Money sum;
  int line = 0; ///< the last that adds; 0 = none
};

/// Sums beyond what money holds are beyond every total: nothing.
std::optional<Added> added_to(const std::string& project, const Document& document) {
  Added out;
  for (const DocumentLine& line : document.lines) {
    if (project_of(line.target) == project) {
      const auto more = out.sum.plus(line.amount);
      if (!more) return std::nullopt;
      out = {*more, line.line};
    }
    if (project_of(line.source) == project) {
      const auto less = out.sum.minus(line.amount);
      if (!less) return std::nullopt;
      out.sum = *less;
    }
  }
  return out;
}

} // namespace

std::set<std::string> raised_projects(const Document& document) {
  std::set<std::string> out;
  if (!raises(document.kind)) return out;
  for (const DocumentLine& line : document.lines) {
    const std::string project = project_of(line.target);
    if (!project.empty() && project != project_of(line.source)) out.insert(project);
  }
  return out;
}

std::vector<FieldFault> check_project_totals(const Document& document,
                                             const std::map<std::string, ProjectFacts>& projects) {
  std::vector<FieldFault> findings;
  for (const std::string& code : raised_projects(document)) {
    const auto known = projects.find(code);
    if (known == projects.end()) continue;
    const ProjectFacts& project = known->second;
    const auto added = added_to(code, document);
    const auto after = project.issued.plus(added ? added->sum : Money());
    if (added && (added->sum <= Money() || (after && *after <= project.total))) continue;
    const std::string total = project.total.to_yuan(), issued = project.issued.to_yuan(),
                      sum = added ? added->sum.to_yuan() : "";
    findings.push_back(
        {"/lines/" + std::to_string(added ? added->line : document.lines.front().line) + "/amount",
         "ledger.project_total",
         {"项目 " + code + " 总额 " + total + " 元，已下达 " + issued + " 元，余额不足以增加 " + sum + " 元。",
          "The project " + code + " has a total of " + total + " yuan, of which " + issued +
              " were issued; it has no room for " + sum + " more."},
         {"请减少金额，或先在项目库调整项目总额。",
          "Add less, or have the total changed in the project library first."}});
  }
  return findings;
}

} // namespace onebudget::ledger
