// Years of projects as their reports print them: the rows of many are read together, the facts of each are made of its
// own.
#include <algorithm>

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

using Rows = std::vector<Row>;

/// The rows behind some evaluations, each entity asked once for a hundred of them.
class Sources {
 public:
  static Result<Sources> of(const Call& call, const Rows& evaluations) {
    Sources out;
    OB_TRY(out.parameters_, parameters_on(call, call.today()));
    std::set<std::string> own;
    for (const Row& row : evaluations) own.insert(row.id().str());
    const std::set<std::string> projects = values(evaluations, "project");
    OB_CHECK(read(call, kProject, "id", projects, "", out.projects_));
    OB_CHECK(read(call, "performance.scheme", "id", values(evaluations, "scheme"), "", out.schemes_));
    OB_CHECK(read(call, kGoal, "id", values(evaluations, "goal"), "", out.goals_));
    OB_CHECK(gather(call, kEvidence, "evaluation", own, "id", out.papers_));
    OB_CHECK(gather(call, kScoreLine, "evaluation", own, "line_no", out.lines_));
    OB_CHECK(gather(call, kEvaluation, "project", projects, "number", out.siblings_));
    OB_CHECK(gather(call, kResult, "evaluation", own, "-id", out.results_));
    OB_TRY(out.findings_, read_findings(call, own));
    for (const std::string& unit : values(evaluations, "unit")) {
      OB_TRY(out.units_[unit], call.node(RecordId::parse(unit).value_or(RecordId{})));
    }
    return out;
  }

  Result<Facts> facts(const Row& evaluation) const;

 private:
  static std::set<std::string> values(const Rows& rows, const char* field) {
    std::set<std::string> out;
    for (const Row& row : rows)
      if (row.has(field)) out.insert(row.text(field));
    return out;
  }
  static Result<void> read(const Call& call, const char* entity, const char* field, const std::set<std::string>& ids,
                           const char* sort, std::map<std::string, Row>& into) {
    return by_hundreds(ids, field, [&](const std::string& filter) {
      return call.records().each(entity, where(filter, sort), [&](const Row& row) -> Result<void> {
        into[row.id().str()] = row;
        return {};
      });
    });
  }
  static Result<void> gather(const Call& call, const char* entity, const char* field, const std::set<std::string>& ids,
                             const char* sort, std::map<std::string, Rows>& into) {
    return by_hundreds(ids, field, [&](const std::string& filter) {
      return call.records().each(entity, where(filter, sort), [&](const Row& row) -> Result<void> {
        into[row.text(field)].push_back(row);
        return {};
      });
    });
  }
  static const Rows& those(const std::map<std::string, Rows>& of, const std::string& key) {
    static const Rows kNone;
    const auto found = of.find(key);
    return found == of.end() ? kNone : found->second;
  }

  void add_lines(const Row& evaluation, Facts& facts) const;
  void add_evaluations(const Row& evaluation, Facts& facts) const;
  void add_result(const Row& evaluation, Facts& facts) const;

  Parameters parameters_;
  std::map<std::string, Row> projects_, schemes_, goals_, units_;
  std::map<std::string, Rows> papers_, lines_, siblings_, results_;
  Findings findings_;
};

void Sources::add_lines(const Row& evaluation, Facts& facts) const {
  std::map<std::string, std::string> papers;
  for (const Row& row : those(papers_, evaluation.id().str())) {
    std::string& told = papers[row.text("score_line")];
    told += (told.empty() ? "" : "；") + row.text("title");
    if (row.has("document_ref")) told += "（" + row.text("document_ref") + "）";
  }
  std::vector<std::pair<std::string, std::pair<Points, Points>>> levels;
  for (const Row& row : those(lines_, evaluation.id().str())) {
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
  }
  ChartFacts chart{"%", {}};
  for (const auto& [level, sums] : levels)
    if (Points() < sums.second)
      chart.bars.push_back({level, scaled(sums.first.hundredths(), 10'000, sums.second.hundredths(), Rounding::half_up),
                            link_to("evaluation", evaluation.id().str())});
  facts.charts["levels"] = std::move(chart);
}

void Sources::add_evaluations(const Row& evaluation, Facts& facts) const {
  ChartFacts chart{"分", {}};
  for (const Row& row : those(siblings_, evaluation.text("project"))) {
    if (row.number("fiscal_year") != evaluation.number("fiscal_year")) continue;
    const std::string link = link_to("evaluation", row.id().str());
    const std::string kind = label_of("evaluation_kind", row.text("kind"));
    facts.tables["evaluations"].push_back({{row.text("number"), link},
                                           {kind, ""},
                                           {label_of("evaluation", row.text("status")), ""},
                                           {row.text("total"), link},
                                           {label_of("grade", row.text("grade")), ""}});
    if (row.has("total")) chart.bars.push_back({kind, points_in(row, "total").hundredths(), link});
  }
  facts.charts["evaluations"] = std::move(chart);
}

/// The newest that was not revoked.
void Sources::add_result(const Row& evaluation, Facts& facts) const {
  const Rows& results = those(results_, evaluation.id().str());
  const auto result =
      std::find_if(results.begin(), results.end(), [](const Row& row) { return row.text("status") != "revoked"; });
  if (result == results.end()) return;
  const std::string link = link_to("result", result->id().str());
  const bool decided = result->has("amount");
  facts.set("result.number", result->text("number"), link);
  facts.set("result.status", label_of("result", result->text("status")));
  facts.set("result.factor", result->ratio(decided ? "factor" : "proposed_factor").str(), link);
  facts.set("result.amount", grouped(result->money(decided ? "amount" : "proposed_amount")), link);
  facts.set("result.change", grouped(result->money(decided ? "change" : "proposed_change")), link);
  facts.set("result.budget_year", std::to_string(result->number("budget_year")));
}

Result<Facts> Sources::facts(const Row& evaluation) const {
  Facts facts;
  set_common(facts, static_cast<int>(evaluation.number("fiscal_year")), parameters_);
  const auto known = projects_.find(evaluation.text("project")), scheme = schemes_.find(evaluation.text("scheme"));
  if (known == projects_.end() || scheme == schemes_.end())
    return fault(FaultKind::not_found, "records.not_found",
                 {"项目或指标体系不可见。请向管理员申请查看权限。",
                  "The project or the scheme cannot be seen. Ask for the right to read it."});
  const Row &project = known->second, &unit = units_.at(evaluation.text("unit"));
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
  facts.set("scheme", scheme->second.text("name") + " v" + std::to_string(scheme->second.number("edition", 1)));
  if (const auto goal = goals_.find(evaluation.text("goal")); goal != goals_.end())
    facts.set("goal.expected", goal->second.text("annual_goal"), link_to("goal", goal->first));
  facts.set("goal.actual", evaluation.text("goal_actual"));
  facts.set("total", evaluation.text("total"), own);
  facts.set("grade", label_of("grade", evaluation.text("grade")), own);
  for (const char* field : {"problems", "suggestions"})
    facts.set(field, evaluation.text(field).empty() ? "未填写。" : evaluation.text(field)); // no heading without a word
  add_money(evaluation, facts);
  add_lines(evaluation, facts);
  add_evaluations(evaluation, facts);
  add_result(evaluation, facts);
  const int findings = add_findings(findings_, {{evaluation.id().str(), project.text("name")}}, facts);
  if (findings > 0) facts.set("findings.count", std::to_string(findings));
  return facts;
}

} // namespace

Result<std::vector<Facts>> project_facts(const Call& call, const std::vector<Row>& evaluations) {
  OB_TRY(const Sources sources, Sources::of(call, evaluations));
  std::vector<Facts> out;
  for (const Row& row : evaluations) {
    OB_TRY(Facts facts, sources.facts(row));
    out.push_back(std::move(facts));
  }
  return out;
}

} // namespace onebudget::performance
