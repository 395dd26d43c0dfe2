#include "plugins/compilation/domain/round/duty.hpp"

#include <iterator>

namespace onebudget::compilation {

namespace {

std::optional<Day> after(const std::optional<Day>& from, int days) {
  return from ? std::optional<Day>(from->plus_days(days)) : std::nullopt;
}

/// Due without a last day: the session of the year is not called yet, the reserve is a part of the approval.
bool due_at_once(const DutyFacts& facts) {
  if (facts.duty == Duty::reserve) return facts.approved_on.has_value();
  const auto year = Day::of(facts.fiscal_year, 1, 1);
  return facts.duty == Duty::draft && year && *year <= facts.today;
}

void check_day(const ActFacts& act, std::vector<FieldFault>& findings) {
  constexpr const char* kRule = "compilation.statutory_act";
  const DutyFacts& facts = act.duty;
  if (!facts.done_on) return;
  if (facts.duty != Duty::session && facts.today < *facts.done_on)
    findings.push_back({"/done_on",
                        kRule,
                        {"办理日期在将来。", "The day lies ahead."},
                        {"请在办理之后登记。", "Record it afterwards."}});
  const auto published = facts.duty == Duty::publish_government   ? facts.approved_on
                         : facts.duty == Duty::publish_department ? facts.base
                         : facts.duty == Duty::central_transfer   ? facts.base
                                                                  : std::nullopt;
  if (published && *facts.done_on < *published)
    findings.push_back({"/done_on",
                        kRule,
                        {"办理日期早于其依据的 " + published->str() + "。",
                         "The day lies before " + published->str() + ", which it follows."},
                        {"请核对日期。", "Check the day."}});
}

} // namespace

std::optional<Duty> duty_of(std::string_view code) {
  for (std::size_t i = 0; i < std::size(kDuties); ++i)
    if (code == kDuties[i]) return static_cast<Duty>(i);
  return std::nullopt;
}

std::optional<Day> due_day(const DutyFacts& facts, const Policy& policy) {
  switch (facts.duty) {
    case Duty::notice:
      return Day::of(facts.fiscal_year - 1, policy.notice_by.month, policy.notice_by.day);
    case Duty::draft:
      return after(facts.approved_on ? facts.approved_on : facts.session_on, -policy.draft_days);
    case Duty::publish_government:
      return after(facts.approved_on, policy.publish_days);
    case Duty::publish_department:
      return after(facts.base, policy.publish_days);
    case Duty::general_transfer:
      return after(facts.approved_on, policy.general_transfer_days);
    case Duty::special_transfer:
      return after(facts.approved_on, policy.special_transfer_days);
    case Duty::central_transfer:
      return after(facts.base, policy.central_transfer_days);
    case Duty::session:
    case Duty::reserve:
      break;
  }
  return std::nullopt;
}

DutyStanding standing_of(const DutyFacts& facts, const Policy& policy) {
  DutyStanding out;
  out.due_on = due_day(facts, policy);
  if (facts.exempt) {
    out.state = DutyState::exempt;
    return out;
  }
  const Day day = facts.done_on.value_or(facts.today);
  const bool late = out.due_on && *out.due_on < day;
  if (late) out.late_days = day.number() - out.due_on->number();
  if (facts.done_on)
    out.state = late ? DutyState::late : DutyState::done;
  else if (late)
    out.state = DutyState::overdue;
  else if (out.due_on || due_at_once(facts))
    out.state = DutyState::due;
  return out;
}

std::vector<FieldFault> check_act(const ActFacts& act, const Policy& policy) {
  constexpr const char* kRule = "compilation.statutory_act";
  const DutyFacts& facts = act.duty;
  std::vector<FieldFault> findings;
  if (facts.duty == Duty::publish_department && !act.names_department)
    findings.push_back({"/node",
                        kRule,
                        {"没有写明公开预算的部门。", "The department that publishes is missing."},
                        {"请选择部门。", "Choose it."}});
  if (facts.exempt) return findings;
  if (facts.duty == Duty::central_transfer && !facts.base)
    findings.push_back(
        {"/received_on",
         kRule,
         {"没有收到上级下达的日期，期限无从起算。", "The day it came in is missing: nothing to count from."},
         {"请填写收到日期。", "Give the day."}});
  check_day(act, findings);
  if (!act.recording) return findings;
  if (!facts.done_on)
    findings.push_back(
        {"/done_on",
         kRule,
         {"没有办理日期。", "The day is missing."},
         {"请填写办理日期；本年没有此事项的请注明。", "Give it, or say that there is no such matter this year."}});
  if (!act.has_document)
    findings.push_back(
        {"/document_no",
         kRule,
         {"没有文号或文件。", "The document is missing."},
         {"请填写文号，公开的可填公开网址。", "Give its number; of a publication its address will do."}});
  const DutyStanding standing = standing_of(facts, policy);
  if (standing.state == DutyState::late && !act.has_late_reason)
    findings.push_back(
        {"/late_reason",
         kRule,
         {"应于 " + standing.due_on->str() + " 前办理，晚了 " + std::to_string(standing.late_days) + " 天。",
          "It was due on " + standing.due_on->str() + " and came " + std::to_string(standing.late_days) +
              " days late."},
         {"请核对日期，或说明原因。", "Check the day, or give the reason."}});
  return findings;
}

} // namespace onebudget::compilation
