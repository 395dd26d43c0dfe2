#include "plugins/performance/domain/report/self_table.hpp"
#include "sdk/values/markup.hpp"

namespace onebudget::performance {

namespace {

constexpr const char* kStyle =
    "@page{size:A4 landscape;margin:15mm}body{font-family:\"Noto Serif CJK SC\",SimSun,serif;font-size:10.5pt}"
    "h1{text-align:center;font-size:16pt;font-weight:bold}table{border-collapse:collapse;width:100%;margin:0 0 6pt}"
    "td,th{border:1px solid #000;padding:3pt 5pt;vertical-align:top}th{background:#f2f2f2;font-weight:normal}"
    "td.n{text-align:right;white-space:nowrap}tr{break-inside:avoid}thead{display:table-header-group}"
    "p.s{text-align:right}a{color:inherit;text-decoration:none}";

std::string cell(const std::string& text, const char* more = "") {
  return std::string("<td") + more + ">" + html_text(text) + "</td>";
}
std::string number(const std::string& text) { return cell(text, " class=\"n\""); }
std::string head(const std::string& text, const char* more = "") {
  return std::string("<th") + more + ">" + html_text(text) + "</th>";
}

std::string heading(const SelfTable& table) {
  return "<table><tbody><tr>" + head("项目名称") + cell(table.project) + head("评价编号") + cell(table.number) +
         "</tr><tr>" + head("主管部门") + cell(table.department) + head("实施单位") + cell(table.unit) +
         "</tr></tbody></table>\n";
}

std::string money(const SelfTable& table) {
  std::string out = "<table><thead><tr>";
  for (const char* title : {"项目资金（元）", "年初预算数", "全年预算数", "全年执行数", "执行率"}) out += head(title);
  out += "</tr></thead><tbody>\n";
  for (const TableMoney& row : table.money)
    out += "<tr>" + cell(row.title) + number(row.initial) + number(row.full) + number(row.executed) + number(row.rate) +
           "</tr>\n";
  return out + "<tr>" + head("预算执行率得分", " colspan=\"3\"") + number(table.execution_points) +
         number(table.execution_rate) + "</tr></tbody></table>\n";
}

std::string goal(const SelfTable& table) {
  return "<table><thead><tr>" + head("年度预期目标", " style=\"width:50%\"") + head("实际完成情况") +
         "</tr></thead><tbody><tr>" + cell(table.expected) + cell(table.reached) + "</tr></tbody></table>\n";
}

std::string lines(const SelfTable& table) {
  std::string out = "<table><thead><tr>";
  for (const char* title : {"一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分",
                            "偏差原因分析及改进措施", "佐证"})
    out += head(title);
  out += "</tr></thead><tbody>\n";
  for (const TableLine& line : table.lines) {
    std::string papers;
    for (const std::string& title : line.evidence) papers += (papers.empty() ? "" : "；") + title;
    out += "<tr>" + cell(line.first_level) + cell(line.second_level) + cell(line.name) + number(line.target) +
           number(line.actual) + number(line.weight) + "<td class=\"n\"><a href=\"" + html_text(line.link) + "\">" +
           html_text(line.points) + "</a></td>" + cell(line.reason) + cell(papers) + "</tr>\n";
  }
  return out + "<tr>" + head("总分", " colspan=\"6\"") + number(table.total) + head("等级") + cell(table.grade) +
         "</tr></tbody></table>\n";
}

} // namespace

std::string html_of(const SelfTable& table) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>" +
                    html_text(table.title) + "</title><style>" + kStyle + "</style></head><body>\n<h1>" +
                    html_text(table.title) + "</h1>\n<p class=\"s\">（" + html_text(table.year) + " 年度）</p>\n";
  out += heading(table) + money(table) + goal(table) + lines(table);
  if (!table.problems.empty()) out += "<p>存在问题：" + html_text(table.problems) + "</p>\n";
  if (!table.suggestions.empty()) out += "<p>改进建议：" + html_text(table.suggestions) + "</p>\n";
  return out + "</body></html>\n";
}

} // namespace onebudget::performance
