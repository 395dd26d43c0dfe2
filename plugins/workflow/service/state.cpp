// What other plugins ask about the case of a subject.

#include <algorithm>

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

namespace {

/// The open case of the subject, as this unit of work sees it.
Result<std::optional<Row>> open_case(const Call& call, const Row& request) {
  const std::string key = request.text("entity") + "/" + request.text("id");
  OB_TRY(const auto found, call.records().first(kCase, where("open_subject==" + plugin::quoted(key))));
  if (!found) return std::optional<Row>();
  OB_TRY(Row now, call.records().get(kCase, found->id()));
  return std::optional<Row>(std::move(now));
}

} // namespace

Result<Json> permits(Call& call, const Message& message) {
  const Row request(message.request);
  OB_TRY(const auto open, open_case(call, request));
  const bool running = open && open->text("state") == "running";
  const bool granted = running && open->text("granting") == request.text("transition");
  Json out = {{"running", running}, {"allowed", !running || granted}};
  if (!granted || !open->has("filling")) return out;
  OB_TRY(const Row task, call.records().get(kStep, open->ref("filling")));
  out["fields"] = task.at("filled");
  out["step"] = task.text("title");
  return out;
}

Result<Json> state(Call& call, const Message& message) {
  const Row request(message.request);
  OB_TRY(const auto open, open_case(call, request));
  if (!open) return Json{{"state", "none"}, {"tasks", Json::array()}};
  OB_TRY(Desk desk, Desk::open(call, open->id()));
  Json tasks = Json::array();
  for (const DeskTask& one : desk.tasks())
    if (one.task.state == TaskState::open)
      tasks.push_back({{"task", RecordId{one.task.id}.str()},
                       {"version", one.version},
                       {"step", one.task.step},
                       {"title", one.row.text("title")},
                       {"role", one.row.at("role")},
                       {"holder", one.row.at("holder")},
                       {"due", one.row.at("due")}});
  return Json{{"state", open->text("state")}, {"case", open->id().str()}, {"tasks", tasks}};
}

Result<Json> field_rights(Call& call, const Message& message) {
  const Row request(message.request);
  OB_TRY(const auto open, open_case(call, request));
  Json out = {{"running", false}, {"task", nullptr}, {"fields", Json::array()}};
  if (!open || open->text("state") != "running") return out;
  out["running"] = true;
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(Desk desk, Desk::open(call, open->id()));
  for (DeskTask& one : desk.tasks()) {
    if (one.task.state != TaskState::open) continue;
    // A refusal only means that this task is not the caller's.
    if (!desk.turn_of(me, one)) continue;
    out["task"] = RecordId{one.task.id}.str();
    for (const FieldRight& right : rights_of(one.row)) out["fields"].push_back(right.name);
    return out;
  }
  return out;
}

} // namespace onebudget::workflow
