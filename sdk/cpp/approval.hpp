#pragma once
// How a record moves together with its approval, which another plugin leads through the service workflow/1. A plugin
// that uses it names workflow/1 among requires.services and subscribes to workflow.case.returned.
//
//   validate("paper", [](Call& call, const Change& change, Verdict& verdict) -> Result<void> {
//     … own checks; then, for Action::transition:
//     return follow_approval(call, change, {.title = …, .unit = change.after.ref("unit"), …}, verdict);
//   });
//   listen("workflow.case.returned", [](Call& call, const Event& event) {
//     return follow_return(call, event, {{"guestbook.paper", {"submitted"}, "return"}});
//   });

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/cpp/handlers.hpp"

namespace onebudget::plugin {

inline constexpr const char* kApprovals = "workflow/1";

/// What the way of an approval is chosen by, what it is called in the inbox, and the transitions at which it begins and
/// ends early.
struct Approval {
  std::string title;
  RecordId unit; ///< at which the case lies; its department is the office
  Money amount;
  std::string category;
  std::vector<std::string> makers = {};  ///< users who may not approve, as decimal ids; empty ones are passed over
  std::string_view begins = "submit";    ///< the transition that starts the case, or goes on with a returned one
  std::string_view recalls = "withdraw"; ///< the one by which its submitter takes it back
};

/// Where a record waits while it is in approval, and how it goes back from there.
struct Waiting {
  std::string_view entity; ///< full name
  std::vector<std::string_view> states;
  std::string_view returns; ///< the transition
};

namespace detail {

/// Without the plugin that leads approvals, and without a definition for the entity, nothing is in approval.
inline bool no_approvals(const Fault& fault) { return fault.code == "host.no_service"; }

inline Json subject_of(const Change& change) { return {{"entity", change.entity}, {"id", change.id.str()}}; }

inline Result<void> begin_approval(const Call& call, const Change& change, const Approval& approval) {
  OB_TRY(const Row node, call.node(approval.unit));
  Json request = subject_of(change);
  request["title"] = approval.title;
  request["unit"] = approval.unit.str();
  request["amount"] = approval.amount.fen();
  request["category"] = approval.category;
  request["office"] = node.text("department_code");
  request["makers"] = Json::array();
  for (const std::string& maker : approval.makers)
    if (!maker.empty()) request["makers"].push_back(maker);
  const auto started = call.send(kApprovals, "start", request);
  if (started || no_approvals(started.fault())) return {};
  return started.fault();
}

} // namespace detail

/// A transition and its approval, asked last in the rule of the record, in the same unit of work: `begins` starts the
/// case, `recalls` takes it back, and while it runs every other transition is made by the workflow only. Without the
/// service, or without a definition for the entity, transitions are made directly as their permissions say.
/// Finding `<plugin>.in_approval` at /status; faults of the service are passed on.
inline Result<void> follow_approval(const Call& call, const Change& change, const Approval& approval,
                                    Verdict& verdict) {
  if (change.transition == approval.begins) return detail::begin_approval(call, change, approval);
  Json request = detail::subject_of(change);
  request["transition"] = change.transition;
  const auto answer = call.send(kApprovals, "permits", request);
  if (!answer) return detail::no_approvals(answer.fault()) ? Result<void>() : Result<void>(answer.fault());
  if (Row(*answer).flag("allowed")) return {};
  if (change.transition == approval.recalls) {
    const auto recalled = call.send(kApprovals, "withdraw", detail::subject_of(change));
    return recalled ? Result<void>() : Result<void>(recalled.fault());
  }
  verdict.report("/status", change.entity.substr(0, change.entity.find('.')) + ".in_approval",
                 Text{"正在审批流程中，不能直接改变状态。", "It is in approval; its state does not change directly."},
                 Text{"请在待办中办理。", "Act on it in the inbox."});
  return {};
}

/// Ends the approval of a record that something new takes the place of. Nothing when there is none.
inline Result<void> end_approval(const Call& call, std::string_view entity, RecordId id) {
  const auto ended = call.send(kApprovals, "withdraw", {{"entity", entity}, {"id", id.str()}});
  if (ended || detail::no_approvals(ended.fault())) return {};
  return ended.fault();
}

/// The event workflow.case.returned: what a missed deadline sent back to its maker goes back; a return that a person
/// made has moved the record already, one to an earlier step leaves it where it is. Harmless when repeated.
inline Result<void> follow_return(const Call& call, const Event& event, const std::vector<Waiting>& own) {
  const Row told(event.payload);
  const std::string entity = told.text("entity");
  const auto waiting = std::find_if(own.begin(), own.end(), [&](const Waiting& one) { return one.entity == entity; });
  if (waiting == own.end() || !told.flag("by_deadline") || told.has("to_step")) return {};
  OB_TRY(const Row row, call.records().get(entity, told.ref("id")));
  const auto& states = waiting->states;
  if (std::find(states.begin(), states.end(), row.text("status")) == states.end()) return {};
  return call.records().transition(entity, row.id(), row.version(), waiting->returns, told.text("opinion"));
}

} // namespace onebudget::plugin
