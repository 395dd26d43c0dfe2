// Controls come into force and out of it; what they count follows in the same unit of work.

#include "plugins/ledger/service/control/counting.hpp"

namespace onebudget::ledger {

namespace {

Result<void> in_parts(const Call& call, const Row& control) {
  return call.publish("ledger.control.changed", "ledger.control/" + control.id().str(),
                      {{"control", control.id().str()}});
}

Result<void> put_in_force(const Call& call, const Row& control, Verdict& verdict) {
  OB_TRY(const Counting counted, at_once(call, control_of(control)));
  OB_TRY(const auto older, older_editions(call, control));
  // Whoever put the older edition in force may not take it out as well, and what both count is counted once a unit.
  if (counted.more || !older.empty()) {
    verdict.assign("counting", true);
    return in_parts(call, control);
  }
  return count_in(call, control, counted.rows);
}

Result<void> take_out_of_force(const Call& call, const Row& control, Verdict& verdict) {
  OB_TRY(const Counting counted, at_once(call, control_of(control)));
  if (counted.more || control.flag("counting")) {
    verdict.assign("counting", false);
    OB_CHECK(let_wait(call, control.id(), true));
    return in_parts(call, control);
  }
  OB_TRY(const auto pools, pools_of(call, control.id()));
  return count_out(call, counted.rows, pools);
}

} // namespace

Result<void> validate_control(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.action == Action::create || change.action == Action::update) {
    OB_TRY(const Row node, call.node(change.after.ref("region")));
    verdict.assign("region_code", node.text("region_code"));
    verdict.report(check_control(control_of(change.after)));
    return {};
  }
  if (change.transition == "approve") return put_in_force(call, change.after, verdict);
  return change.transition == "withdraw" ? take_out_of_force(call, change.after, verdict) : Result<void>();
}

Result<void> validate_override(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  const auto pool = call.records().adjust(kPool, RecordId::parse(change.after.text("pool")).value_or(RecordId{}), {});
  if (!pool) {
    verdict.report("/pool", "ledger.override", Text{"没有该控制余额。", "There is no such pool."},
                   Text{"请填写资金检查意见里的控制余额编号。", "Take its id from the proof of the check."});
    return {};
  }
  if (change.action != Action::transition) verdict.assign("control_name", pool->text("name"));
  if (change.transition != "grant") return {};
  OB_TRY(const auto me, call.caller());
  OB_TRY(const auto holders,
         call.holders({{"role", pool->text("override_role")}, {"node", change.after.text("unit")}}));
  bool named = false;
  for (const Row& holder : holders) named = named || holder.ref("user").value == me.user.value;
  if (!named)
    verdict.report("/status", "ledger.override_person",
                   Text{"只有“" + pool->text("override_role") + "”可以放行。",
                        "Only somebody with the role \"" + pool->text("override_role") + "\" may let it pass."},
                   Text{"请转给该角色的人员。", "Hand it to one of them."});
  if (pool->money("override_limit") < change.after.money("amount"))
    verdict.report("/amount", "ledger.override_limit",
                   Text{"超过放行上限 " + pool->money("override_limit").to_yuan() + " 元。",
                        "It is more than the " + pool->money("override_limit").to_yuan() + " yuan that may pass."},
                   Text{"请减少金额，或先办理调剂或追加。", "Ask for less, or have money transferred or added first."});
  return {};
}

} // namespace onebudget::ledger
