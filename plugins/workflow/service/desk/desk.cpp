// Loading a case, and the questions that are asked of it.

#include "plugins/workflow/service/desk/desk.hpp"

#include <algorithm>
#include <utility>

namespace onebudget::workflow {

namespace {

template <class Value>
Value named(const std::string& text, std::initializer_list<Value> all) {
  for (const Value value : all)
    if (text == name_of(value)) return value;
  return *all.begin();
}

DeskTask task_of(const Row& row) {
  Task task;
  task.id = row.id().value;
  task.step = row.text("step");
  task.rank = static_cast<int>(row.number("rank"));
  task.round = static_cast<int>(row.number("round", 1));
  task.mode = named(row.text("mode"), {Mode::single, Mode::all, Mode::any, Mode::in_order});
  task.state = named(row.text("state"), {TaskState::waiting, TaskState::open, TaskState::approved, TaskState::returned,
                                         TaskState::moved, TaskState::cancelled});
  task.added = row.flag("added");
  task.behind = row.number("behind");
  return {task, row, row.version()};
}

bool among(const std::string& queue, const std::vector<std::string>& queues) {
  return std::find(queues.begin(), queues.end(), queue) != queues.end();
}

} // namespace

Result<Desk> Desk::open(const Call& call, RecordId id) {
  Desk desk(call);
  OB_CHECK(desk.load(id));
  return desk;
}

Result<Desk> Desk::of_task(const Call& call, RecordId task, std::int64_t version) {
  OB_TRY(const Row row, call.records().get(kStep, task));
  if (version != 0 && row.version() != version)
    return fault(FaultKind::version, "workflow.version",
                 {"任务已被他人办理或变更。请刷新后再办。", "Somebody changed the task. Reload it first."});
  OB_TRY(Desk desk, open(call, row.ref("case")));
  if (desk.task(task).task.state == TaskState::open && desk.running()) return desk;
  return fault(FaultKind::conflict, "workflow.task_closed",
               {"该任务不在待办状态。请刷新待办列表。", "The task is not open. Reload the inbox."});
}

Result<void> Desk::load(RecordId id) {
  OB_TRY(row_, call_->records().get(kCase, id));
  version_ = row_.version();
  OB_TRY(const Row definition, call_->records().get("workflow.definition", row_.ref("definition")));
  OB_TRY(definition_, read_definition(definition.at("body")));
  for (const Json& rank : row_.at("way")) {
    auto& steps = way_.emplace_back();
    for (const Json& step : rank)
      if (step.is_string()) steps.push_back(step);
  }
  plugin::Query query;
  query.filter = "case==" + id.str();
  query.sort = "number";
  OB_TRY(const auto rows, call_->records().list(kStep, query));
  for (const Row& row : rows) tasks_.push_back(task_of(row));
  OB_TRY(const Row node, call_->node(row_.ref("unit")));
  owner_ = {node.text("path"), node.text("department_code")};
  OB_TRY(calendar_, calendar_of(*call_));
  return {};
}

DeskTask& Desk::task(RecordId id) {
  const auto found =
      std::find_if(tasks_.begin(), tasks_.end(), [&](const DeskTask& one) { return one.task.id == id.value; });
  return found == tasks_.end() ? none_ = DeskTask() : *found;
}

std::vector<PersonId> Desk::makers() const {
  std::vector<PersonId> out = {row_.ref("starter").value};
  for (const Json& maker : row_.at("makers"))
    if (maker.is_string()) out.push_back(RecordId::parse(maker.get<std::string>()).value_or(RecordId{}).value);
  return out;
}

std::vector<Hand> Desk::hands() const {
  std::vector<Hand> out;
  for (const DeskTask& one : tasks_)
    if (one.task.state == TaskState::approved)
      out.push_back(
          {one.row.ref("actor").value, one.row.ref("principal").value, one.task.step, one.task.round, one.task.id});
  return out;
}

std::vector<Task> Desk::round_tasks() const {
  std::vector<Task> out;
  for (const DeskTask& one : tasks_)
    if (one.task.round == row_.number("round", 1)) out.push_back(one.task);
  return out;
}

Result<Turn> Desk::turn_of(PersonId actor, DeskTask& task) const {
  PersonId holder = task.row.ref("holder").value;
  if (holder != 0) {
    OB_TRY(const auto posts, posts_of_person(*call_, holder));
    if (posts.empty()) holder = 0; // left or disabled: the office's pool
  }
  OB_TRY(const auto posts, posts_of_role(*call_, task.row.text("role"), row_.ref("unit")));
  std::vector<PersonId> office;
  for (const Post& post : posts)
    if (among(task.row.text("office_queue"), queues_of(post.person, {post}))) office.push_back(post.person);
  OB_TRY(const auto principals, principals_of(*call_, actor));
  const auto principal = entitled(actor, holder, office, principals);
  if (!principal)
    return fault(
        FaultKind::forbidden, "workflow.not_yours",
        {"该任务不归您办理，也没有人委派您代办。", "The task is not yours, nor has anybody delegated it to you."});
  const Turn turn{actor, *principal, task.task.step, task.task.round, task.task.id};
  if (auto refused = unclean(turn, makers(), hands())) return *std::move(refused);
  return turn;
}

Result<void> Desk::may_get(PersonId person, const DeskTask& task, std::string& name) const {
  OB_TRY(const auto posts, posts_of_person(*call_, person));
  if (posts.empty())
    return fault(FaultKind::rule, "workflow.left",
                 {"此人已停用或没有岗位。请另选一人。", "The person is disabled or holds no post. Choose another."},
                 {{"/to",
                   "workflow.left",
                   {"已停用或没有岗位。", "Disabled, or without a post."},
                   {"请另选一人。", "Choose another person."}}});
  name = posts.front().name;
  if (auto refused = unclean({person, 0, task.task.step, task.task.round, task.task.id}, makers(), hands()))
    return *std::move(refused);
  return {};
}

} // namespace onebudget::workflow
