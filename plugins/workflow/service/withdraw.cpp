#include <algorithm>

#include "plugins/workflow/service/act.hpp"

namespace onebudget::workflow {

namespace {

constexpr std::int64_t kMinutes = 10;

Result<std::int64_t> minutes(const Call& call) {
  OB_TRY(const Json setting, call.host().setting("recall_minutes"));
  return setting.is_number_integer() ? setting.get<std::int64_t>() : kMinutes;
}

bool acted(const DeskTask& one) {
  return one.task.state == TaskState::approved || one.task.state == TaskState::returned ||
         one.task.state == TaskState::moved;
}

Result<Json> ended(const Call& call, Desk& desk, const std::string& opinion) {
  OB_CHECK(desk.update_case({{"state", "withdrawn"},
                             {"open_subject", nullptr},
                             {"acts", desk.row().number("acts") + 1},
                             {"finished_at", call.now_ms()}}));
  OB_CHECK(desk.publish("workflow.case.withdrawn", {{"opinion", opinion}}));
  return Json{{"case", desk.id().str()}, {"case_state", "withdrawn"}};
}

/// The submitter takes the case back, before anybody acted on it: in any round since it was submitted, because a return
/// to an earlier step begins a new one.
Result<Json> recall_case(const Call& call, Desk& desk, const std::string& opinion, bool move) {
  const std::int64_t submitted = desk.row().number("submitted_at");
  const bool touched = std::any_of(desk.tasks().begin(), desk.tasks().end(), [&](const DeskTask& one) {
    return acted(one) && one.row.number("acted_at") >= submitted;
  });
  OB_TRY(const std::int64_t limit, minutes(call));
  OB_CHECK(may_recall(submitted, call.now_ms(), limit, touched));
  OB_CHECK(desk.cancel_open());
  if (move) OB_CHECK(desk.move_subject(desk.definition().on_withdraw, opinion));
  return ended(call, desk, opinion);
}

/// The last handler takes an approval back, while whoever comes next has not acted and the subject has not moved.
Result<Json> recall_approval(const Call& call, Desk& desk, DeskTask& mine) {
  const Step* step = find_step(desk.definition(), mine.task.step);
  OB_TRY(const std::int64_t limit, minutes(call));
  const bool next_acted = std::any_of(desk.tasks().begin(), desk.tasks().end(), [&](const DeskTask& one) {
    return acted(one) && one.row.number("acted_at") >= mine.row.number("acted_at") && one.task.id != mine.task.id;
  });
  OB_CHECK(may_recall(mine.row.number("acted_at"), call.now_ms(), limit, next_acted));
  if (mine.row.at("filled").is_object())
    return fault(FaultKind::conflict, "workflow.recall_filled",
                 {"办理时填写了事项的字段，不能撤回。请联系下一办理人退回。",
                  "Fields of the subject were filled in with the approval; it cannot be recalled. Ask the next handler "
                  "to return it."});
  const Json& moved = desk.row().at("moved");
  if (step != nullptr && std::find(moved.begin(), moved.end(), Json(step->transition)) != moved.end())
    return fault(FaultKind::conflict, "workflow.recall_moved",
                 {"该环节已改变事项的状态，不能撤回。请联系下一办理人退回。",
                  "The step has moved the subject; it cannot be recalled. Ask the next handler to return it."});
  const int rank = [&] {
    for (std::size_t i = 0; i < desk.way().size(); ++i)
      if (std::find(desk.way()[i].begin(), desk.way()[i].end(), mine.task.step) != desk.way()[i].end())
        return static_cast<int>(i);
    return 0;
  }();
  if (rank != desk.row().number("position")) {
    for (DeskTask& one : desk.tasks())
      if (one.task.state == TaskState::open || one.task.state == TaskState::waiting)
        OB_CHECK(desk.close_task(one, TaskState::cancelled));
    OB_CHECK(desk.update_case({{"position", rank}}));
  }
  Desk::NewTask again;
  again.step = step;
  if (step == nullptr) return wrong("step");
  again.office = office_of_task(mine);
  again.holder = mine.row.ref("actor").value;
  again.note = call.text("note.recalled");
  OB_CHECK(desk.close_task(mine, TaskState::moved, {{"note", again.note}}));
  OB_TRY(const RecordId task, desk.add_task(again));
  OB_CHECK(desk.update_case({{"acts", desk.row().number("acts") + 1}}));
  return moved_json(desk, task);
}

} // namespace

Result<Answer> withdraw_case(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const std::int64_t version, request.version());
  OB_TRY(const Json body, request.json());
  OB_TRY(Desk desk, Desk::open(call, id));
  OB_TRY(const PersonId me, person_of(call));
  if (desk.row().version() != version)
    return fault(FaultKind::version, "workflow.version",
                 {"事项已被他人办理。请刷新后再办。", "Somebody acted on the case. Reload it first."});
  if (!desk.running())
    return fault(FaultKind::conflict, "workflow.not_running", {"该事项不在办理中。", "The case is not running."});
  if (desk.row().ref("starter").value == me) {
    OB_TRY(const Json done, recall_case(call, desk, Row(body).text("opinion"), true));
    return Answer::json(done);
  }
  DeskTask* mine = nullptr;
  for (DeskTask& one : desk.tasks())
    if (one.task.state == TaskState::approved && one.row.ref("actor").value == me) mine = &one;
  if (mine == nullptr)
    return fault(FaultKind::forbidden, "workflow.not_yours",
                 {"只有送审人和最后办理人可以撤回。", "Only the submitter and the last handler may recall."});
  OB_TRY(const Json done, recall_approval(call, desk, *mine));
  return Answer::json(done);
}

Result<Json> withdraw(Call& call, const Message& message) {
  const Row request(message.request);
  const std::string key = request.text("entity") + "/" + request.text("id");
  OB_TRY(const auto open, call.records().first(kCase, where("open_subject==" + plugin::quoted(key))));
  if (!open) return Json{{"withdrawn", false}};
  OB_TRY(Desk desk, Desk::open(call, open->id()));
  const bool returned = desk.row().text("state") == "returned";
  if (!desk.running() && !returned) return Json{{"withdrawn", false}};
  OB_TRY(const PersonId me, person_of(call));
  if (desk.row().ref("starter").value != me)
    return fault(FaultKind::forbidden, "workflow.not_yours",
                 {"只有送审人可以撤回。", "Only the submitter may recall."});
  const std::string opinion = request.text("opinion");
  OB_TRY(const Json done, returned ? ended(call, desk, opinion) : recall_case(call, desk, opinion, false));
  return Json{{"withdrawn", true}, {"case", Row(done).at("case")}};
}

} // namespace onebudget::workflow
