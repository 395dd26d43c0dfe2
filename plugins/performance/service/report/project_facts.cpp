// One project's year as a report prints it.
#include "plugins/performance/domain/report/labels.hpp"
#include "plugins/performance/service/report/report.hpp"

namespace onebudget::performance {

namespace {

std::string target_text(const Row& line) {
  const std::string nature = line.text("nature");
  const char* sign = nature == "at_least" ? "≥ " : nature == "at_most" ? "≤ " : nature == "equal" ? "= " : "";
  return sign + line.text("target") + (*sign == '\0' ? "" : line.text("unit_of_measure"));
}

std::string actual_text(const Row& line) {
  if (line.has("applicable") && !line.flag("applicable")) return "不适用";
  if (line.text("nature") != "qualitative") return line.text("actual") + line.text("actual_unit");
  return label_of("reached", line.text("reached")) + " " + std::to_string(line.number("percent")) + "%";
}

/// In the language of the report, whoever wrote the evaluation.
std::string money_text(const Row& row) {
  const std::string source = row.text("money_source"), until = "指标账截至 " + row.text("money_as_of");
  if (source == "ledger") return until + "；其他资金为填报数";
  if (source == "typed_unknown") return "指标账没有本项目的可执行指标，资金为填报数";
  return "未启用指标账，资金为填报数";
}

void add_money(const Row& row, Facts& facts) {
  Money initial;
  for (const char* source : {"fiscal", "carried", "other"})
    if (const auto sum = initial.plus(row.money(std::string(source) + "_initial"))) initial = *sum;
  const auto add = [&](const char* title, Money begun, Money full, Money executed) {
    facts.tables["money"].push_back({{title, ""},
                                     {grouped(begun), ""},
                                     {grouped(full), ""},
                                     {grouped(executed), ""},
                                     {rate_text(executed, full), ""}});
  };
  add("年度资金总额", initial, row.money("full_budget"), row.money("executed"));
  for (const auto& [source, title] :
       {std::pair{"fiscal", "其中：财政拨款"}, std::pair{"carried", "上年结转资金"}, std::pair{"other", "其他资金"}}) {
    const std::string prefix = source;
    add(title, row.money(prefix + "_initial"), row.money(prefix + "_full"), row.money(prefix + "_executed"));
  }
  const std::string link = link_to("evaluation", row.id().str());
  facts.set("money.initial", grouped(initial), link);
  facts.set("money.full", grouped(row.money("full_budget")), link);
  facts.set("money.executed", grouped(row.money("executed")), link);
  facts.set("money.rate", rate_text(row.money("executed"), row.money("full_budget")), link);
  facts.set("money.source", label_of("money", row.text("money_source")));
  facts.set("money.told", money_text(row));
  facts.set("execution_points", row.text("execution_points"), link);
}

Result<void> add_lines(const Call& call, const Row& evaluation, Facts& facts) {
  std::map<std::string, std::string> papers;
  const std::string own = "evaluation==" + evaluation.id().str();
  OB_CHECK(call.records().each(kEvidence, where(own, "id"), [&](const Row& row) -> Result<void> {
    std::string& told = papers[row.text("score_line")];
    told += (told.empty() ? "" : "；") + row.text("title");
    if (row.has("document_ref")) told += "（" + row.text("document_ref") + "）";
    return {};
  }));
  std::vector<std::pair<std::string, std::pair<Points, Points>>> levels;
  OB_CHECK(call.records().each(kScoreLine, where(own, "line_no"), [&](const Row& row) -> Result<void> {
    const std::string level = label_of("level", row.text("first_level"));
    if (levels.empty() || levels.back().first != level) levels.push_back({level, {}});
    if (!row.has("applicable") || row.flag("applicable")) {
      levels.back().second.first += points_in(row, "points");
      levels.back().second.second += points_in(row, "weight");
    }
    const std::string link = link_to("score-line", row.id().str());
    facts.tables["lines"].push_back({{level, ""},
                                     {label_of("kind", row.text("second_level")), ""},
                                     {row.text("name"), link},
                                     {target_text(row), ""},
                                     {actual_text(row), link},
                                     {row.text("weight"), ""},
                                     {row.text("points"), link},
                                     {row.text("reason"), ""},
                                     {papers[row.id().str()], ""}});
    return {};
  }));
  ChartFacts chart{"%", {}};
  for (const auto& [level, sums] : levels)
    if (Points() < sums.second)
      chart.bars.push_back({level, scaled(sums.first.hundredths(), 10'000, sums.second.hundredths(), Rounding::half_up),
                            link_to("evaluation", evaluation.id().str())});
  facts.charts["levels"] = std::move(chart);
  return {};
}

Result<void> add_evaluations(const Call& call, const Row& evaluation, Facts& facts) {
  ChartFacts chart{"分", {}};
  const std::string year = ";fiscal_year==" + std::to_string(evaluation.number("fiscal_year"));
  OB_CHECK(call.records().each(kEvaluation, where("project==" + evaluation.text("project") + year, "number"),
                               [&](const Row& row) -> Result<void> {
                                 const std::string link = link_to("evaluation", row.id().str());
                                 const std::string kind = label_of("evaluation_kind", row.text("kind"));
                                 facts.tables["evaluations"].push_back(
                                     {{row.text("number"), link},
                                      {kind, ""},
                                      {label_of("evaluation", row.text("status")), ""},
                                      {row.text("total"), link},
                                      {label_of("grade", row.text("grade")), ""}});
                                 if (row.has("total"))
                                   chart.bars.push_back({kind, points_in(row, "total").hundredths(), link});
                                 return {};
                               }));
  facts.charts["evaluations"] = std::move(chart);
  return {};
}

Result<void> add_result(const Call& call, const Row& evaluation, Facts& facts) {
  OB_TRY(const auto result,
         call.records().first(kResult, where("evaluation==" + evaluation.id().str() + ";status!=revoked", "-id")));
  if (!result) return {};
  const std::string link = link_to("result", result->id().str());
  const bool decided = result->has("amount");
  facts.set("result.number", result->text("number"), link);
  facts.set("result.status", label_of("result", result->text("status")));
  facts.set("result.factor", result->ratio(decided ? "factor" : "proposed_factor").str(), link);
  facts.set("result.amount", grouped(result->money(decided ? "amount" : "proposed_amount")), link);
  facts.set("result.change", grouped(result->money(decided ? "change" : "proposed_change")), link);
  facts.set("result.budget_year", std::to_string(result->number("budget_year")));
  return {};
}

} // namespace

Result<Facts> project_facts(const Call& call, const Row& evaluation) {
  Facts facts;
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  set_common(facts, static_cast<int>(evaluation.number("fiscal_year")), parameters);
  OB_TRY(const Row project, call.records().get(kProject, evaluation.ref("project")));
  OB_TRY(const Row unit, call.node(evaluation.ref("unit")));
  OB_TRY(const Row scheme, call.records().get("performance.scheme", evaluation.ref("scheme")));
  const std::string own = link_to("evaluation", evaluation.id().str());
  facts.set("project.code", project.text("code"), "/compilation/project/" + project.id().str());
  facts.set("project.name", project.text("name"), "/compilation/project/" + project.id().str());
  facts.set("project.summary", project.text("summary"));
  facts.set("unit.code", unit.text("code"));
  facts.set("unit.name", unit.text("name"));
  facts.set("department", unit.text("department_code"));
  facts.set("evaluation.number", evaluation.text("number"), own);
  facts.set("evaluation.kind", label_of("evaluation_kind", evaluation.text("kind")));
  facts.set("evaluation.status", label_of("evaluation", evaluation.text("status")));
  facts.set("evaluation.confirmed_on", evaluation.text("confirmed_on"));
  facts.set("scheme", scheme.text("name") + " v" + std::to_string(scheme.number("edition", 1)));
  if (evaluation.has("goal")) {
    OB_TRY(const Row goal, call.records().get(kGoal, evaluation.ref("goal")));
    facts.set("goal.expected", goal.text("annual_goal"), link_to("goal", goal.id().str()));
  }
  facts.set("goal.actual", evaluation.text("goal_actual"));
  facts.set("total", evaluation.text("total"), own);
  facts.set("grade", label_of("grade", evaluation.text("grade")), own);
  for (const char* field : {"problems", "suggestions"})
    facts.set(field, evaluation.text(field).empty() ? "未填写。" : evaluation.text(field)); // no heading without a word
  add_money(evaluation, facts);
  OB_CHECK(add_lines(call, evaluation, facts));
  OB_CHECK(add_evaluations(call, evaluation, facts));
  OB_CHECK(add_result(call, evaluation, facts));
  OB_TRY(const int findings,
         add_findings(call, {evaluation.id().str()}, {{evaluation.id().str(), project.text("name")}}, facts));
  if (findings > 0) facts.set("findings.count", std::to_string(findings));
  return facts;
}

} // namespace onebudget::performance
