#include "plugins/workflow/service/act.hpp"

namespace onebudget::workflow {

Office office_of_task(const DeskTask& task) {
  const std::string queue = task.row.text("office_queue");
  const auto slash = queue.find('/');
  return {task.row.text("role"),
          task.row.text("office"),
          slash == std::string::npos ? std::string() : queue.substr(slash + 1),
          {}};
}

Result<Answer> transfer(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const std::int64_t version, request.version());
  OB_TRY(const Json body, request.json());
  const Row asked(body);
  const PersonId to = asked.ref("to").value;
  OB_TRY(Desk desk, Desk::of_task(call, id, version));
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(const Turn turn, desk.turn_of(me, desk.task(id)));
  std::string name;
  OB_CHECK(desk.may_get(to, desk.task(id), name));
  const DeskTask old = desk.task(id);
  OB_TRY(const Json sign, signed_by(call, turn, asked.text("opinion")));
  OB_CHECK(desk.close_task(desk.task(id), TaskState::moved, sign));
  Desk::NewTask wanted;
  wanted.step = find_step(desk.definition(), old.task.step);
  if (wanted.step == nullptr) return wrong("step");
  wanted.office = office_of_task(old);
  wanted.holder = to;
  wanted.added = old.task.added;
  wanted.added_by = old.row.ref("added_by").value;
  wanted.note = call.text("note.transferred", {name});
  OB_TRY(const RecordId made, desk.add_task(wanted));
  // Whoever was to sign behind the task signs behind its successor.
  for (DeskTask& one : desk.tasks()) {
    if (one.task.behind != id.value || one.task.state != TaskState::waiting) continue;
    one.task.behind = made.value;
    OB_CHECK(desk.update_task(one, {{"behind", made.value}}));
  }
  OB_CHECK(desk.update_case({{"acts", desk.row().number("acts") + 1}}));
  return Answer::json(moved_json(desk, made));
}

Result<Answer> claim(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const std::int64_t version, request.version());
  OB_TRY(Desk desk, Desk::of_task(call, id, version));
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(const Turn turn, desk.turn_of(me, desk.task(id)));
  DeskTask& task = desk.task(id);
  const bool mine = task.row.ref("holder").value == turn.actor;
  const Json changes = mine ? Json{{"holder", nullptr}, {"queue", task.row.text("office_queue")}}
                            : Json{{"holder", std::to_string(turn.actor)}, {"queue", own_queue(turn.actor)}};
  OB_CHECK(desk.update_task(task, changes));
  OB_CHECK(desk.update_case(Json::object()));
  Json out = moved_json(desk, id);
  out["holder"] = desk.task(id).row.at("holder");
  return Answer::json(out);
}

} // namespace onebudget::workflow
