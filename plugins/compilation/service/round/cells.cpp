#include "plugins/compilation/service/round/cells.hpp"

namespace onebudget::compilation {

namespace {

/// Fields of a project and of its lines that hold the classes, in the order of kCellColumns behind the project.
constexpr const char* kClassFields[] = {"functional_class", "department_economic_class", "government_economic_class",
                                        "fund_kind"};

struct Ids {
  std::array<std::set<std::string>, 4> of;
  void take(const Row& row) {
    for (std::size_t i = 0; i < of.size(); ++i) of[i].insert(row.text(kClassFields[i]));
  }
};

BudgetCell cell_of(const Row& row, const Row& project, Money amount,
                   const std::array<std::map<std::string, std::string>, 4>& codes) {
  BudgetCell out;
  out.project = project.id().str();
  out.columns[0] = project.text("code");
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const auto code = codes[i].find(row.text(kClassFields[i]));
    out.columns[i + 1] = code == codes[i].end() ? std::string() : code->second;
  }
  out.columns[5] = project.text("category");
  out.amount = amount;
  return out;
}

} // namespace

std::string BudgetCell::key() const {
  std::string out;
  for (const std::string& column : columns) out += (out.empty() && &column == &columns[0] ? "" : "|") + column;
  return out;
}

Json BudgetCell::row() const {
  Json out = {{"cell", key()}, {"amount", plugin::abi(amount)}};
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (!columns[i].empty()) out[kCellColumns[i]] = columns[i];
  if (!project.empty()) out["project"] = project;
  return out;
}

Result<std::map<std::string, BudgetCell>> merged(const std::vector<BudgetCell>& cells) {
  std::map<std::string, BudgetCell> out;
  for (const BudgetCell& cell : cells) {
    const auto [place, fresh] = out.emplace(cell.key(), cell);
    if (fresh) continue;
    OB_TRY(place->second.amount, place->second.amount.plus(cell.amount));
  }
  return out;
}

Result<std::vector<BudgetCell>> cells_of_projects(const Call& call, RecordId unit, int fiscal_year,
                                                  const std::string& states) {
  const std::string year = std::to_string(fiscal_year);
  OB_TRY(const auto projects, call.records().list(kProject, where("unit==" + unit.str() + ";fiscal_year==" + year +
                                                                  ";status=in=" + states)));
  std::map<std::string, std::vector<Row>> lines;
  std::set<std::string> ids;
  Ids classes;
  for (const Row& project : projects) {
    ids.insert(project.id().str());
    classes.take(project);
  }
  OB_CHECK(by_hundreds(ids, "project", [&](const std::string& filter) {
    return call.records().each("compilation.expenditure_line", where(filter + ";year==" + year),
                               [&](const Row& row) -> Result<void> {
                                 classes.take(row);
                                 lines[row.text("project")].push_back(row);
                                 return {};
                               });
  }));
  std::array<std::map<std::string, std::string>, 4> codes;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    OB_TRY(codes[i], codes_of(call, std::string("standards.") + kClassFields[i], classes.of[i]));
  }
  std::vector<BudgetCell> out;
  for (const Row& project : projects) {
    const auto own = lines.find(project.id().str());
    if (own == lines.end())
      out.push_back(cell_of(project, project, project.money("year_amount"), codes));
    else
      for (const Row& line : own->second) out.push_back(cell_of(line, project, line.money("amount"), codes));
  }
  return out;
}

Result<std::vector<BudgetCell>> cells_of(const Call& call, const char* entity, const char* parent, RecordId id) {
  std::vector<BudgetCell> out;
  OB_CHECK(call.records().each(entity, where(std::string(parent) + "==" + id.str(), "cell"),
                               [&](const Row& row) -> Result<void> {
                                 BudgetCell cell;
                                 for (std::size_t i = 0; i < cell.columns.size(); ++i)
                                   cell.columns[i] = row.text(kCellColumns[i]);
                                 cell.project = row.text("project");
                                 cell.amount = row.money("amount");
                                 out.push_back(std::move(cell));
                                 return {};
                               }));
  return out;
}

Result<std::vector<Row>> issues_in_force(const Call& call, const std::string& filter) {
  OB_TRY(auto issues, call.records().list("compilation.budget_issue", where(filter + ";status==issued"), 100'000));
  std::set<std::string> changed;
  for (const Row& issue : issues) changed.insert(issue.text("changes"));
  std::erase_if(issues, [&](const Row& issue) { return changed.count(issue.id().str()) > 0; });
  return issues;
}

} // namespace onebudget::compilation
