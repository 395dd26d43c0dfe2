#include "plugins/monitoring/service/standing.hpp"

namespace onebudget::monitoring {

LimitRow limit_row(const Row& row) {
  return {row.text("rule"), row.text("code"), row.text("region_code"), row.text("value"),
          static_cast<int>(row.number("fiscal_year"))};
}

RuleRow rule_row(const Row& row) {
  RuleRow out;
  out.rule = row.text("code");
  out.valid_from = row.day("valid_from");
  out.level = level_of(row.text("level")).value_or(Level::yellow);
  out.escalated = level_of(row.text("escalated_level"));
  out.live = row.flag("live");
  out.enabled = row.flag("enabled");
  return out;
}

Result<Standing> Standing::load(const Call& call, Day day, const std::optional<LimitRow>& draft) {
  Standing out(day);
  OB_CHECK(call.records().each(kThreshold, where("status==in_force", "edition"), [&](const Row& row) -> Result<void> {
    out.rows_.push_back(limit_row(row));
    return {};
  }));
  if (draft) out.rows_.push_back(*draft);
  std::vector<RuleRow> rules;
  OB_CHECK(call.records().each("monitoring.alert_rule", where("status==in_force"), [&](const Row& row) -> Result<void> {
    rules.push_back(rule_row(row));
    return {};
  }));
  out.rules_ = RuleBook(rules, day);
  return out;
}

Result<const Limits*> Standing::limits(const Call& call, RecordId unit, int year) {
  auto region = regions_.find(unit.value);
  if (region == regions_.end()) {
    OB_TRY(const Row node, call.node(unit));
    region = regions_.emplace(unit.value, node.text("region_code")).first;
  }
  const auto key = std::make_pair(region->second, year);
  auto found = limits_.find(key);
  if (found == limits_.end()) found = limits_.emplace(key, limits_for(rows_, region->second, year)).first;
  return &found->second;
}

} // namespace onebudget::monitoring
