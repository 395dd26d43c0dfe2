// How contracts and rectifications move together with their approvals.

#include "plugins/monitoring/service/handle/approval.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kWorkflow = "workflow/1";

bool absent(const Fault& fault) { return fault.code == "host.no_service"; }

Json subject(const Change& change) { return {{"entity", change.entity}, {"id", change.id.str()}}; }

Result<void> begin(const Call& call, const Change& change, const Approval& approval) {
  OB_TRY(const Row node, call.node(change.after.ref("unit")));
  Json request = subject(change);
  request["title"] = approval.title;
  request["unit"] = change.after.text("unit");
  request["amount"] = approval.amount.fen();
  request["category"] = approval.category;
  request["office"] = node.text("department_code");
  request["makers"] = Json::array();
  for (const std::string& maker : approval.makers)
    if (!maker.empty()) request["makers"].push_back(maker);
  const auto started = call.send(kWorkflow, "start", request);
  return started || absent(started.fault()) ? Result<void>() : Result<void>(started.fault());
}

} // namespace

Result<void> follow_workflow(const Call& call, const Change& change, const Approval& approval, Verdict& verdict) {
  if (change.transition == approval.begins) return begin(call, change, approval);
  Json request = subject(change);
  request["transition"] = change.transition;
  const auto answer = call.send(kWorkflow, "permits", request);
  if (!answer) return absent(answer.fault()) ? Result<void>() : Result<void>(answer.fault());
  if (Row(*answer).flag("allowed")) return {};
  if (change.transition == approval.recalls) {
    const auto recalled = call.send(kWorkflow, "withdraw", subject(change));
    return recalled ? Result<void>() : Result<void>(recalled.fault());
  }
  verdict.report("/status", "monitoring.in_approval",
                 Text{"正在审批流程中，不能直接改变状态。", "It is in approval; its state does not change directly."},
                 Text{"请在待办中办理。", "Act on it in the inbox."});
  return {};
}

Result<void> follow_return(Call& call, const Event& event) {
  const Row payload(event.payload);
  const std::string entity = payload.text("entity");
  if (!payload.flag("by_deadline") || payload.has("to_step")) return {};
  const bool contract = entity == kContract;
  if (!contract && entity != kAlert) return {};
  OB_TRY(const Row row, call.records().get(entity, payload.ref("id")));
  if (row.text("status") != (contract ? "submitted" : "rectified")) return {};
  return call.records().transition(entity, row.id(), row.version(), contract ? "return" : "return_rectification",
                                   payload.text("opinion"));
}

} // namespace onebudget::monitoring
