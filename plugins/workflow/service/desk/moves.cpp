// The moves of a case: tasks open and close, ranks follow each other, the subject moves along.

#include <algorithm>

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

namespace {

constexpr std::size_t kLongestRemark = 2000; ///< of a transition

Json person_json(PersonId person) { return person == 0 ? Json(nullptr) : Json(std::to_string(person)); }

Fault nobody(const Step& step, const std::string& role) {
  const std::string title = step.title.empty() ? step.id : step.title;
  return fault(
      FaultKind::rule, "workflow.nobody_holds",
      {"环节“" + title + "”无人可办：没有（除经办人和已办人之外的）在岗人员担任 " + role +
           "。请安全管理员授予该角色后再办。",
       "Nobody can handle the step \"" + title + "\": no one but the makers and those who acted already holds " + role +
           ". Have the security administrator grant the role first."});
}

} // namespace

Result<Office> Desk::office_for(const Step& step, const std::string& role) const {
  OB_TRY(const auto posts, posts_of_role(*call_, role, row_.ref("unit")));
  const auto office = office_of(step.at, role, owner_, posts);
  if (!office) return nobody(step, role);
  const int round = static_cast<int>(row_.number("round", 1));
  const bool someone = std::any_of(office->people.begin(), office->people.end(), [&](PersonId person) {
    return !unclean({person, 0, step.id, round, 0}, makers(), hands());
  });
  if (!someone) return nobody(step, role);
  return *office;
}

Result<void> Desk::deadline(const Step& step, Json& values) const {
  OB_TRY(const auto due, due_day(calendar_, call_->today(), step.workdays, step.by));
  if (!due) return {};
  values["due"] = due->day.str();
  values["due_assumed"] = due->assumed;
  values["alarm"] = next_alarm(calendar_, std::min(call_->today(), due->day.plus_days(-1)), due->day).str();
  return {};
}

Result<RecordId> Desk::add_task(const NewTask& wanted) {
  const Step& step = *wanted.step;
  const bool open = wanted.state == TaskState::open;
  Json values = {{"case", id().str()},
                 {"number", tasks_.size() + 1},
                 {"subject_title", row_.at("title")},
                 {"subject_entity", row_.at("subject_entity")},
                 {"subject_id", row_.at("subject_id")},
                 {"amount", row_.at("amount")},
                 {"step", step.id},
                 {"title", step.title.empty() ? step.id : step.title},
                 {"rank", step.rank},
                 {"round", row_.number("round", 1)},
                 {"mode", name_of(step.mode)},
                 {"state", name_of(wanted.state)},
                 {"added", wanted.added},
                 {"added_by", person_json(wanted.added_by)},
                 {"behind", wanted.behind},
                 {"role", wanted.office.role},
                 {"office", wanted.office.node},
                 {"office_queue", wanted.office.queue()},
                 {"holder", person_json(wanted.holder)},
                 {"overdue", name_of(step.overdue)},
                 {"escalate_to", step.escalate_to.empty() ? Json(nullptr) : Json(step.escalate_to)},
                 {"fields", wanted.added ? Json(Json::array()) : rights_json(step.fields)},
                 {"note", wanted.note.empty() ? Json(nullptr) : Json(wanted.note)}};
  if (open) {
    values["queue"] = wanted.holder != 0 ? own_queue(wanted.holder) : wanted.office.queue();
    values["opened_at"] = call_->now_ms();
    OB_CHECK(deadline(step, values));
  }
  OB_TRY(const RecordId task, call_->records().insert(kStep, values));
  values["id"] = task.str();
  Task made{task.value, step.id,      step.rank,    static_cast<int>(row_.number("round", 1)),
            step.mode,  wanted.state, wanted.added, wanted.behind};
  tasks_.push_back({made, Row(values), 1});
  if (open)
    OB_CHECK(publish("workflow.step.opened", {{"task", task.str()},
                                              {"step", step.id},
                                              {"role", wanted.office.role},
                                              {"office", wanted.office.node},
                                              {"holder", person_json(wanted.holder)}}));
  return task;
}

Result<void> Desk::open_rank(int rank, const std::string& only) {
  for (const std::string& id : way_[static_cast<std::size_t>(rank)]) {
    if (!only.empty() && id != only) continue;
    const Step* step = find_step(definition_, id);
    if (step == nullptr) continue;
    std::int64_t before = 0;
    for (const std::string& role : step->roles) {
      NewTask wanted;
      wanted.step = step;
      OB_TRY(wanted.office, office_for(*step, role));
      if (step->mode == Mode::in_order && before != 0) wanted.state = TaskState::waiting;
      wanted.behind = step->mode == Mode::in_order ? before : 0;
      OB_TRY(const RecordId task, add_task(wanted));
      before = task.value;
    }
  }
  return {};
}

Result<void> Desk::update_task(DeskTask& task, const Json& changes) {
  OB_CHECK(call_->records().update(kStep, RecordId{task.task.id}, task.version, changes));
  ++task.version;
  Json json = task.row.json();
  json.update(changes);
  task.row = Row(std::move(json));
  return {};
}

Result<void> Desk::open_waiting(DeskTask& task) {
  const PersonId holder = task.row.ref("holder").value;
  Json changes = {{"state", name_of(TaskState::open)},
                  {"behind", 0},
                  {"opened_at", call_->now_ms()},
                  {"queue", holder != 0 ? own_queue(holder) : task.row.text("office_queue")}};
  if (const Step* step = find_step(definition_, task.task.step)) OB_CHECK(deadline(*step, changes));
  task.task.state = TaskState::open;
  task.task.behind = 0;
  OB_CHECK(update_task(task, changes));
  return publish("workflow.step.opened", {{"task", RecordId{task.task.id}.str()},
                                          {"step", task.task.step},
                                          {"role", task.row.at("role")},
                                          {"office", task.row.at("office")},
                                          {"holder", task.row.at("holder")}});
}

Result<void> Desk::close_task(DeskTask& task, TaskState state, Json more) {
  const bool was_open = task.task.state == TaskState::open;
  task.task.state = state;
  more["state"] = name_of(state);
  more["queue"] = nullptr;
  more["alarm"] = nullptr;
  if (was_open) {
    const std::int64_t opened = task.row.number("opened_at");
    more["acted_at"] = call_->now_ms();
    more["wait_ms"] = call_->now_ms() - opened;
    const auto from = Day::parse(day_of_ms(opened));
    OB_TRY(const WorkdayCount count, calendar_.between(from.value_or(call_->today()), call_->today()));
    more["wait_workdays"] = count.workdays;
  }
  OB_CHECK(update_task(task, more));
  if (!was_open) return {};
  return publish("workflow.step.acted", {{"task", RecordId{task.task.id}.str()},
                                         {"step", task.task.step},
                                         {"result", name_of(state)},
                                         {"actor", task.row.at("actor")},
                                         {"principal", task.row.at("principal")},
                                         {"role", task.row.at("role")},
                                         {"wait_ms", task.row.at("wait_ms")},
                                         {"wait_workdays", task.row.at("wait_workdays")}});
}

Result<void> Desk::cancel_open() {
  for (DeskTask& task : tasks_)
    if (task.task.state == TaskState::open || task.task.state == TaskState::waiting)
      OB_CHECK(close_task(task, TaskState::cancelled));
  return {};
}

Result<void> Desk::update_case(Json changes) {
  changes["changed_at"] = call_->now_ms();
  OB_CHECK(call_->records().update(kCase, id(), version_, changes));
  ++version_;
  Json json = row_.json();
  json.update(changes);
  row_ = Row(std::move(json));
  return {};
}

Result<void> Desk::make(const std::string& transition, const std::string& comment, bool moves) {
  const std::string entity = row_.text("subject_entity");
  OB_TRY(const Row subject, call_->records().get(entity, row_.ref("subject_id")));
  const DeskTask from = filling_.none() ? DeskTask() : task(filling_);
  OB_CHECK(
      update_case({{"granting", transition}, {"filling", filling_.none() ? Json(nullptr) : Json(filling_.str())}}));
  std::string remark = comment;
  if (!filling_.none()) {
    const std::string note = call_->text("note.filled", {from.row.text("title")});
    if (note.size() + comment.size() <= kLongestRemark) remark = note + comment;
  }
  OB_CHECK(call_->records().transition(entity, subject.id(), subject.version(), transition, remark));
  if (!filling_.none()) {
    OB_TRY(const Row filled, call_->records().get(entity, subject.id()));
    OB_CHECK(check_taken(from.row.at("filled"), subject, filled));
  }
  filling_ = {};
  Json moved = row_.at("moved").is_array() ? row_.at("moved") : Json(Json::array());
  if (moves) moved.push_back(transition);
  return update_case({{"granting", nullptr}, {"filling", nullptr}, {"moved", moved}});
}

Result<void> Desk::move_subject(const std::string& transition, const std::string& comment) {
  return transition.empty() ? Result<void>() : make(transition, comment, true);
}

Result<void> Desk::fill_in_place(const std::string& comment) {
  if (filling_.none()) return {};
  OB_TRY(const Row subject, call_->records().get(row_.text("subject_entity"), row_.ref("subject_id")));
  const Json given = task(filling_).row.at("filled");
  auto made = make("amend_" + subject.text("status"), comment, false);
  if (!made && made.fault().code == "records.unknown_transition") return check_taken(given, subject, subject);
  return made;
}

Result<void> Desk::advance(const std::string& opinion) {
  const auto position = static_cast<int>(row_.number("position"));
  for (const std::string& id : way_[static_cast<std::size_t>(position)]) {
    const Step* step = find_step(definition_, id);
    const Json& moved = row_.at("moved");
    const bool done = step == nullptr || std::find(moved.begin(), moved.end(), Json(step->transition)) != moved.end();
    if (!done) OB_CHECK(move_subject(step->transition, opinion));
  }
  const int next = position + 1;
  if (next >= static_cast<int>(way_.size())) return finish(opinion);
  OB_CHECK(fill_in_place(opinion));
  OB_CHECK(update_case({{"position", next}, {"acts", row_.number("acts") + 1}}));
  return open_rank(next);
}

Result<void> Desk::finish(const std::string& opinion) {
  OB_CHECK(move_subject(definition_.on_finish, opinion));
  OB_CHECK(fill_in_place(opinion));
  const std::int64_t started = row_.number("started_at");
  const auto from = Day::parse(day_of_ms(started));
  OB_TRY(const WorkdayCount count, calendar_.between(from.value_or(call_->today()), call_->today()));
  OB_CHECK(update_case({{"state", "finished"},
                        {"open_subject", nullptr},
                        {"acts", row_.number("acts") + 1},
                        {"finished_at", call_->now_ms()},
                        {"wait_ms", call_->now_ms() - started},
                        {"wait_workdays", count.workdays}}));
  return publish(
      "workflow.case.finished",
      {{"result", "approved"}, {"wait_ms", row_.at("wait_ms")}, {"wait_workdays", row_.at("wait_workdays")}});
}

Result<void> Desk::send_back(int rank, const std::string& step, const std::string& opinion, bool by_deadline) {
  OB_CHECK(cancel_open());
  const Json payload = {
      {"to_step", step.empty() ? Json(nullptr) : Json(step)}, {"opinion", opinion}, {"by_deadline", by_deadline}};
  if (rank < 0) {
    if (!by_deadline) OB_CHECK(move_subject(definition_.on_return, opinion));
    OB_CHECK(update_case({{"state", "returned"}, {"acts", row_.number("acts") + 1}, {"moved", Json::array()}}));
    return publish("workflow.case.returned", payload);
  }
  OB_CHECK(
      update_case({{"position", rank}, {"round", row_.number("round", 1) + 1}, {"acts", row_.number("acts") + 1}}));
  OB_CHECK(open_rank(rank, step));
  return publish("workflow.case.returned", payload);
}

Result<void> Desk::begin_round() {
  const Row facts(row_.at("facts"));
  const Facts known{row_.money("amount"), facts.text("category"), facts.text("office"), facts.text("owner_kind")};
  OB_TRY(const auto ranks, workflow::way(definition_, known));
  way_.clear();
  for (const auto& rank : ranks) {
    auto& steps = way_.emplace_back();
    for (const Step& step : rank) steps.push_back(step.id);
  }
  OB_CHECK(update_case({{"way", Json(way_)}, {"position", 0}}));
  return open_rank(0);
}

Result<void> Desk::publish(const std::string& topic, Json payload) const {
  payload["case"] = id().str();
  payload["entity"] = row_.at("subject_entity");
  payload["id"] = row_.at("subject_id");
  payload["unit"] = row_.at("unit");
  payload["at_ms"] = call_->now_ms();
  return call_->publish(topic, row_.text("subject_entity") + "/" + row_.text("subject_id"), payload);
}

} // namespace onebudget::workflow
