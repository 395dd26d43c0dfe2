// 加签 and 减签.

#include <algorithm>

#include "plugins/workflow/service/act.hpp"

namespace onebudget::workflow {

Result<Answer> add_signer(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const std::int64_t version, request.version());
  OB_TRY(const Json body, request.json());
  const Row asked(body);
  const PersonId to = asked.ref("to").value;
  const std::string place = asked.text("place");
  OB_TRY(Desk desk, Desk::of_task(call, id, version));
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(const Turn turn, desk.turn_of(me, desk.task(id)));
  if (to == turn.actor)
    return fault(FaultKind::rule, "workflow.added_oneself",
                 {"不能把自己加为会签人。请另选一人。", "Nobody adds themself as a signer. Choose another person."});
  std::string name;
  OB_CHECK(desk.may_get(to, desk.task(id), name));
  Desk::NewTask wanted;
  wanted.step = find_step(desk.definition(), desk.task(id).task.step);
  if (wanted.step == nullptr) return wrong("step");
  wanted.office = office_of_task(desk.task(id));
  wanted.holder = to;
  wanted.added = true;
  wanted.added_by = turn.actor;
  wanted.state = place == "after" ? TaskState::waiting : TaskState::open;
  wanted.behind = place == "after" ? id.value : 0;
  wanted.note = call.text("note.added", {name, asked.text("opinion")});
  OB_TRY(const RecordId made, desk.add_task(wanted));
  if (place == "before") {
    DeskTask& task = desk.task(id);
    task.task.state = TaskState::waiting;
    OB_CHECK(
        desk.update_task(task, {{"state", "waiting"}, {"behind", made.value}, {"queue", nullptr}, {"alarm", nullptr}}));
  } else {
    // The task moves on by a version, so that two people do not add at once without seeing each other.
    OB_CHECK(desk.update_task(desk.task(id), {{"note", call.text("note.adds", {name})}}));
  }
  OB_CHECK(desk.update_case({{"acts", desk.row().number("acts") + 1}}));
  Json out = moved_json(desk, id);
  out["added"] = made.str();
  return Answer::json(out, 201);
}

Result<Answer> drop_signer(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const std::int64_t version, request.version());
  OB_TRY(const Row row, call.records().get(kStep, id));
  if (row.version() != version)
    return fault(FaultKind::version, "workflow.version",
                 {"任务已被他人办理或变更。请刷新后再办。", "Somebody changed the task. Reload it first."});
  OB_TRY(Desk desk, Desk::open(call, row.ref("case")));
  OB_TRY(const PersonId me, person_of(call));
  DeskTask& task = desk.task(id);
  const bool pending = task.task.state == TaskState::open || task.task.state == TaskState::waiting;
  if (!desk.running() || !pending || !task.task.added)
    return fault(FaultKind::conflict, "workflow.not_added",
                 {"只能减去尚未办理的加签。", "Only an added signer who has not acted is dropped."});
  if (row.ref("added_by").value != me)
    return fault(FaultKind::forbidden, "workflow.not_yours",
                 {"加签由加签人自己减去。", "A signer is dropped by whoever added them."});
  OB_CHECK(desk.close_task(task, TaskState::cancelled));
  for (DeskTask& one : desk.tasks())
    if (one.task.state == TaskState::waiting && one.task.behind == id.value) OB_CHECK(desk.open_waiting(one));
  OB_CHECK(desk.update_case({{"acts", desk.row().number("acts") + 1}}));
  // The last open task of the rank may have been the dropped one.
  const auto tasks = desk.round_tasks();
  const bool left = std::any_of(tasks.begin(), tasks.end(), [](const Task& one) {
    return one.state == TaskState::open || one.state == TaskState::waiting;
  });
  if (!left) OB_CHECK(desk.advance(""));
  return Answer::json(moved_json(desk, id));
}

} // namespace onebudget::workflow
