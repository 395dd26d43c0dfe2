// How a project and its approval move together.

#include "plugins/compilation/service/facts.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

namespace {

bool absent(const Fault& fault) { return fault.code == "host.no_service"; }

Json subject(const Change& change) { return {{"entity", kProject}, {"id", change.id.str()}}; }

/// What the way of the approval is chosen by.
Result<Json> submission(const Call& call, const Change& change) {
  const Row& project = change.after;
  OB_TRY(const Row node, call.node(project.ref("unit")));
  Json request = subject(change);
  request["title"] = project.text("code") + " " + project.text("name");
  request["unit"] = project.text("unit");
  request["amount"] = project.number("year_amount");
  request["category"] = project.flag("is_construction") ? "construction" : project.text("category");
  request["office"] = node.text("department_code");
  request["makers"] = Json::array();
  if (project.has("created_by")) request["makers"].push_back(project.text("created_by"));
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
  verdict.report(
      "/status", "compilation.in_approval",
      Text{"项目正在审批流程中，不能直接改变状态。", "The project is in approval; its state does not change directly."},
      Text{"请在待办中办理。", "Act on it in the inbox."});
  return {};
}

} // namespace

Result<void> follow_workflow(Call& call, const Change& change, Verdict& verdict) {
  if (change.transition != "submit") return ask_leave(call, change, verdict);
  OB_TRY(const Json request, submission(call, change));
  const auto started = call.send(kWorkflow, "start", request);
  if (started || absent(started.fault())) return {};
  return started.fault();
}

Result<void> follow_return(Call& call, const Event& event) {
  const Row payload(event.payload);
  if (payload.text("entity") != kProject || !payload.flag("by_deadline") || payload.has("to_step")) return {};
  OB_TRY(const Row project, call.records().get(kProject, payload.ref("id")));
  const std::string status = project.text("status");
  if (status != "submitted" && status != "department_reviewed") return {};
  return call.records().transition(kProject, project.id(), project.version(), "return", payload.text("opinion"));
}

} // namespace onebudget::compilation
