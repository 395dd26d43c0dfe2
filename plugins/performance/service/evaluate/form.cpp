// 项目支出绩效自评表, as data: money table, goal and lines; J12.
#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

Json money_row(const Row& row, const char* source, const Text& title, const std::string& language) {
  const std::string prefix = source;
  const Money full = row.money(prefix + "_full"), executed = row.money(prefix + "_executed");
  Json out = {{"title", title.in(language)},
              {"initial", row.money(prefix + "_initial").to_yuan()},
              {"full", full.to_yuan()},
              {"executed", executed.to_yuan()},
              {"rate", nullptr}};
  if (const auto rate = Ratio::of(executed, full, Rounding::half_up)) out["rate"] = rate->percent();
  return out;
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

} // namespace

Result<Answer> show_form(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row row, call.records().get(kEvaluation, id));
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
  out["money"] = Json::array({money_row(row, "fiscal", {"财政拨款", "Fiscal"}, language),
                              money_row(row, "carried", {"上年结转资金", "Carried over"}, language),
                              money_row(row, "other", {"其他资金", "Other"}, language)});
  for (const char* field :
       {"goal_actual", "problems", "suggestions", "execution_rate", "execution_points", "total", "grade"})
    out[field] = row.at(field);
  out["full_budget"] = row.money("full_budget").to_yuan();
  out["executed"] = row.money("executed").to_yuan();
  OB_TRY(out["lines"], lines_json(call, id));
  return Answer::json(out);
}

} // namespace onebudget::performance
