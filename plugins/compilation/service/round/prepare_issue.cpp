// POST /budget-issue/{id}/prepare: the lines of a batch, from the frozen second round, or from the batch it changes.
#include "plugins/compilation/service/round/cells.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kLine = "compilation.issue_line";
/// Fields of an earlier line that a change keeps.
constexpr const char* kKept[] = {
    "cell",       "project",   "project_code",     "functional_class",  "department_class", "fund",
    "category",   "amount",    "government_class", "upper_document_no", "is_debt",          "is_procurement",
    "is_payroll", "is_direct", "is_research",      "is_construction"};

/// What a project passes on to its lines.
Json marks_of(const Row& project) {
  return {{"upper_document_no", project.has("upper_document_no") ? project.at("upper_document_no") : Json(nullptr)},
          {"is_procurement", project.flag("is_procurement")},
          {"is_payroll", project.text("category") == "personnel"},
          {"is_direct", project.flag("is_direct")},
          {"is_research", project.flag("is_research")},
          {"is_debt", project.text("spending_order") == "debt"},
          {"is_construction", project.flag("is_construction")}};
}

Result<std::vector<Json>> lines_of_version(const Call& call, RecordId version) {
  OB_TRY(const auto cells, cells_of(call, "compilation.version_line", "version_ref", version));
  std::set<std::string> projects;
  for (const BudgetCell& cell : cells) projects.insert(cell.project);
  projects.erase("");
  std::map<std::string, Json> marks;
  OB_CHECK(by_hundreds(projects, "id", [&](const std::string& filter) {
    return call.records().each(kProject, where(filter), [&](const Row& row) -> Result<void> {
      marks[row.id().str()] = marks_of(row);
      return {};
    });
  }));
  std::vector<Json> out;
  for (const BudgetCell& cell : cells) {
    Json row = cell.row();
    const auto own = marks.find(cell.project);
    if (own != marks.end()) row.update(own->second);
    out.push_back(std::move(row));
  }
  return out;
}

Result<std::vector<Json>> lines_of_earlier(const Call& call, RecordId earlier) {
  std::vector<Json> out;
  OB_CHECK(call.records().each(kLine, where("issue==" + earlier.str(), "cell"), [&](const Row& row) -> Result<void> {
    Json line = {{"previous", row.id().str()}, {"previous_amount", plugin::abi(row.money("amount"))}};
    for (const char* name : kKept)
      if (row.has(name)) line[name] = row.at(name);
    out.push_back(std::move(line));
    return {};
  }));
  return out;
}

/// The batch holds these lines and no other. A cell that stands there is written over: in one unit of work its key is
/// not free for a second row. Answers their total.
Result<Money> filled_anew(const Call& call, RecordId issue, std::vector<Json>& lines) {
  std::map<std::string, Row> there;
  OB_TRY(const auto before, call.records().list(kLine, where("issue==" + issue.str())));
  for (const Row& line : before) there.emplace(line.text("cell"), line);
  Money total;
  for (Json& line : lines) {
    OB_TRY(total, total.plus(Row(line).money("amount")));
    const auto own = there.find(Row(line).text("cell"));
    if (own == there.end()) {
      line["issue"] = issue.str();
      OB_CHECK(call.records().insert(kLine, line));
      continue;
    }
    // What its source does not say was written by hand, and goes as the rest of the old line does.
    const auto clear = [&](const char* name) {
      if (!line.contains(name) && own->second.has(name)) line[name] = nullptr;
    };
    std::for_each(std::begin(kKept), std::end(kKept), clear);
    for (const char* name : {"previous", "previous_amount"}) clear(name);
    OB_CHECK(call.records().update(kLine, own->second.id(), own->second.version(), line));
    there.erase(own);
  }
  for (const auto& [cell, line] : there) OB_CHECK(call.records().remove(kLine, line.id(), line.version()));
  return total;
}

} // namespace

Result<Answer> prepare_issue(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row issue, call.records().get("compilation.budget_issue", id));
  const std::string newest = "unit==" + issue.text("unit") +
                             ";fiscal_year==" + std::to_string(issue.number("fiscal_year")) +
                             ";step==two_up;status!=draft";
  OB_TRY(const auto version, call.records().first("compilation.budget_version", where(newest, "-number")));
  const bool change = issue.has("changes");
  if (!change && !version)
    return refusal("compilation.issue",
                   {"该单位没有冻结的二上版本。", "The unit has no frozen version of the second round."},
                   {{"/unit",
                     "compilation.issue",
                     {"没有二上版本。", "No version of the second round."},
                     {"请先冻结二上。", "Freeze it first."}}});
  if (!change && (version->text("status") == "submitted" || version->text("status") == "returned"))
    return refusal("compilation.issue", {"该单位的二上尚未审定。", "The unit's second round is not accepted yet."},
                   {{"/unit",
                     "compilation.issue",
                     {"最新的二上版本在审核中或已退回。", "The newest version is in approval, or was returned."},
                     {"请待其审定后再生成。", "Wait until it is accepted."}}});
  OB_TRY(auto lines, change ? lines_of_earlier(call, issue.ref("changes")) : lines_of_version(call, version->id()));
  OB_TRY(const Money total, filled_anew(call, id, lines));
  return Answer::json({{"version", change ? Json(nullptr) : Json(version->id().str())},
                       {"lines", lines.size()},
                       {"total", total.to_yuan()}});
}

} // namespace onebudget::compilation
