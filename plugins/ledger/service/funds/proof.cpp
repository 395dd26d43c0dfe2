// The proof tree of a funds check. Every number in it can be computed again from records: see tests/scenario.

#include "plugins/ledger/service/funds/ask.hpp"

namespace onebudget::ledger {

namespace {

constexpr int kVersion = 2; ///< of the rule and of the tree's form
constexpr std::size_t kMostLines = 200;

std::string lines_of(const std::vector<LineShare>& lines, std::size_t from, std::size_t most) {
  NewRows out;
  for (std::size_t i = from; i < std::min(lines.size(), from + most); ++i) {
    const LineShare& line = lines[i];
    out.row().number("line", line.line).yuan("amount", line.amount);
    out.yuan("drawn", line.drawn).yuan("needed", line.needed);
    if (!line.earlier.empty()) out.text("from", line.earlier);
  }
  return out.array(0, lines.size());
}

/// An indicator's node with some of its lines. Who may override is told where it does not hold: nobody.
std::string indicator_node(const std::string& id, const IndicatorFacts& facts, const IndicatorShare& share,
                           std::size_t from, std::size_t most) {
  NewRows balances, in_flight, out;
  balances.row();
  for (std::size_t i = 1; i < kBucketCount; ++i) balances.yuan(kBuckets[i], facts.balances.of[i]);
  in_flight.row();
  for (const auto& [link, held] : facts.in_flight) in_flight.yuan(link, held);
  const bool holds = share.holds && facts.stage == "executable";
  out.row().text("kind", "indicator").text("rule", "ledger.balance").text("indicator", id);
  out.text("code", facts.code).text("stage", facts.stage);
  out.json("lines", lines_of(share.lines, from, most)).json("balances", balances.object());
  out.json("in_flight", in_flight.object()).yuan("needed", share.needed).yuan("left", share.left);
  out.flag("holds", holds);
  if (!holds) out.json("override", R"({"possible":false,"instead":["transfer","add"]})");
  return out.object();
}

void add_indicator(Proof& proof, const std::string& id, const IndicatorFacts& facts, const IndicatorShare& share) {
  const std::size_t lines = share.lines.size();
  if (lines > kMostLines)
    for (std::size_t at = 0; at < lines; at += kMostLines)
      proof.pieces[proof.nodes.size()].push_back(indicator_node(id, facts, share, at, kMostLines));
  proof.nodes.push_back(indicator_node(id, facts, share, 0, lines));
}

/// Who may let the warning of a pool pass, by name.
Result<std::string> persons(const Call& call, const PoolFacts& pool, const std::string& unit) {
  NewRows out;
  OB_TRY(const auto holders, call.holders({{"role", pool.override_role}, {"node", unit}}));
  for (const Row& holder : holders)
    out.row()
        .text("user", holder.text("user"))
        .text("name", holder.text("name"))
        .text("display_name", holder.text("display_name"));
  return out.array(0, out.size());
}

Result<std::string> pool_node(const Call& call, const std::string& unit, const std::string& id, const PoolFacts& pool,
                              const PoolShare& share) {
  std::string override_by = R"({"possible":false})";
  if (share.level == Level::hold) {
    OB_TRY(const std::string who, persons(call, pool, unit));
    NewRows by;
    by.row().flag("possible", !(pool.override_limit < share.needed)).text("role", pool.override_role);
    by.yuan("limit", pool.override_limit).yuan("granted", pool.granted).json("persons", who);
    override_by = by.object();
  }
  NewRows out;
  out.row().text("kind", "control").text("rule", "ledger.control").text("control", pool.control);
  out.number("edition", pool.edition).text("pool", id).text("name", pool.name);
  out.number("warn_percent", pool.warn_percent).number("stop_percent", pool.stop_percent);
  out.yuan("budget", pool.budget).yuan("used", pool.used);
  out.yuan("needed", share.needed).yuan("after", share.after).text("level", name_of(share.level));
  out.flag("holds", share.level < Level::hold || share.let_pass).json("override", override_by);
  return out.object();
}

Result<Proof> proof_of(const Call& call, const Asked& asked, const Facts& facts, const CheckAnswer& answer) {
  Proof out;
  for (const auto& [id, share] : answer.indicators) add_indicator(out, id, facts.check.indicators.at(id), share);
  for (const auto& [id, share] : answer.pools) {
    const auto pool = facts.check.pools.find(id);
    if (pool == facts.check.pools.end()) continue;
    OB_TRY(std::string node, pool_node(call, asked.unit, id, pool->second, share));
    out.nodes.push_back(std::move(node));
  }
  NewRows refused, head, document;
  for (const CheckFinding& finding : answer.findings)
    if (finding.fault.code != "ledger.balance" && finding.line > 0)
      refused.row().number("line", finding.line).text("rule", finding.fault.code);
  document.row().text("entity", asked.entity).text("id", asked.id);
  head.row().text("rule", "ledger.funds_check").number("version", kVersion).json("document", document.object());
  head.text("unit", asked.unit).text("link", asked.link).text("on", call.today().str());
  head.flag("allowed", answer.allowed()).text("level", name_of(answer.level));
  head.json("refused_lines", refused.array(0, refused.size()));
  out.head = head.object().substr(1);
  out.head.pop_back();
  return out;
}

} // namespace

std::string Proof::text() const {
  std::string out = "{" + head + ",\"all_of\":[";
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (i > 0) out += ',';
    out += nodes[i];
  }
  return out + "]}";
}

std::string Answered::text(const std::string& more) const {
  NewRows out;
  out.row().flag("allowed", allowed).text("level", name_of(level)).json("findings", plugin::dump(findings));
  std::string text = out.json("proof", proof.text()).object();
  text.pop_back();
  return text + more + "}";
}

Result<Answered> answer_of(const Call& call, const Asked& asked, const Facts& facts, const CheckAnswer& answer) {
  Answered out;
  out.allowed = answer.allowed();
  out.level = answer.level;
  for (const CheckFinding& finding : answer.findings)
    out.findings.push_back({{"line", finding.line},
                            {"field", finding.fault.field},
                            {"code", finding.fault.code},
                            {"level", name_of(finding.level)},
                            {"message", {{"zh", finding.fault.message.zh}, {"en", finding.fault.message.en}}},
                            {"remedy", {{"zh", finding.fault.remedy.zh}, {"en", finding.fault.remedy.en}}}});
  OB_TRY(out.proof, proof_of(call, asked, facts, answer));
  return out;
}

} // namespace onebudget::ledger
