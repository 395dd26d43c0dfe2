// A goal stands for the money it was written for: how it follows its project, and what others may ask about it.
#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

/// An import tells many ids at once, every other change one.
std::set<std::string> ids_in(const Row& payload) {
  std::set<std::string> out;
  if (payload.has("id")) out.insert(payload.text("id"));
  for (const Json& id : payload.at("ids"))
    if (id.is_string()) out.insert(id.get<std::string>());
  return out;
}

Result<void> doubt_goals(const Call& call, const std::vector<Row>& goals) {
  std::map<std::string, Row> projects;
  std::set<std::string> ids;
  for (const Row& goal : goals) ids.insert(goal.text("project"));
  OB_CHECK(by_hundreds(ids, "id", [&](const std::string& filter) {
    return call.records().each(kProject, where(filter, "", {"fiscal_year", "year_amount"}),
                               [&](const Row& row) -> Result<void> {
                                 projects.emplace(row.id().str(), row);
                                 return {};
                               });
  }));
  for (const Row& goal : goals) {
    const Row& project = projects[goal.text("project")];
    if (project.none() || goal.number("fiscal_year") != project.number("fiscal_year")) continue;
    if (goal.money("amount") == project.money("year_amount")) continue;
    const std::string told = goal.money("amount").to_yuan() + " → " + project.money("year_amount").to_yuan();
    OB_CHECK(call.records().transition(kGoal, goal.id(), goal.version(), "doubt", told));
  }
  return {};
}

} // namespace

Result<void> follow_project(Call& call, const Event& event) {
  const Row payload(event.payload);
  if (payload.text("entity") != kProject) return {};
  std::vector<Row> goals;
  OB_CHECK(by_hundreds(ids_in(payload), "project", [&](const std::string& filter) {
    return call.records().each(kGoal, where(filter + ";status==approved"), [&](const Row& row) -> Result<void> {
      goals.push_back(row);
      return {};
    });
  }));
  return doubt_goals(call, goals);
}

Result<Json> goal_state(Call& call, const Message& message) {
  const Row request(message.request);
  const std::string filter =
      "project==" + request.text("project") + ";fiscal_year==" + std::to_string(request.number("fiscal_year"));
  OB_TRY(const auto goal, call.records().first(kGoal, where(filter + ";status!=superseded", "-revision")));
  if (!goal) return Json{{"state", "none"}, {"sound", false}};
  OB_TRY(const Row project, call.records().get(kProject, goal->ref("project")));
  const bool sound = goal->text("status") == "approved" && goal->money("amount") == project.money("year_amount");
  return Json{{"state", goal->text("status")},
              {"sound", sound},
              {"goal", goal->id().str()},
              {"amount", plugin::abi(goal->money("amount"))}};
}

} // namespace onebudget::performance
