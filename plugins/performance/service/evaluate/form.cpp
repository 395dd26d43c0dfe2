// 项目支出绩效自评表, as data and as a page: money table, goal and lines; J12.
#include "plugins/performance/domain/report/self_table.hpp"

#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

Json money_json(const std::string& title, Money initial, Money full, Money executed) {
  Json out = {{"title", title},
              {"initial", initial.to_yuan()},
              {"full", full.to_yuan()},
              {"executed", executed.to_yuan()},
              {"rate", nullptr}};
  if (const auto rate = Ratio::of(executed, full, Rounding::half_up)) out["rate"] = rate->percent();
  return out;
}

Json money_row(const Row& row, const char* source, const Text& title, const std::string& language) {
  const std::string prefix = source;
  return money_json(title.in(language), row.money(prefix + "_initial"), row.money(prefix + "_full"),
                    row.money(prefix + "_executed"));
}

Result<Json> total_row(const Row& row, const std::string& language) {
  Money initial;
  for (const char* field : {"fiscal_initial", "carried_initial", "other_initial"}) {
    OB_TRY(initial, initial.plus(row.money(field)));
  }
  const Text title = {"年度资金总额", "All money of the year"};
  return money_json(title.in(language), initial, row.money("full_budget"), row.money("executed"));
}

Result<Json> lines_json(const Call& call, RecordId evaluation) {
  std::map<std::string, Json> papers;
  const std::string own = "evaluation==" + evaluation.str();
  OB_CHECK(call.records().each(kEvidence, where(own, "id"), [&](const Row& row) -> Result<void> {
    auto& list = papers[row.text("score_line")];
    if (list.is_null()) list = Json::array();
    list.push_back({{"id", row.id().str()}, {"title", row.text("title")}, {"measured", row.at("measured")}});
    return {};
  }));
  Json out = Json::array();
  OB_CHECK(call.records().each(kScoreLine, where(own, "line_no"), [&](const Row& row) -> Result<void> {
    Json line = {{"id", row.id().str()}, {"evidence", papers[row.id().str()]}};
    for (const char* field :
         {"line_no", "first_level", "second_level", "name", "nature", "target", "unit_of_measure", "weight", "actual",
          "actual_unit", "reached", "percent", "applicable", "completion", "points", "reason", "mark"})
      line[field] = row.at(field);
    out.push_back(std::move(line));
    return {};
  }));
  return out;
}

Result<Json> form_of(const Call& call, const Row& row) {
  OB_TRY(const Row unit, call.node(row.ref("unit")));
  Json out = {{"number", row.text("number")},
              {"year", row.number("fiscal_year")},
              {"kind", row.text("kind")},
              {"status", row.text("status")},
              {"unit", unit.text("code") + "-" + unit.text("name")},
              {"department", unit.text("department_code")}};
  if (row.has("project")) {
    OB_TRY(const Row project, call.records().get(kProject, row.ref("project")));
    out["project"] = {{"code", project.text("code")}, {"name", project.text("name")}};
  }
  if (row.has("goal")) {
    OB_TRY(const Row goal, call.records().get(kGoal, row.ref("goal")));
    out["goal_expected"] = goal.at("annual_goal");
  }
  const std::string& language = call.language();
  OB_TRY(const Json total, total_row(row, language));
  out["money"] = Json::array({total, money_row(row, "fiscal", {"其中：财政拨款", "Fiscal"}, language),
                              money_row(row, "carried", {"上年结转资金", "Carried over"}, language),
                              money_row(row, "other", {"其他资金", "Other"}, language)});
  for (const char* field :
       {"goal_actual", "problems", "suggestions", "execution_rate", "execution_points", "total", "grade"})
    out[field] = row.at(field);
  out["full_budget"] = row.money("full_budget").to_yuan();
  out["executed"] = row.money("executed").to_yuan();
  OB_TRY(out["lines"], lines_json(call, row.id()));
  return out;
}

constexpr std::pair<const char*, const char*> kTitles[] = {{"at_least", "≥ "}, {"at_most", "≤ "}, {"equal", "= "}};

std::string target_of(const Row& line) {
  for (const auto& [nature, sign] : kTitles)
    if (line.text("nature") == nature) return sign + line.text("target") + line.text("unit_of_measure");
  return line.text("target");
}

std::string actual_of(const Call& call, const Row& line) {
  if (line.has("applicable") && !line.flag("applicable")) return call.text("report.not_applicable");
  if (line.text("nature") != "qualitative") return line.text("actual") + line.text("actual_unit");
  return call.text("reached." + line.text("reached")) + " " + std::to_string(line.number("percent")) + "%";
}

TableLine table_line(const Call& call, const Row& line) {
  TableLine out;
  out.first_level = call.text("level." + line.text("first_level"));
  out.second_level = call.text("kind." + line.text("second_level"));
  out.name = line.text("name");
  out.target = target_of(line);
  out.actual = actual_of(call, line);
  out.weight = line.text("weight");
  out.points = line.text("points");
  out.reason = line.text("reason");
  out.link = "/api/v1/performance/score-line/" + line.id().str();
  for (const Json& paper : line.at("evidence")) out.evidence.push_back(Row(paper).text("title"));
  return out;
}

SelfTable table_of(const Call& call, const Row& form) {
  SelfTable out;
  out.title = call.text("report.title." + form.text("kind"));
  out.number = form.text("number");
  out.year = std::to_string(form.number("year"));
  const Row project(form.at("project"));
  out.project = project.none() ? "" : project.text("code") + "-" + project.text("name");
  out.department = form.text("department");
  out.unit = form.text("unit");
  for (const Json& item : form.at("money")) {
    const Row money(item);
    out.money.push_back(
        {money.text("title"), money.text("initial"), money.text("full"), money.text("executed"), money.text("rate")});
  }
  out.execution_rate = form.ratio("execution_rate").percent();
  out.execution_points = form.text("execution_points");
  out.expected = form.text("goal_expected");
  out.reached = form.text("goal_actual");
  for (const Json& line : form.at("lines")) out.lines.push_back(table_line(call, Row(line)));
  out.total = form.text("total");
  if (const auto grade = grade_of(form.text("grade"))) out.grade = title_of(*grade).in(call.language());
  out.problems = form.text("problems");
  out.suggestions = form.text("suggestions");
  return out;
}

} // namespace

Result<Answer> show_form(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row row, call.records().get(kEvaluation, id));
  OB_TRY(const Json form, form_of(call, row));
  return Answer::json(form);
}

Result<Answer> show_report(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row row, call.records().get(kEvaluation, id));
  OB_TRY(const Json form, form_of(call, row));
  return Answer{200, "text/html; charset=utf-8", html_of(table_of(call, Row(form)))};
}

} // namespace onebudget::performance
