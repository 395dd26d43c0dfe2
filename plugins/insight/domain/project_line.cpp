#include "plugins/insight/domain/project_line.hpp"

#include <string_view>

namespace onebudget::insight {

namespace {

/// Who evaluates, the weightiest last; zero for kinds that judge no project.
int weight_of(std::string_view kind) {
  if (kind == "self") return 1;
  if (kind == "department") return 2;
  return kind == "finance" ? 3 : 0;
}

/// A draft that no money hangs on is the unit's own business.
bool own_business(const ProjectFacts& project, const YearFacts& year) {
  if (project.status != "draft" && project.status != "returned") return false;
  return year.approved == Money() && year.indicator == Money() && year.paid == Money() && year.contract == Money();
}

} // namespace

bool guaranteed(bool marked, const std::string& spending_order) {
  return marked || spending_order == "livelihood" || spending_order == "wages" || spending_order == "operation";
}

void OpenAlerts::add(const std::string& level) {
  if (level == "grey") ++grey;
  if (level == "red") ++red;
  if (level == "orange") ++orange;
  if (level == "yellow") ++yellow;
  if (level == "blue") ++blue;
}

std::string OpenAlerts::gravest() const {
  if (grey > 0) return "grey";
  if (red > 0) return "red";
  if (orange > 0) return "orange";
  if (yellow > 0) return "yellow";
  return blue > 0 ? "blue" : "none";
}

void take_evaluation(YearFacts& year, const std::vector<Evaluated>& evaluations) {
  int decisive = 0, final_from = 0;
  for (const Evaluated& one : evaluations) {
    const int weight = weight_of(one.kind);
    const bool confirmed = one.status == "confirmed";
    if (weight == 0 || (!confirmed && one.status != "submitted")) continue;
    if (weight == 1) year.self_score = one.total;
    if (!confirmed) continue;
    if (weight > 1 && weight >= final_from) {
      year.final_score = one.total;
      final_from = weight;
    }
    if (weight >= decisive && !one.grade.empty()) {
      year.grade = one.grade;
      decisive = weight;
    }
  }
}

std::vector<ProjectLine> project_lines(const ProjectFacts& project, const std::map<int, YearFacts>& years) {
  std::vector<ProjectLine> out;
  for (const auto& [year, facts] : years) {
    if (year == project.fiscal_year) continue;
    const bool earlier = year < project.fiscal_year;
    out.push_back({year, earlier ? "carried_over" : project.status, Money(), facts});
  }
  const auto own = years.find(project.fiscal_year);
  const YearFacts facts = own == years.end() ? YearFacts() : own->second;
  if (!own_business(project, facts)) out.push_back({project.fiscal_year, project.status, project.declared, facts});
  return out;
}

} // namespace onebudget::insight
