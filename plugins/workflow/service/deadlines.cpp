// Late tasks: reminded of, escalated or returned; never approved.

#include <algorithm>

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

namespace {

constexpr std::int64_t kAtOnce = 200; ///< tasks in one unit of work

struct Tally {
  std::int64_t reminded = 0, escalated = 0, returned = 0, released = 0;
};

Result<void> remind(Desk& desk, DeskTask& task, const char* reason) {
  OB_CHECK(desk.update_task(task, {{"reminded", task.row.number("reminded") + 1}}));
  return desk.publish("workflow.step.reminded", {{"task", RecordId{task.task.id}.str()},
                                                 {"reason", reason},
                                                 {"due", task.row.at("due")},
                                                 {"role", task.row.at("role")},
                                                 {"office", task.row.at("office")},
                                                 {"holder", task.row.at("holder")}});
}

/// The task goes to the nearest office of the role it escalates to; its deadline stays as it was.
Result<bool> escalate(const Call& call, Desk& desk, DeskTask& task) {
  const std::string role = task.row.text("escalate_to");
  OB_TRY(const auto posts, posts_of_role(call, role, desk.row().ref("unit")));
  const auto office = office_of(At::nearest, role, desk.owner(), posts);
  if (!office) {
    OB_CHECK(desk.update_task(task, {{"note", call.text("note.nobody", {role})}}));
    return false;
  }
  OB_CHECK(desk.update_task(task, {{"role", office->role},
                                   {"office", office->node},
                                   {"office_queue", office->queue()},
                                   {"holder", nullptr},
                                   {"queue", office->queue()},
                                   {"escalated", true},
                                   {"note", call.text("note.escalated", {role})}}));
  return true;
}

/// Tasks of holders who left or were disabled lie in their office's pool from now on, and say so.
Result<void> release_left(const Call& call, Tally& tally) {
  OB_TRY(const auto holders, call.records().aggregate(kStep, {"queue==\"p:*\"", {"holder"}, {"count"}}));
  for (const Row& one : holders) {
    const std::string holder = one.text("holder");
    OB_TRY(const auto posts, posts_of_person(call, one.ref("holder").value));
    if (!posts.empty()) continue;
    plugin::Query query;
    query.filter = "queue==" + plugin::quoted("p:" + holder);
    query.fields = {"office_queue", "version"};
    query.limit = kAtOnce;
    OB_TRY(const auto tasks, call.records().list(kStep, query));
    for (const Row& task : tasks) {
      OB_CHECK(call.records().update(
          kStep, task.id(), task.version(),
          {{"holder", nullptr}, {"queue", task.text("office_queue")}, {"note", call.text("note.left")}}));
      ++tally.released;
    }
  }
  return {};
}

Result<void> check_task(const Call& call, const Row& row, Day today, Tally& tally) {
  OB_TRY(Desk desk, Desk::open(call, row.ref("case")));
  DeskTask& task = desk.task(row.id());
  if (task.task.state != TaskState::open || !desk.running()) return desk.update_task(task, {{"alarm", nullptr}});
  const auto due = task.row.day("due");
  const std::string overdue = task.row.text("overdue");
  const Overdue policy = overdue == "escalate" ? Overdue::escalate
                         : overdue == "return" ? Overdue::send_back
                                               : Overdue::remind;
  const Measure measure = measure_on(today, due, policy, task.row.flag("escalated"));
  if (measure == Measure::send_back) {
    const auto position = static_cast<int>(desk.row().number("position"));
    const std::string opinion = call.text("note.late_return", {task.row.text("title"), task.row.text("due")});
    const std::string before = position > 0 ? desk.way()[static_cast<std::size_t>(position) - 1].front() : "";
    OB_CHECK(desk.close_task(task, TaskState::returned, {{"opinion", opinion}}));
    ++tally.returned;
    return desk.send_back(position - 1, before, opinion, true);
  }
  if (measure == Measure::escalate) {
    OB_TRY(const bool done, escalate(call, desk, task));
    if (done) ++tally.escalated;
  }
  if (measure != Measure::nothing) {
    OB_CHECK(remind(desk, task, measure == Measure::escalate ? "escalated" : "late"));
    ++tally.reminded;
  }
  const Day alarm = next_alarm(desk.calendar(), today, due.value_or(today));
  OB_CHECK(desk.update_task(task, {{"alarm", alarm.str()}}));
  return desk.update_case(measure == Measure::escalate ? Json{{"acts", desk.row().number("acts") + 1}}
                                                       : Json(Json::object()));
}

/// Two late tasks of one case are looked at one unit of work apart; the second comes with the next round.
Result<std::int64_t> check_some(const Call& call, Day today, Tally& tally) {
  plugin::Query query;
  query.filter = "alarm=le=" + plugin::quoted(today.str());
  query.sort = "alarm";
  query.limit = kAtOnce;
  OB_TRY(const auto rows, call.records().list(kStep, query));
  std::vector<std::string> cases;
  std::int64_t looked = 0;
  for (const Row& row : rows) {
    const std::string id = row.text("case");
    if (std::find(cases.begin(), cases.end(), id) != cases.end()) continue;
    cases.push_back(id);
    OB_CHECK(check_task(call, row, today, tally));
    ++looked;
  }
  return looked;
}

Json tally_json(const Tally& tally) {
  return {{"reminded", tally.reminded},
          {"escalated", tally.escalated},
          {"returned", tally.returned},
          {"released", tally.released}};
}

} // namespace

Result<Json> deadlines(Call& call, Job& job) {
  OB_TRY(const Json payload, job.payload());
  const Day today = Row(payload).day("day").value_or(call.today());
  Tally tally;
  OB_CHECK(release_left(call, tally));
  OB_CHECK(job.checkpoint(tally_json(tally)));
  while (!job.cancelled()) {
    OB_TRY(const std::int64_t looked, check_some(call, today, tally));
    if (looked == 0) break;
    OB_CHECK(job.checkpoint(tally_json(tally)));
  }
  return tally_json(tally);
}

Result<Answer> run_deadlines(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  Tally tally;
  OB_CHECK(release_left(call, tally));
  OB_CHECK(check_some(call, Row(body).day("day").value_or(call.today()), tally));
  return Answer::json(tally_json(tally));
}

} // namespace onebudget::workflow
