#pragma once
// What the law gives a budget days for (法定时限): the notice, the draft, publication, transfers passed down; domain
// rules 1.7. Judged when an act is recorded, and on any day while it is not.

#include <optional>
#include <string_view>
#include <vector>

#include "plugins/compilation/domain/policy.hpp"
#include "sdk/values/day.hpp"

namespace onebudget::compilation {

/// In the order of a budget year.
enum class Duty {
  notice,             ///< 编制通知: by policy.notice_by of the year before
  session,            ///< 人大会议召开: no limit of its own, days are counted back from it
  draft,              ///< 草案送初审: policy.draft_days before the session
  reserve,            ///< 预备费: recorded with the approval
  publish_government, ///< 政府预算公开: policy.publish_days after the approval
  publish_department, ///< 部门预算公开: policy.publish_days after its 批复
  general_transfer,   ///< 一般性转移支付下达: policy.general_transfer_days after the approval
  special_transfer,   ///< 专项转移支付下达: policy.special_transfer_days after the approval
  central_transfer    ///< 转下达上级转移支付: policy.central_transfer_days after it was received
};
inline constexpr const char* kDuties[] = {
    "notice",           "session",          "draft",           "reserve", "publish_government", "publish_department",
    "general_transfer", "special_transfer", "central_transfer"};
std::optional<Duty> duty_of(std::string_view code);

struct DutyFacts {
  Duty duty = Duty::notice;
  int fiscal_year = 0;
  Day today;
  std::optional<Day> session_on;  ///< as it is called, or the day of the approval
  std::optional<Day> approved_on; ///< of the confirmed approval
  std::optional<Day> base;        ///< publish_department: its first 批复; central_transfer: received
  std::optional<Day> done_on;
  bool exempt = false; ///< 无此事项: there is nothing to publish, pass down or reserve
};

enum class DutyState { waiting, due, overdue, done, late, exempt };
inline constexpr const char* kDutyStates[] = {"waiting", "due", "overdue", "done", "late", "exempt"};

struct DutyStanding {
  DutyState state = DutyState::waiting;
  std::optional<Day> due_on;
  int late_days = 0; ///< behind the due day: of the act, or until today while it is missing
};

/// The last day for it; nothing while what it is counted from has not happened.
std::optional<Day> due_day(const DutyFacts& facts, const Policy& policy);
/// Where it stands today. `waiting`: its days do not run yet; the draft and the reserve are due from the moment they
/// can be, though their last day is not known.
DutyStanding standing_of(const DutyFacts& facts, const Policy& policy);

/// An act as it is written down.
struct ActFacts {
  DutyFacts duty;
  bool names_department = false;
  bool has_document = false, has_late_reason = false;
  bool recording = false; ///< it is put on record: whole from now on
};
/// Rule compilation.statutory_act: an act lies behind us (a session may be called ahead) and publication behind what is
/// published; a department's publication names it and a transfer passed on the day it came in; what is on record has
/// its day and document, and the reason where it was late. Nothing of this where there is no such matter.
std::vector<FieldFault> check_act(const ActFacts& act, const Policy& policy);

} // namespace onebudget::compilation
