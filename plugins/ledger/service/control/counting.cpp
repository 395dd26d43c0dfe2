#include "plugins/ledger/service/control/counting.hpp"

namespace onebudget::ledger {

namespace {

constexpr std::size_t kAtOnce = 8000; ///< a unit of work holds 20,000 writes

Result<Money> used_of(const Row& indicator) {
  OB_TRY(const Money held, indicator.money("reserved").plus(indicator.money("confirmed")));
  return held.plus(indicator.money("paid"));
}

bool lists(const Row& indicator, const std::string& pool) {
  for (const Json& one : indicator.at("pools"))
    if (one.is_string() && one.get<std::string>() == pool) return true;
  return false;
}

/// The indicator's list of pools without some, and with one more. A reservation that read the old list is looked at
/// again.
Result<void> relist(const Call& call, const Row& indicator, const std::set<std::string>& without,
                    const std::string& with) {
  Json pools = Json::array();
  for (const Json& one : indicator.at("pools"))
    if (one.is_string() && without.count(one.get<std::string>()) == 0) pools.push_back(one);
  if (!with.empty()) pools.push_back(with);
  return call.records().update(kIndicator, indicator.id(), indicator.version(),
                               {{"pools", pools}, {"control_round", indicator.number("control_round") + 1}});
}

Money negative(Money amount) { return Money::from_fen(-amount.fen()); }

} // namespace

Result<Counting> counting(const Call& call, const Control& control, const std::string& after, std::size_t most) {
  std::string filter = "stage==executable;fiscal_year==" + std::to_string(control.fiscal_year) +
                       ";region_code==" + plugin::quoted(control.region_code);
  if (!control.fund_kind.empty()) filter += ";fund_kind==" + plugin::quoted(control.fund_kind);
  if (!control.function_prefix.empty()) filter += ";functional_class==" + control.function_prefix + "*";
  if (!after.empty()) filter += ";id=gt=" + after;
  Counting out;
  plugin::Query query = where(filter, "id");
  query.limit = static_cast<std::int64_t>(most) + 1;
  OB_CHECK(call.records().each(kIndicator, query, [&](const Row& row) -> Result<void> {
    out.more = out.rows.size() == most;
    if (out.more) return {};
    out.last = row.id().str();
    out.rows.push_back(row);
    return {};
  }));
  return out;
}

Result<Counting> at_once(const Call& call, const Control& control) { return counting(call, control, "", kAtOnce); }

Result<void> count_in(const Call& call, const Row& control, const std::vector<Row>& rows) {
  const Control one = control_of(control);
  OB_TRY(Pools pools, Pools::of_control(call, control));
  PoolDeltas sums;
  std::map<std::string, Row> nodes;
  for (const Row& indicator : rows) {
    const std::string unit = indicator.text("unit");
    if (nodes.count(unit) == 0) {
      OB_TRY(nodes[unit], call.node(indicator.ref("unit")));
    }
    const Counted counted = counted_of(indicator, nodes[unit].text("department_code"));
    const auto number = pool_of(one, counted);
    if (!number) continue;
    OB_TRY(const std::string pool, pools.pool(call, control, *number, counted));
    if (lists(indicator, pool)) continue;
    PoolDelta& sum = sums[pool];
    OB_TRY(const Money used, used_of(indicator));
    OB_TRY(sum.budget, sum.budget.plus(indicator.money("amount")));
    OB_TRY(sum.used, sum.used.plus(used));
    OB_CHECK(relist(call, indicator, {}, pool));
  }
  return start_pools(call, sums);
}

Result<void> count_out(const Call& call, const std::vector<Row>& rows, const std::set<std::string>& pools) {
  PoolDeltas sums;
  for (const Row& indicator : rows) {
    bool listed = false;
    for (const Json& item : indicator.at("pools")) {
      if (!item.is_string() || pools.count(item.get<std::string>()) == 0) continue;
      listed = true;
      PoolDelta& sum = sums[item.get<std::string>()];
      OB_TRY(const Money used, used_of(indicator));
      OB_TRY(sum.budget, sum.budget.minus(indicator.money("amount")));
      OB_TRY(sum.used, sum.used.plus(negative(used)));
    }
    if (listed) OB_CHECK(relist(call, indicator, pools, ""));
  }
  return start_pools(call, sums);
}

Result<std::set<std::string>> pools_of(const Call& call, RecordId control) {
  std::set<std::string> out;
  OB_CHECK(call.records().each(kPool, where("control==" + control.str(), "", {"number"}),
                               [&](const Row& row) -> Result<void> {
                                 out.insert(row.id().str());
                                 return {};
                               }));
  return out;
}

Result<void> let_wait(const Call& call, RecordId control, bool wait) {
  plugin::Adjustments changes;
  OB_CHECK(call.records().each(kPool, where("control==" + control.str()), [&](const Row& row) -> Result<void> {
    if ((row.number("waiting") > 0) != wait) changes.add(row.id(), {{"waiting", wait ? 1 : -1}});
    return {};
  }));
  return adjust_all(call, kPool, changes);
}

Result<std::vector<Row>> older_editions(const Call& call, const Row& control) {
  const std::string older = "region==" + control.text("region") + ";code==" + plugin::quoted(control.text("code")) +
                            ";fiscal_year==" + std::to_string(control.number("fiscal_year")) +
                            ";status==in_force;edition=lt=" + std::to_string(control.number("edition"));
  return call.records().list(kControl, where(older));
}

Result<void> supersede(const Call& call, const Row& control) {
  OB_TRY(const auto rows, older_editions(call, control));
  for (const Row& row : rows)
    OB_CHECK(call.records().transition(kControl, row.id(), row.version(), "withdraw",
                                       call.text("note.superseded", {std::to_string(control.number("edition"))})));
  return {};
}

} // namespace onebudget::ledger
