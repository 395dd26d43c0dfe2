// J5 控制数通知 and 单位预算表, J6 预算批复表.
#include "plugins/compilation/service/print/forms.hpp"
#include "plugins/compilation/service/result/results.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::compilation {

namespace {

/// Names of projects by id, those out of sight left out.
Result<std::map<std::string, std::string>> names_in(const Call& call, const std::vector<Row>& lines) {
  std::set<std::string> ids;
  for (const Row& line : lines) ids.insert(line.text("project"));
  return codes_of(call, kProject, ids, "name");
}

Result<std::vector<Row>> all(const Call& call, const char* entity, const std::string& filter, const char* sort) {
  std::vector<Row> out;
  OB_CHECK(call.records().each(entity, where(filter, sort),
                               [&](const Row& row) -> Result<void> { return out.push_back(row), Result<void>(); }));
  return out;
}

/// The lines of a version or an issue: project, classes, fund, amount.
Result<FormTable> lines_table(const Call& call, const std::vector<Row>& lines, bool with_changes) {
  FormTable out{
      "", {{"项目代码"}, {"项目名称"}, {"项目类别"}, {"功能科目"}, {"部门经济"}, {"政府经济"}, {"资金性质"}}, {}, true};
  if (with_changes) out.columns.push_back({"原批复数", true});
  out.columns.push_back({"金额", true});
  OB_TRY(auto names, names_in(call, lines));
  Money sum, before;
  for (const Row& line : lines) {
    OB_TRY(sum, sum.plus(line.money("amount")));
    OB_TRY(before, before.plus(line.money("previous_amount")));
    std::vector<std::string> row = {line.text("project_code"),
                                    names[line.text("project")],
                                    word(line.text("category")),
                                    line.text("functional_class"),
                                    line.text("department_class"),
                                    line.text("government_class"),
                                    line.text("fund")};
    if (with_changes) row.push_back(grouped(line.money("previous_amount")));
    row.push_back(grouped(line.money("amount")));
    out.rows.push_back(std::move(row));
  }
  std::vector<std::string> last = {"合计", "", "", "", "", "", ""};
  if (with_changes) last.push_back(grouped(before));
  last.push_back(grouped(sum));
  out.rows.push_back(std::move(last));
  return out;
}

} // namespace

Result<Form> ceiling_form(const Call& call, const Row& ceiling) {
  OB_TRY(const std::string node, placed(call, ceiling.ref("node")));
  const std::string year = std::to_string(ceiling.number("fiscal_year"));
  OB_TRY(const auto rows,
         all(call, kCeiling, "node==" + ceiling.text("node") + ";fiscal_year==" + year, "category,id"));
  std::set<std::string> funds;
  for (const Row& row : rows) funds.insert(row.text("fund_kind"));
  OB_TRY(auto names, codes_of(call, "standards.fund_kind", funds, "name"));
  FormTable table{
      "", {{"资金性质"}, {"项目类别"}, {"控制数", true}, {"其中绩效结果变动", true}, {"变动依据"}, {"状态"}}, {}, true};
  Money sum, moved;
  for (const Row& row : rows) {
    OB_TRY(sum, sum.plus(row.money("amount")));
    OB_TRY(moved, moved.plus(row.money("result_change")));
    table.rows.push_back({names[row.text("fund_kind")], word(row.text("category")), grouped(row.money("amount")),
                          grouped(row.money("result_change")), row.text("result_note"), word(row.text("status"))});
  }
  table.rows.push_back({"合计", "", grouped(sum), grouped(moved), "", ""});
  Form out;
  out.title = year + " 年部门预算控制数";
  out.fields = {{"部门（单位）", node}, {"预算年度", year}};
  out.tables = {std::move(table)};
  out.signatures = {"下达单位（盖章）", "经办", "日期"};
  return out;
}

Result<Form> version_form(const Call& call, const Row& version) {
  OB_TRY(const std::string unit, placed(call, version.ref("unit")));
  const std::string step = word(version.text("step"));
  OB_TRY(const auto lines,
         all(call, "compilation.version_line", "version_ref==" + version.id().str(), "project_code,cell"));
  Form out;
  out.title = std::to_string(version.number("fiscal_year")) + " 年单位支出预算表（" + step + "）";
  out.number = "第 " + std::to_string(version.number("number")) + " 版";
  out.landscape = true;
  out.fields = {{"预算单位", unit},
                {"合计", grouped(version.money("total"))},
                {"“三保”缺口", grouped(version.money("guarantee_gap"))}};
  OB_TRY(auto table, lines_table(call, lines, false));
  out.tables = {std::move(table)};
  out.signatures = {"单位负责人", "财务负责人", "填报人"};
  return out;
}

Result<Form> issue_form(const Call& call, const Row& issue) {
  OB_TRY(const std::string unit, placed(call, issue.ref("unit")));
  OB_TRY(const auto lines, all(call, "compilation.issue_line", "issue==" + issue.id().str(), "project_code,cell"));
  Form out;
  out.title = issue.text("title").empty() ? "部门预算批复表" : issue.text("title");
  out.number = "文号：" + issue.text("document_no");
  out.landscape = true;
  out.fields = {{"预算单位", unit},
                {"预算年度", std::to_string(issue.number("fiscal_year"))},
                {"预算来源", word(issue.text("source"))},
                {"下达依据", word(issue.text("ground")) +
                                 (issue.text("document_ref").empty() ? "" : "（" + issue.text("document_ref") + "）")},
                {"业务主管处室", issue.text("business_office")},
                {"指标管理处室", issue.text("indicator_office")},
                {"上级指标文号", issue.text("upper_document_no")},
                {"批复日期", issue.text("issued_on")}};
  OB_TRY(auto table, lines_table(call, lines, issue.has("changes")));
  out.tables = {std::move(table)};
  out.signatures = {"批复单位（盖章）", "审核", "日期"};
  return out;
}

} // namespace onebudget::compilation
