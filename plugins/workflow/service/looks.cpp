// Looking at a case: its track, the marks of what was seen, urging.

#include <algorithm>

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

namespace {

constexpr const char* kSeen = "workflow.seen";

Result<std::optional<Row>> mark_of(const Call& call, RecordId id, PersonId me) {
  return call.records().first(kSeen, where("case==" + id.str() + ";person==" + std::to_string(me)));
}

Json task_json(const DeskTask& one, std::int64_t seen_at) {
  Json out = {{"id", RecordId{one.task.id}.str()}, {"version", one.version}};
  for (const char* field : {"number",        "step",        "title",          "round",     "mode",     "state",
                            "added",         "added_by",    "role",           "office",    "holder",   "opened_at",
                            "due",           "due_assumed", "overdue",        "escalated", "acted_at", "actor",
                            "actor_name",    "principal",   "principal_name", "opinion",   "to_step",  "wait_ms",
                            "wait_workdays", "urged",       "reminded",       "note",      "filled"})
    out[field] = one.row.at(field);
  out["is_new"] = std::max(one.row.number("acted_at"), one.row.number("opened_at")) > seen_at;
  return as_told(std::move(out));
}

} // namespace

Result<Answer> track(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(Desk desk, Desk::open(call, id));
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(const auto mark, mark_of(call, id, me));
  const std::int64_t seen_at = mark ? mark->number("looked_at") : 0;
  Json tasks = Json::array();
  for (const DeskTask& one : desk.tasks()) {
    tasks.push_back(task_json(one, seen_at));
    // What still waits is measured up to now.
    if (one.task.state == TaskState::open) tasks.back()["wait_ms"] = call.now_ms() - one.row.number("opened_at");
  }
  Json out = {{"id", id.str()}, {"version", desk.row().version()}, {"tasks", tasks}};
  for (const char* field : {"title", "unit", "definition", "subject_entity", "subject_id", "amount", "state", "starter",
                            "round", "position", "way", "started_at", "finished_at", "wait_ms", "wait_workdays"})
    out[field] = desk.row().at(field);
  out["seen_at"] = mark ? mark->at("looked_at") : Json(nullptr);
  out["watched"] = mark && mark->flag("watched");
  out["changed"] = !mark || mark->number("acts") != desk.row().number("acts");
  return Answer::json(as_told(std::move(out)));
}

Result<Answer> look(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  const Row asked(body);
  OB_TRY(const Row row, call.records().get(kCase, id));
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(const auto mark, mark_of(call, id, me));
  const bool watched = asked.has("watch") ? asked.flag("watch") : mark && mark->flag("watched");
  Json values = {{"acts", row.number("acts")}, {"looked_at", call.now_ms()}, {"watched", watched}};
  if (mark) {
    OB_CHECK(call.records().update(kSeen, mark->id(), mark->version(), values));
  } else {
    values["case"] = id.str();
    values["person"] = std::to_string(me);
    OB_CHECK(call.records().insert(kSeen, values));
  }
  return Answer::json({{"case", id.str()}, {"watched", watched}, {"acts", row.number("acts")}});
}

Result<Answer> urge(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  OB_TRY(Desk desk, Desk::open(call, id));
  OB_TRY(const PersonId me, person_of(call));
  if (desk.row().ref("starter").value != me)
    return fault(FaultKind::forbidden, "workflow.not_yours", {"由送审人催办。", "The submitter urges."});
  int urged = 0;
  for (DeskTask& one : desk.tasks()) {
    if (one.task.state != TaskState::open || !desk.running()) continue;
    OB_CHECK(desk.update_task(one, {{"urged", one.row.number("urged") + 1}}));
    OB_CHECK(desk.publish("workflow.step.reminded", {{"task", RecordId{one.task.id}.str()},
                                                     {"reason", "urged"},
                                                     {"opinion", Row(body).at("opinion")},
                                                     {"role", one.row.at("role")},
                                                     {"office", one.row.at("office")},
                                                     {"holder", one.row.at("holder")}}));
    ++urged;
  }
  return Answer::json({{"case", id.str()}, {"urged", urged}});
}

} // namespace onebudget::workflow
