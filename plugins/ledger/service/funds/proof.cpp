// The proof tree of a funds check. Every number in it can be computed again from records: see tests/scenario.

#include "plugins/ledger/service/funds/ask.hpp"

namespace onebudget::ledger {

namespace {

constexpr int kVersion = 1; ///< of the rule and of the tree's form

Json fens(const Balances& balances) {
  Json out = Json::object();
  for (std::size_t i = 1; i < kBucketCount; ++i) out[kBuckets[i]] = balances.of[i].fen();
  return out;
}

Json indicator_node(const std::string& id, const IndicatorFacts& facts, const IndicatorShare& share) {
  Json lines = Json::array(), in_flight = Json::object();
  for (const LineShare& line : share.lines) {
    Json one = {
        {"line", line.line}, {"amount", line.amount.fen()}, {"drawn", line.drawn.fen()}, {"needed", line.needed.fen()}};
    if (!line.earlier.empty()) one["from"] = line.earlier;
    lines.push_back(std::move(one));
  }
  for (const auto& [link, held] : facts.in_flight) in_flight[link] = held.fen();
  return {{"kind", "indicator"},
          {"rule", "ledger.balance"},
          {"indicator", id},
          {"code", facts.code},
          {"stage", facts.stage},
          {"lines", std::move(lines)},
          {"balances", fens(facts.balances)},
          {"in_flight", std::move(in_flight)},
          {"needed", share.needed.fen()},
          {"left", share.left.fen()},
          {"holds", share.holds && facts.stage == "executable"},
          {"override", {{"possible", false}, {"instead", {"transfer", "add"}}}}};
}

/// Who may let the warning of a pool pass, by name.
Result<Json> persons(const Call& call, const PoolFacts& pool, const std::string& unit) {
  Json out = Json::array();
  OB_TRY(const auto holders, call.holders({{"role", pool.override_role}, {"node", unit}}));
  for (const Row& holder : holders)
    out.push_back(
        {{"user", holder.text("user")}, {"name", holder.text("name")}, {"display_name", holder.text("display_name")}});
  return out;
}

Result<Json> pool_node(const Call& call, const std::string& unit, const std::string& id, const PoolFacts& pool,
                       const PoolShare& share) {
  Json override_by = {{"possible", false}};
  if (share.level == Level::hold) {
    OB_TRY(Json who, persons(call, pool, unit));
    override_by = {{"possible", !(pool.override_limit < share.needed)},
                   {"role", pool.override_role},
                   {"limit", pool.override_limit.fen()},
                   {"granted", pool.granted.fen()},
                   {"persons", std::move(who)}};
  }
  return Json{{"kind", "control"},
              {"rule", "ledger.control"},
              {"control", pool.control},
              {"edition", pool.edition},
              {"pool", id},
              {"name", pool.name},
              {"warn_percent", pool.warn_percent},
              {"stop_percent", pool.stop_percent},
              {"budget", pool.budget.fen()},
              {"used", pool.used.fen()},
              {"needed", share.needed.fen()},
              {"after", share.after.fen()},
              {"level", name_of(share.level)},
              {"holds", share.level < Level::hold || share.let_pass},
              {"override", std::move(override_by)}};
}

} // namespace

Result<Json> proof_of(const Call& call, const Asked& asked, const Facts& facts, const CheckAnswer& answer) {
  Json nodes = Json::array();
  for (const auto& [id, share] : answer.indicators)
    nodes.push_back(indicator_node(id, facts.check.indicators.at(id), share));
  for (const auto& [id, share] : answer.pools) {
    const auto pool = facts.check.pools.find(id);
    if (pool == facts.check.pools.end()) continue;
    OB_TRY(Json node, pool_node(call, asked.unit, id, pool->second, share));
    nodes.push_back(std::move(node));
  }
  Json refused = Json::array();
  for (const CheckFinding& finding : answer.findings)
    if (finding.fault.code != "ledger.balance" && finding.line > 0)
      refused.push_back({{"line", finding.line}, {"rule", finding.fault.code}});
  return Json{{"rule", "ledger.funds_check"},
              {"version", kVersion},
              {"document", {{"entity", asked.entity}, {"id", asked.id}}},
              {"unit", asked.unit},
              {"link", asked.link},
              {"on", call.today().str()},
              {"allowed", answer.allowed()},
              {"level", name_of(answer.level)},
              {"all_of", std::move(nodes)},
              {"refused_lines", std::move(refused)}};
}

Result<Json> answer_of(const Call& call, const Asked& asked, const Facts& facts, const CheckAnswer& answer) {
  Json findings = Json::array();
  for (const CheckFinding& finding : answer.findings)
    findings.push_back({{"line", finding.line},
                        {"field", finding.fault.field},
                        {"code", finding.fault.code},
                        {"level", name_of(finding.level)},
                        {"message", {{"zh", finding.fault.message.zh}, {"en", finding.fault.message.en}}},
                        {"remedy", {{"zh", finding.fault.remedy.zh}, {"en", finding.fault.remedy.en}}}});
  OB_TRY(Json proof, proof_of(call, asked, facts, answer));
  return Json{{"allowed", answer.allowed()},
              {"level", name_of(answer.level)},
              {"findings", std::move(findings)},
              {"proof", std::move(proof)}};
}

} // namespace onebudget::ledger
