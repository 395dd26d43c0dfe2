// 项目有余额: asks the project library for totals, and the indicators for what was issued.

#include "plugins/ledger/domain/document/project_total.hpp"
#include "plugins/ledger/service/document/draft.hpp"

namespace onebudget::ledger {

Result<std::vector<FieldFault>> check_totals(const Call& call, const Draft& draft) {
  const std::set<std::string> codes = raised_projects(draft.document);
  if (codes.empty()) return std::vector<FieldFault>();
  const auto told = call.send("compilation/1", "totals", {{"projects", codes}});
  if (!told && told.fault().code == "host.no_service") return std::vector<FieldFault>();
  if (!told) return told.fault();
  std::map<std::string, ProjectFacts> projects;
  std::set<std::string> quoted;
  for (const Json& item : Row(*told).at("projects")) {
    const Row project(item);
    projects[project.text("code")].total = project.money("total");
    quoted.insert(plugin::quoted(project.text("code")));
  }
  OB_CHECK(by_hundreds(quoted, "project_code", [&](const std::string& filter) -> Result<void> {
    OB_TRY(const auto sums,
           call.records().aggregate(kIndicator,
                                    {filter + ";stage=in=(to_issue,executable)", {"project_code"}, {"sum:amount"}}));
    for (const Row& sum : sums) projects[sum.text("project_code")].issued = sum.money("sum_amount");
    return {};
  }));
  return check_project_totals(draft.document, projects);
}

} // namespace onebudget::ledger
