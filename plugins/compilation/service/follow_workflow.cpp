// How projects, reviews, versions and issues move together with their approvals.

#include <algorithm>

#include "plugins/compilation/service/facts.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kSubjects[] = {kProject, "compilation.ex_ante_review", "compilation.zero_base_review",
                                     "compilation.budget_version", "compilation.budget_issue"};

bool absent(const Fault& fault) { return fault.code == "host.no_service"; }

Json subject(const Change& change) { return {{"entity", change.entity}, {"id", change.id.str()}}; }

/// What the way of the approval is chosen by.
Result<Json> submission(const Call& call, const Change& change, const Submission& given) {
  OB_TRY(const Row node, call.node(given.unit));
  Json request = subject(change);
  request["title"] = given.title;
  request["unit"] = given.unit.str();
  request["amount"] = given.amount.fen();
  request["category"] = given.category;
  request["office"] = node.text("department_code");
  request["makers"] = Json::array();
  if (change.after.has("created_by")) request["makers"].push_back(change.after.text("created_by"));
  return request;
}

Result<void> ask_leave(const Call& call, const Change& change, Verdict& verdict) {
  Json request = subject(change);
  request["transition"] = change.transition;
  const auto answer = call.send(kWorkflow, "permits", request);
  if (!answer) return absent(answer.fault()) ? Result<void>() : Result<void>(answer.fault());
  if (Row(*answer).flag("allowed")) return {};
  if (change.transition == "withdraw") {
    const auto recalled = call.send(kWorkflow, "withdraw", subject(change));
    return recalled ? Result<void>() : Result<void>(recalled.fault());
  }
  verdict.report("/status", "compilation.in_approval",
                 Text{"正在审批流程中，不能直接改变状态。", "It is in approval; its state does not change directly."},
                 Text{"请在待办中办理。", "Act on it in the inbox."});
  return {};
}

} // namespace

Result<void> follow_workflow(const Call& call, const Change& change, const Submission& given, Verdict& verdict) {
  if (change.transition != "submit") return ask_leave(call, change, verdict);
  OB_TRY(const Json request, submission(call, change, given));
  const auto started = call.send(kWorkflow, "start", request);
  if (started || absent(started.fault())) return {};
  return started.fault();
}

Result<void> give_up(const Call& call, const char* entity, RecordId id) {
  const auto ended = call.send(kWorkflow, "withdraw", {{"entity", entity}, {"id", id.str()}});
  if (ended || absent(ended.fault())) return {};
  return ended.fault();
}

Result<void> follow_return(Call& call, const Event& event) {
  const Row payload(event.payload);
  const std::string entity = payload.text("entity");
  const bool ours = std::find(std::begin(kSubjects), std::end(kSubjects), entity) != std::end(kSubjects);
  if (!ours || !payload.flag("by_deadline") || payload.has("to_step")) return {};
  OB_TRY(const Row row, call.records().get(entity, payload.ref("id")));
  const std::string status = row.text("status");
  if (status != "submitted" && status != "department_reviewed") return {};
  return call.records().transition(entity, row.id(), row.version(), "return", payload.text("opinion"));
}

} // namespace onebudget::compilation
