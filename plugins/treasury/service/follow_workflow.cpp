// How documents and their approvals move together.

#include <algorithm>

#include "plugins/treasury/service/facts.hpp"

namespace onebudget::treasury {

namespace {

constexpr const char* kSubjects[] = {kPlan, kRequest, kRefund, kCorrection};

Json subject(const Change& change) { return {{"entity", change.entity}, {"id", change.id.str()}}; }

/// What the way of the approval is chosen by.
Result<Json> submission(const Call& call, const Change& change, const Shown& shown) {
  OB_TRY(const Row node, call.node(change.after.ref("unit")));
  Json request = subject(change);
  request["title"] = shown.title;
  request["unit"] = change.after.text("unit");
  request["amount"] = shown.amount.fen();
  request["category"] = shown.category;
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
  verdict.report("/status", "treasury.in_approval",
                 Text{"正在审批流程中，不能直接改变状态。", "It is in approval; its state does not change directly."},
                 Text{"请在待办中办理。", "Act on it in the inbox."});
  return {};
}

} // namespace

Result<void> follow_workflow(const Call& call, const Change& change, const Shown& shown, Verdict& verdict) {
  if (change.transition != "submit") return ask_leave(call, change, verdict);
  OB_TRY(const Json request, submission(call, change, shown));
  const auto started = call.send(kWorkflow, "start", request);
  if (started || absent(started.fault())) return {};
  return started.fault();
}

Result<void> follow_return(Call& call, const Event& event) {
  const Row payload(event.payload);
  const std::string entity = payload.text("entity");
  const bool ours = std::find(std::begin(kSubjects), std::end(kSubjects), entity) != std::end(kSubjects);
  if (!ours || !payload.flag("by_deadline") || payload.has("to_step")) return {};
  OB_TRY(const Row row, call.records().get(entity, payload.ref("id")));
  const std::string status = row.text("status");
  if (status != "submitted" && status != "reviewed") return {};
  return call.records().transition(entity, row.id(), row.version(), "return", payload.text("opinion"));
}

Result<void> follow_expiry(Call& call, const Event& event) {
  const Row payload(event.payload);
  if (payload.text("entity") != kRequest) return {};
  OB_TRY(const Row row, call.records().get(kRequest, payload.ref("id")));
  if (row.text("funds") != "reserved") return {};
  return call.records().update(kRequest, row.id(), row.version(), {{"funds", "expired"}});
}

} // namespace onebudget::treasury
