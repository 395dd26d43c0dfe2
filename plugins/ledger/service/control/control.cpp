// Controls come into force and out of it; what they count follows in the same unit of work.

#include "plugins/ledger/service/control/pools.hpp"

namespace onebudget::ledger {

namespace {

constexpr std::size_t kMostIndicators = 8000; ///< a unit of work holds 20,000 writes

Fault too_many() {
  return refusal("ledger.control_wide", {"控制范围内的指标过多。请按资金性质或功能科目分成几项设置。",
                                         "The control counts too many indicators. Split it by fund or function."});
}

Result<Money> used_of(const Row& indicator) {
  OB_TRY(const Money held, indicator.money("reserved").plus(indicator.money("confirmed")));
  return held.plus(indicator.money("paid"));
}

/// The indicator's list of pools without those of a control, and with one more. A reservation that read the old list
/// is looked at again.
Result<void> relist(const Call& call, const Row& indicator, const std::set<std::string>& without,
                    const std::string& with) {
  Json pools = Json::array();
  for (const Json& one : indicator.at("pools"))
    if (one.is_string() && without.count(one.get<std::string>()) == 0) pools.push_back(one);
  if (!with.empty()) pools.push_back(with);
  return call.records().update(kIndicator, indicator.id(), indicator.version(),
                               {{"pools", pools}, {"control_round", indicator.number("control_round") + 1}});
}

Result<std::vector<Row>> candidates(const Call& call, const Control& control) {
  std::string filter = "stage==executable;fiscal_year==" + std::to_string(control.fiscal_year) +
                       ";region_code==" + plugin::quoted(control.region_code);
  if (!control.fund_kind.empty()) filter += ";fund_kind==" + plugin::quoted(control.fund_kind);
  std::vector<Row> out;
  OB_CHECK(call.records().each(kIndicator, where(filter), [&](const Row& row) -> Result<void> {
    if (out.size() == kMostIndicators) return too_many();
    if (row.text("functional_class").rfind(control.function_prefix, 0) == 0) out.push_back(row);
    return {};
  }));
  return out;
}

/// Pools of other editions of the same code, which give way.
Result<std::set<std::string>> superseded(const Call& call, const Row& control) {
  std::set<std::string> out, ids;
  const std::string older = "region==" + control.text("region") + ";code==" + plugin::quoted(control.text("code")) +
                            ";fiscal_year==" + std::to_string(control.number("fiscal_year")) + ";status==in_force";
  OB_TRY(const auto rows, call.records().list(kControl, where(older)));
  for (const Row& row : rows) {
    if (row.id() == control.id()) continue;
    ids.insert(row.id().str());
    OB_CHECK(call.records().transition(kControl, row.id(), row.version(), "withdraw",
                                       call.text("note.superseded", {std::to_string(control.number("edition"))})));
  }
  OB_CHECK(by_hundreds(ids, "control", [&](const std::string& filter) {
    return call.records().each(kPool, where(filter), [&](const Row& row) -> Result<void> {
      out.insert(row.id().str());
      return {};
    });
  }));
  return out;
}

Result<void> put_in_force(const Call& call, const Row& control) {
  const Control one = control_of(control);
  OB_TRY(const auto older, superseded(call, control));
  OB_TRY(const auto indicators, candidates(call, one));
  Pools pools;
  PoolDeltas sums;
  std::map<std::string, Row> nodes;
  for (const Row& indicator : indicators) {
    const std::string unit = indicator.text("unit");
    if (nodes.count(unit) == 0) {
      OB_TRY(nodes[unit], call.node(indicator.ref("unit")));
    }
    const Counted counted = counted_of(indicator, nodes[unit].text("department_code"));
    const auto number = pool_of(one, counted);
    if (!number) continue;
    OB_TRY(const std::string pool, pools.pool(call, control, *number, counted));
    PoolDelta& sum = sums[pool];
    OB_TRY(const Money used, used_of(indicator));
    OB_TRY(sum.budget, sum.budget.plus(indicator.money("amount")));
    OB_TRY(sum.used, sum.used.plus(used));
    OB_CHECK(relist(call, indicator, older, pool));
  }
  return start_pools(call, sums);
}

Result<void> take_out_of_force(const Call& call, const Row& control) {
  std::set<std::string> gone;
  OB_CHECK(call.records().each(kPool, where("control==" + control.id().str()), [&](const Row& row) -> Result<void> {
    gone.insert(row.id().str());
    return {};
  }));
  OB_TRY(const auto indicators, candidates(call, control_of(control)));
  for (const Row& indicator : indicators)
    if (indicator.version() > 0) OB_CHECK(relist(call, indicator, gone, ""));
  return {};
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
  if (change.transition == "approve") return put_in_force(call, change.after);
  return change.transition == "withdraw" ? take_out_of_force(call, change.after) : Result<void>();
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
