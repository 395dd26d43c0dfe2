#pragma once
// How a record moves together with its approval, which another plugin leads through the service workflow/1. A plugin
// that uses it names workflow/1 among requires.services and subscribes to workflow.case.returned.
//
//   validate("paper", [](Call& call, const Change& change, Verdict& verdict) -> Result<void> {
//     Change whole = change;                                  // where steps may fill in fields, with their values:
//     OB_TRY(whole.after, fill_granted(call, change, {{"amount", Fillable::money}, {"opinion"}}, verdict));
//     … own checks of `whole`; then, for Action::transition:
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
#include "sdk/values/time_text.hpp"

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

/// A field of a record in approval that a step of the definition may grant to whoever approves it, and how its values
/// are written in REST. Not for masked or encrypted fields: what is filled in stays readable on the task.
struct Fillable {
  enum Kind { plain, money, time };
  std::string_view field;
  Kind kind = plain;
};

/// What the names of the transitions begin with by which fields are filled in without a move: one for each state in
/// which the record waits, "amend_submitted" from submitted to submitted.
inline constexpr std::string_view kAmends = "amend_";

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

/// The value in ABI form; reports at the field what cannot be one.
inline Json filled_value(const Fillable& field, const Json& given, const std::string& plugin, Verdict& verdict) {
  if (field.kind == Fillable::plain || !given.is_string()) return given;
  const auto& text = given.get_ref<const std::string&>();
  if (text.empty()) return nullptr;
  if (field.kind == Fillable::money) {
    if (const auto amount = Money::parse_yuan(text)) return amount->fen();
  } else if (const auto moment = parse_time_text(text)) {
    return *moment;
  }
  verdict.report("/" + std::string(field.field), plugin + ".filled_value",
                 Text{"不是金额或时刻。", "It is no amount, or no time."},
                 Text{"金额写元，如 1200.00；时刻写 2026-03-05T02:00:00Z。",
                      "Write amounts in yuan such as 1200.00, times such as 2026-03-05T02:00:00Z."});
  return given;
}

} // namespace detail

/// The row that a change would leave, with what the step fills in along with this transition (分步骤字段权限): each
/// value is assigned to the row being written, so that it and the approval happen together or not at all, and history
/// names who, when and the step. Anything but such a transition is answered as it is. Findings: `<plugin>.not_fillable`
/// for a field that is not among `fields`, `<plugin>.filled_value`, and `<plugin>.amend_by_step` at /status for a
/// transition "amend_…" that no step makes. Judge the row that this answers by the same rules as any other change.
inline Result<Row> fill_granted(const Call& call, const Change& change, const std::vector<Fillable>& fields,
                                Verdict& verdict) {
  if (change.action != Action::transition) return change.after;
  Json request = detail::subject_of(change);
  request["transition"] = change.transition;
  const auto answer = call.send(kApprovals, "permits", request);
  if (!answer && !detail::no_approvals(answer.fault())) return answer.fault();
  const std::string plugin = change.entity.substr(0, change.entity.find('.'));
  const Json given = answer ? Row(*answer).at("fields") : Json();
  if (!given.is_object() || given.empty()) {
    if (change.transition.rfind(kAmends, 0) == 0)
      verdict.report("/status", plugin + ".amend_by_step",
                     Text{"只能在审批环节办理时填写。", "Fields are filled in by the step of an approval only."},
                     Text{"请在待办中办理。", "Act on it in the inbox."});
    return change.after;
  }
  Json after = change.after.json();
  for (const auto& [name, value] : given.items()) {
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&, &own = name](const Fillable& one) { return one.field == own; });
    if (field == fields.end()) {
      verdict.report("/" + name, plugin + ".not_fillable",
                     Text{"此字段不能在审批环节填写。", "This field is not filled in by an approval."},
                     Text{"请修订审批流定义，去掉此字段。", "Have the definition revised without it."});
      continue;
    }
    after[name] = detail::filled_value(*field, value, plugin, verdict);
    verdict.assign(name, after[name]);
  }
  return Row(std::move(after));
}

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
