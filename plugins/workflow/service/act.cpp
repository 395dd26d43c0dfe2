#include "plugins/workflow/service/act.hpp"

#include <set>

namespace onebudget::workflow {

namespace {

constexpr std::size_t kMostAtOnce = 100;

Fault opinion_missing() {
  return fault(FaultKind::rule, "workflow.opinion", {"退回须写明意见。", "A return needs an opinion."},
               {{"/opinion",
                 "workflow.opinion",
                 {"请写明退回理由。", "Say why it goes back."},
                 {"填写意见后再退回。", "Write an opinion first."}}});
}

} // namespace

Result<Json> signed_by(const Call& call, const Turn& turn, const std::string& opinion) {
  OB_TRY(const plugin::Caller caller, call.caller());
  Json out = {{"actor", std::to_string(turn.actor)},
              {"actor_name", caller.display_name},
              {"opinion", opinion.empty() ? Json(nullptr) : Json(opinion)}};
  if (turn.principal == 0) return out;
  OB_TRY(const auto posts, posts_of_person(call, turn.principal));
  out["principal"] = std::to_string(turn.principal);
  if (!posts.empty()) out["principal_name"] = posts.front().name;
  return out;
}

Result<Json> approve(const Call& call, RecordId id, std::int64_t version, const std::string& opinion,
                     const Json& fields) {
  OB_TRY(Desk desk, Desk::of_task(call, id, version));
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(const Turn turn, desk.turn_of(me, desk.task(id)));
  OB_CHECK(check_filling(call, desk, desk.task(id), fields));
  OB_TRY(Json sign, signed_by(call, turn, opinion));
  if (!fields.empty()) sign["filled"] = fields;
  const Settled settled = settle(desk.round_tasks(), id.value);
  OB_CHECK(desk.close_task(desk.task(id), TaskState::approved, sign));
  for (const std::int64_t other : settled.cancel)
    OB_CHECK(desk.close_task(desk.task(RecordId{other}), TaskState::cancelled));
  for (const std::int64_t other : settled.open) OB_CHECK(desk.open_waiting(desk.task(RecordId{other})));
  if (!fields.empty()) desk.fill_by(id);
  if (settled.rank_done) {
    OB_CHECK(desk.advance(opinion));
  } else {
    OB_CHECK(desk.fill_in_place(opinion));
    OB_CHECK(desk.update_case({{"acts", desk.row().number("acts") + 1}}));
  }
  return moved_json(desk, id);
}

Result<Json> give_back(const Call& call, RecordId id, std::int64_t version, const std::string& to_step,
                       const std::string& opinion) {
  if (opinion.empty()) return opinion_missing();
  OB_TRY(Desk desk, Desk::of_task(call, id, version));
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(const Turn turn, desk.turn_of(me, desk.task(id)));
  OB_TRY(const int rank, return_rank(desk.way(), static_cast<int>(desk.row().number("position")), to_step));
  OB_TRY(Json sign, signed_by(call, turn, opinion));
  if (!to_step.empty()) sign["to_step"] = to_step;
  OB_CHECK(desk.close_task(desk.task(id), TaskState::returned, sign));
  OB_CHECK(desk.send_back(rank, to_step, opinion));
  return moved_json(desk, id);
}

Result<Json> decide(const Call& call, RecordId id, std::int64_t version, const Row& body) {
  const std::string decision = body.text("decision"), opinion = body.text("opinion");
  const Json fields = body.at("fields").is_object() ? body.at("fields") : Json(Json::object());
  if (decision == "approve") return approve(call, id, version, opinion, fields);
  if (decision == "return") {
    OB_TRY(Desk desk, Desk::of_task(call, id, version));
    OB_CHECK(check_filling(call, desk, desk.task(id), fields, false));
    return give_back(call, id, version, body.text("to_step"), opinion);
  }
  return wrong("decision");
}

Result<Answer> act_on_task(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const std::int64_t version, request.version());
  OB_TRY(const Json body, request.json());
  OB_TRY(const Json done, decide(call, id, version, Row(body)));
  return Answer::json(done);
}

Result<Json> act(Call& call, const Message& message) {
  const Row request(message.request);
  return decide(call, request.ref("task"), request.number("version"), request);
}

Result<Answer> approve_batch(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  const Row asked(body);
  const Json& items = asked.at("items");
  if (!items.is_array() || items.empty() || items.size() > kMostAtOnce) return wrong("items");
  Json done = Json::array();
  std::set<std::string> cases;
  for (const Json& item : items) {
    const Row one(item);
    OB_TRY(const Row task, call.records().get(kStep, one.ref("step")));
    // A case is put on the desk once in a unit of work.
    if (!cases.insert(task.text("case")).second)
      return fault(FaultKind::rule, "workflow.batch_case",
                   {"同一事项的两个任务不能同批办理。", "Two tasks of one case cannot be approved in one batch."});
    auto approved = approve(call, one.ref("step"), one.number("version"), asked.text("opinion"));
    if (!approved) {
      Fault refused = std::move(approved).fault();
      const std::string name = task.text("subject_title");
      refused.message = {"“" + name + "”未能办理，整批未办：" + refused.message.zh,
                         "\"" + name + "\" was refused, so none was approved: " + refused.message.en};
      return refused;
    }
    done.push_back(*std::move(approved));
  }
  return Answer::json({{"items", done}});
}

} // namespace onebudget::workflow
