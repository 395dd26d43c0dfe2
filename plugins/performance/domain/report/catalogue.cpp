#include <algorithm>

#include "plugins/performance/domain/report/facts.hpp"

namespace onebudget::performance {

namespace {

using Columns = std::vector<ColumnName>;

const std::vector<FieldName> kCommon = {{"year", "评价年度"}, {"scale", "等级划分"}, {"rules", "规则版本"}};

const TableName kMoneyTable = {"money",
                               "预算执行情况（元）",
                               {{"source", "资金来源"},
                                {"initial", "年初预算数", true},
                                {"full", "全年预算数", true},
                                {"executed", "全年执行数", true},
                                {"rate", "执行率", true}}};

const TableName kGradesTable = {
    "grades", "评价等级分布", {{"grade", "等级"}, {"count", "项目数", true}, {"share", "占比", true}}};

const TableName kResultsTable = {"results",
                                 "评价结果应用（元）",
                                 {{"number", "编号"},
                                  {"project", "项目"},
                                  {"grade", "等级"},
                                  {"factor", "系数", true},
                                  {"base", "基数", true},
                                  {"amount", "应用后", true},
                                  {"change", "变动", true},
                                  {"status", "状态"},
                                  {"budget_year", "应用年度"}}};

const TableName kFindingsTable = {"findings",
                                  "评价疑点",
                                  {{"project", "项目"},
                                   {"indicator", "疑点"},
                                   {"claimed", "自评得分", true},
                                   {"shown", "佐证得分", true},
                                   {"difference", "差异", true},
                                   {"status", "认定"}}};

const TableName kProjectsTable = {"projects",
                                  "项目评价结果",
                                  {{"code", "项目代码"},
                                   {"name", "项目名称"},
                                   {"unit", "实施单位"},
                                   {"kind", "评价类别"},
                                   {"total", "得分", true},
                                   {"grade", "等级"},
                                   {"full", "全年预算数", true},
                                   {"executed", "全年执行数", true},
                                   {"rate", "执行率", true}}};

Columns group_columns(const char* title) {
  return {{"name", title},
          {"evaluated", "评价项目", true},
          {"average", "平均分", true},
          {"excellent", "优", true},
          {"good", "良", true},
          {"fair", "中", true},
          {"poor", "差", true},
          {"full", "全年预算数", true},
          {"executed", "全年执行数", true},
          {"rate", "执行率", true}};
}

Catalogue project_catalogue() {
  Catalogue out{kCommon, {kMoneyTable}, {{"levels", "一级指标得分率"}, {"evaluations", "各类评价得分"}}};
  const std::vector<FieldName> fields = {{"project.code", "项目代码"},
                                         {"project.name", "项目名称"},
                                         {"project.summary", "项目概述"},
                                         {"unit.code", "单位代码"},
                                         {"unit.name", "实施单位"},
                                         {"department", "主管部门"},
                                         {"evaluation.number", "评价编号"},
                                         {"evaluation.kind", "评价类别"},
                                         {"evaluation.status", "评价状态"},
                                         {"evaluation.confirmed_on", "确认日期"},
                                         {"scheme", "指标体系"},
                                         {"goal.expected", "年度预期目标"},
                                         {"goal.actual", "实际完成情况"},
                                         {"money.initial", "年初预算数"},
                                         {"money.full", "全年预算数"},
                                         {"money.executed", "全年执行数"},
                                         {"money.rate", "预算执行率"},
                                         {"money.source", "资金数来源"},
                                         {"money.told", "资金数说明"},
                                         {"execution_points", "预算执行得分"},
                                         {"total", "总分"},
                                         {"grade", "等级"},
                                         {"problems", "存在问题"},
                                         {"suggestions", "改进建议"},
                                         {"result.number", "结果应用编号"},
                                         {"result.status", "结果应用状态"},
                                         {"result.factor", "应用系数"},
                                         {"result.amount", "应用后控制数"},
                                         {"result.change", "控制数变动"},
                                         {"result.budget_year", "应用年度"},
                                         {"findings.count", "评价疑点数"}};
  out.fields.insert(out.fields.end(), fields.begin(), fields.end());
  out.tables.push_back({"lines",
                        "指标完成情况",
                        {{"level", "一级指标"},
                         {"kind", "二级指标"},
                         {"name", "三级指标"},
                         {"target", "年度指标值"},
                         {"actual", "实际完成值"},
                         {"weight", "分值", true},
                         {"points", "得分", true},
                         {"reason", "偏差原因及改进措施"},
                         {"evidence", "佐证"}}});
  out.tables.push_back(
      {"evaluations",
       "本年度各类评价",
       {{"number", "编号"}, {"kind", "类别"}, {"status", "状态"}, {"total", "得分", true}, {"grade", "等级"}}});
  out.tables.push_back(kFindingsTable);
  return out;
}

/// What reports over many projects have in common.
Catalogue many_catalogue() {
  Catalogue out{kCommon, {kGradesTable, kResultsTable, kFindingsTable}, {{"grades", "评价等级分布"}}};
  const std::vector<FieldName> fields = {{"node.code", "代码"},
                                         {"node.name", "名称"},
                                         {"projects", "应评价项目数"},
                                         {"evaluated", "已评价项目数"},
                                         {"coverage", "评价覆盖率"},
                                         {"average", "平均分"},
                                         {"grades.excellent", "优"},
                                         {"grades.good", "良"},
                                         {"grades.fair", "中"},
                                         {"grades.poor", "差"},
                                         {"money.full", "全年预算数"},
                                         {"money.executed", "全年执行数"},
                                         {"money.rate", "预算执行率"},
                                         {"money.typed", "资金数为填报的项目数"},
                                         {"results.count", "结果应用项目数"},
                                         {"results.cut", "压减项目数"},
                                         {"results.raised", "增加项目数"},
                                         {"results.change", "控制数变动合计"},
                                         {"results.budget_year", "应用年度"},
                                         {"findings.count", "评价疑点数"}};
  out.fields.insert(out.fields.end(), fields.begin(), fields.end());
  return out;
}

Catalogue department_catalogue() {
  Catalogue out = many_catalogue();
  out.tables.push_back({"units", "各单位评价情况", group_columns("单位")});
  out.tables.push_back(kProjectsTable);
  out.charts.push_back({"units", "各单位平均分"});
  return out;
}

Catalogue region_catalogue() {
  Catalogue out = many_catalogue();
  out.tables.push_back({"departments", "各部门评价情况", group_columns("部门")});
  out.tables.push_back({"lowest", "得分最低的项目", kProjectsTable.columns});
  out.charts.push_back({"departments", "各部门平均分"});
  return out;
}

Catalogue year_catalogue() {
  Catalogue out = region_catalogue();
  out.tables.push_back({"years", "历年情况", group_columns("年度")});
  out.tables.push_back({"accountability",
                        "绩效问责清单",
                        {{"code", "编号"}, {"matter", "事项"}, {"due", "整改期限"}, {"status", "状态"}}});
  out.charts.push_back({"years", "历年平均分"});
  return out;
}

template <class Named>
const Named* find(const std::vector<Named>& list, const std::string& code) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.code == code; });
  return found == list.end() ? nullptr : &*found;
}

} // namespace

const FieldName* Catalogue::field(const std::string& code) const { return find(fields, code); }
const TableName* Catalogue::table(const std::string& code) const { return find(tables, code); }
const FieldName* Catalogue::chart(const std::string& code) const { return find(charts, code); }

const Catalogue& catalogue_of(ReportKind kind) {
  static const Catalogue all[] = {project_catalogue(), department_catalogue(), region_catalogue(), year_catalogue()};
  return all[static_cast<std::size_t>(kind)];
}

const Printed& Facts::at(const std::string& field) const {
  static const Printed kNothing;
  const auto found = fields.find(field);
  return found == fields.end() ? kNothing : found->second;
}

std::string decimal_text(std::int64_t hundredths) {
  const std::int64_t whole = hundredths / 100, rest = hundredths % 100 < 0 ? -(hundredths % 100) : hundredths % 100;
  std::string out = (hundredths < 0 && whole == 0 ? "-" : "") + std::to_string(whole);
  if (rest == 0) return out;
  out += '.';
  out += static_cast<char>('0' + rest / 10);
  if (rest % 10 != 0) out += static_cast<char>('0' + rest % 10);
  return out;
}

} // namespace onebudget::performance
