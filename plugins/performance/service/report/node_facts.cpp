// A department, a region or a region's year as reports print them: counts, sums and lists over its projects.
#include <algorithm>
#include <array>

#include "plugins/performance/domain/report/labels.hpp"
#include "plugins/performance/service/report/report.hpp"

namespace onebudget::performance {

namespace {

constexpr std::size_t kLowest = 20;
constexpr int kYears = 5; ///< of a report over years
constexpr const char* kAllKinds = "self,department,finance";

/// Sums of some projects.
struct Group {
  std::string name, link, first_code;
  std::int64_t evaluated = 0, points = 0;
  std::array<std::int64_t, 4> grades{};
  Money full, executed;

  Result<void> add(const Row& evaluation) {
    ++evaluated;
    points += points_in(evaluation, "total").hundredths();
    ++grades[static_cast<std::size_t>(grade_of(evaluation.text("grade")).value_or(Grade::good))];
    OB_TRY(full, full.plus(evaluation.money("full_budget")));
    OB_TRY(executed, executed.plus(evaluation.money("executed")));
    return {};
  }
  [[nodiscard]] std::int64_t average() const {
    return evaluated == 0 ? 0 : scaled(points, 1, evaluated, Rounding::half_up);
  }
  [[nodiscard]] std::vector<Printed> row() const {
    std::vector<Printed> out = {
        {name, link}, {std::to_string(evaluated), ""}, {Points::from_hundredths(average()).str(), ""}};
    for (const std::int64_t count : grades) out.push_back({std::to_string(count), ""});
    out.push_back({grouped(full), ""});
    out.push_back({grouped(executed), ""});
    out.push_back({rate_text(executed, full), ""});
    return out;
  }
};

/// Gathers for one node: who is inside, what the projects are called, which group a unit belongs to.
class Gathering {
 public:
  Gathering(const Call& call, ReportKind kind, const Row& node, int year)
      : call_(call), kind_(kind), node_(node), year_(year) {}

  Result<Facts> facts() {
    OB_TRY(const Parameters parameters, parameters_on(call_, call_.today()));
    set_common(facts_, year_, parameters);
    facts_.set("node.code", node_.text("code"));
    facts_.set("node.name", node_.text("name"));
    OB_TRY(const auto evaluations, of_year(year_));
    OB_CHECK(name_projects(evaluations));
    OB_CHECK(sum(evaluations));
    OB_CHECK(count_goals(evaluations.size()));
    OB_CHECK(list_results(evaluations));
    std::set<std::string> ids;
    std::map<std::string, std::string> names;
    OB_CHECK(self_evaluations(ids, names));
    OB_TRY(const Findings found, read_findings(call_, ids));
    facts_.set("findings.count", std::to_string(add_findings(found, names, facts_)));
    if (kind_ == ReportKind::year) {
      OB_CHECK(list_years());
      OB_CHECK(list_accountability(evaluations));
    }
    return std::move(facts_);
  }

 private:
  bool inside(const Row& unit) const {
    if (node_.text("kind") == "unit") return unit.text("code") == node_.text("code");
    if (unit.text("region_code") != node_.text("region_code")) return false;
    return node_.text("kind") != "department" || unit.text("department_code") == node_.text("department_code");
  }
  Result<std::vector<Row>> of_year(int year) const {
    return best_evaluations(call_, year, kAllKinds, [&](const Row& unit) { return inside(unit); });
  }
  Result<Row> unit_of(RecordId id) {
    const auto known = units_.find(id.str());
    if (known != units_.end()) return known->second;
    OB_TRY(const Row unit, call_.node(id));
    return units_[id.str()] = unit;
  }

  Result<void> name_projects(const std::vector<Row>& evaluations) {
    std::set<std::string> ids;
    for (const Row& row : evaluations) ids.insert(row.text("project"));
    return by_hundreds(ids, "id", [&](const std::string& filter) {
      return call_.records().each(kProject, where(filter, "", {"code", "name"}), [&](const Row& row) -> Result<void> {
        projects_[row.id().str()] = row;
        return {};
      });
    });
  }

  std::vector<Printed> project_row(const Row& evaluation, const Row& unit) {
    const Row& project = projects_[evaluation.text("project")];
    const std::string link = link_to("evaluation", evaluation.id().str());
    return {{project.text("code"), "/compilation/project/" + evaluation.text("project")},
            {project.text("name"), link},
            {unit.text("name"), ""},
            {label_of("evaluation_kind", evaluation.text("kind")), ""},
            {evaluation.text("total"), link},
            {label_of("grade", evaluation.text("grade")), ""},
            {grouped(evaluation.money("full_budget")), ""},
            {grouped(evaluation.money("executed")), ""},
            {rate_text(evaluation.money("executed"), evaluation.money("full_budget")), ""}};
  }

  Result<void> sum(const std::vector<Row>& evaluations) {
    Group all;
    std::map<std::string, Group> groups;
    std::vector<std::pair<std::pair<std::int64_t, std::string>, std::vector<Printed>>> listed;
    std::int64_t typed = 0;
    const bool of_department = kind_ == ReportKind::department;
    for (const Row& row : evaluations) {
      OB_TRY(const Row unit, unit_of(row.ref("unit")));
      OB_CHECK(all.add(row));
      Group& group = groups[unit.text(of_department ? "code" : "department_code")];
      OB_CHECK(name_group(group, unit, of_department));
      OB_CHECK(group.add(row));
      typed += row.text("money_source") == "ledger" ? 0 : 1;
      auto cells = project_row(row, unit);
      const std::string code = cells[0].text;
      listed.push_back({{of_department ? 0 : points_in(row, "total").hundredths(), code}, std::move(cells)});
    }
    std::sort(listed.begin(), listed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    auto& projects = facts_.tables[of_department ? "projects" : "lowest"];
    for (auto& [order, cells] : listed)
      if (of_department || projects.size() < kLowest) projects.push_back(std::move(cells));
    set_groups(of_department ? "units" : "departments", groups);
    set_sums(all, typed);
    return {};
  }

  /// A department is called as its own office is; where the tree holds none above a unit, its first unit stands for it.
  Result<void> name_group(Group& group, const Row& unit, bool of_department) {
    const std::string name = unit.text("name"), code = unit.text("code");
    if (!group.name.empty() && group.first_code <= code) return {};
    group.first_code = code;
    if (of_department) {
      group.name = name;
      return {};
    }
    OB_TRY(const std::string office, department_over(unit));
    group.name = office.empty() ? unit.text("department_code") + "（" + name + "）" : office;
    return {};
  }

  /// The name of the nearest department at or above a unit, empty where there is none; `path` is "/1/5/20/".
  Result<std::string> department_over(const Row& unit) {
    const std::string path = unit.text("path");
    std::size_t end = path.size();
    while (end > 1) {
      const std::size_t begin = path.rfind('/', end - 2) + 1;
      const auto id = RecordId::parse(path.substr(begin, end - 1 - begin));
      if (!id) return std::string();
      OB_TRY(const Row node, unit_of(*id));
      if (node.text("kind") == "department") return node.text("name");
      end = begin;
    }
    return std::string();
  }

  void set_groups(const char* table, const std::map<std::string, Group>& groups) {
    ChartFacts chart{"分", {}};
    for (const auto& [code, group] : groups) {
      facts_.tables[table].push_back(group.row());
      chart.bars.push_back({group.name, group.average(), ""});
    }
    facts_.charts[table] = std::move(chart);
  }

  void set_sums(const Group& all, std::int64_t typed) {
    const std::string list = "/performance/evaluation?filter=status==confirmed;fiscal_year==" + std::to_string(year_);
    facts_.set("evaluated", std::to_string(all.evaluated), list);
    facts_.set("average", all.evaluated == 0 ? "" : Points::from_hundredths(all.average()).str(), list);
    facts_.set("money.full", grouped(all.full), list);
    facts_.set("money.executed", grouped(all.executed), list);
    facts_.set("money.rate", rate_text(all.executed, all.full), list);
    if (typed > 0) facts_.set("money.typed", std::to_string(typed), list);
    ChartFacts chart{"个", {}};
    for (std::size_t i = 0; i < all.grades.size(); ++i) {
      const std::string code = code_of(static_cast<Grade>(i)), title = label_of("grade", code);
      const std::string rows = list + ";grade==" + code;
      facts_.set("grades." + code, std::to_string(all.grades[i]), rows);
      const std::int64_t share =
          all.evaluated == 0 ? 0 : scaled(all.grades[i], 10'000, all.evaluated, Rounding::half_up);
      facts_.tables["grades"].push_back(
          {{title, ""}, {std::to_string(all.grades[i]), rows}, {decimal_text(share) + "%", ""}});
      chart.bars.push_back({title, all.grades[i] * 100, rows});
    }
    facts_.charts["grades"] = std::move(chart);
  }

  /// What should be evaluated: projects with an approved goal of the year.
  Result<void> count_goals(std::size_t evaluated) {
    std::set<std::string> projects;
    OB_CHECK(call_.records().each(kGoal,
                                  where("status=in=(approved,to_confirm);fiscal_year==" + std::to_string(year_), "id"),
                                  [&](const Row& row) -> Result<void> {
                                    if (!row.has("project")) return {};
                                    OB_TRY(const Row unit, unit_of(row.ref("unit")));
                                    if (inside(unit)) projects.insert(row.text("project"));
                                    return {};
                                  }));
    facts_.set("projects", std::to_string(projects.size()));
    const auto all = static_cast<std::int64_t>(projects.size()), done = static_cast<std::int64_t>(evaluated);
    facts_.set("coverage", all == 0 ? "" : decimal_text(scaled(done, 10'000, all, Rounding::half_up)) + "%");
    return {};
  }

  Result<void> list_results(const std::vector<Row>& evaluations) {
    std::set<std::string> ids;
    for (const Row& row : evaluations) ids.insert(row.id().str());
    std::int64_t cut = 0, raised = 0;
    Money change;
    std::map<std::string, std::vector<Printed>> rows;
    OB_CHECK(by_hundreds(ids, "evaluation", [&](const std::string& filter) {
      return call_.records().each(kResult, where(filter + ";status!=revoked"), [&](const Row& row) -> Result<void> {
        const bool decided = row.has("amount");
        const Money moved = row.money(decided ? "change" : "proposed_change");
        cut += moved < Money() ? 1 : 0;
        raised += Money() < moved ? 1 : 0;
        OB_TRY(change, change.plus(moved));
        const std::string link = link_to("result", row.id().str());
        rows[row.text("number")] = {{row.text("number"), link},
                                    {projects_[row.text("project")].text("name"), ""},
                                    {label_of("grade", row.text("grade")), ""},
                                    {row.ratio(decided ? "factor" : "proposed_factor").str(), link},
                                    {grouped(row.money("base_amount")), ""},
                                    {grouped(row.money(decided ? "amount" : "proposed_amount")), link},
                                    {grouped(moved), link},
                                    {label_of("result", row.text("status")), ""},
                                    {std::to_string(row.number("budget_year")), ""}};
        return {};
      });
    }));
    for (auto& [number, cells] : rows) facts_.tables["results"].push_back(std::move(cells));
    if (rows.empty()) return {};
    facts_.set("results.count", std::to_string(rows.size()));
    facts_.set("results.cut", std::to_string(cut));
    facts_.set("results.raised", std::to_string(raised));
    facts_.set("results.change", grouped(change));
    facts_.set("results.budget_year", std::to_string(budget_year_of(year_)));
    return {};
  }

  /// Findings are against self-evaluations.
  Result<void> self_evaluations(std::set<std::string>& ids, std::map<std::string, std::string>& names) {
    return call_.records().each(
        kEvaluation, where("kind==self;status!=cancelled;fiscal_year==" + std::to_string(year_), "id"),
        [&](const Row& row) -> Result<void> {
          OB_TRY(const Row unit, unit_of(row.ref("unit")));
          if (!inside(unit)) return {};
          ids.insert(row.id().str());
          const auto project = projects_.find(row.text("project"));
          names[row.id().str()] = project == projects_.end() ? row.text("number") : project->second.text("name");
          return {};
        });
  }

  Result<void> list_years() {
    ChartFacts chart{"分", {}};
    for (int year = year_ - kYears + 1; year <= year_; ++year) {
      OB_TRY(const auto evaluations, of_year(year));
      Group group;
      group.name = std::to_string(year);
      for (const Row& row : evaluations) OB_CHECK(group.add(row));
      if (group.evaluated == 0 && facts_.tables["years"].empty()) continue;
      facts_.tables["years"].push_back(group.row());
      chart.bars.push_back({group.name, group.average(), ""});
    }
    facts_.charts["years"] = std::move(chart);
    return {};
  }

  Result<void> list_accountability(const std::vector<Row>& evaluations) {
    std::set<std::string> ids;
    for (const Row& row : evaluations) ids.insert(row.id().str());
    std::map<std::string, std::vector<Printed>> rows;
    OB_CHECK(by_hundreds(ids, "evaluation", [&](const std::string& filter) {
      return call_.records().each("performance.accountability", where(filter), [&](const Row& row) -> Result<void> {
        rows[row.text("code")] = {{row.text("code"), link_to("accountability", row.id().str())},
                                  {row.text("matter"), ""},
                                  {row.text("due"), ""},
                                  {label_of("accountability", row.text("status")), ""}};
        return {};
      });
    }));
    for (auto& [code, cells] : rows) facts_.tables["accountability"].push_back(std::move(cells));
    return {};
  }

  const Call& call_;
  ReportKind kind_;
  const Row& node_;
  int year_;
  Facts facts_;
  std::map<std::string, Row> units_, projects_;
};

} // namespace

Result<Facts> node_facts(const Call& call, ReportKind kind, const Row& node, int year) {
  return Gathering(call, kind, node, year).facts();
}

} // namespace onebudget::performance
