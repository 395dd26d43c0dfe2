// Before rules, thresholds, facts, records and progress are written.

#include "plugins/monitoring/domain/dual_light.hpp"
#include "plugins/monitoring/service/facts_json.hpp"
#include "plugins/monitoring/service/standing.hpp"

namespace onebudget::monitoring {

namespace {

using plugin::Action;

bool written(const Change& change) { return change.action == Action::create || change.action == Action::update; }

/// What the scan marks does not make a row new; everything else does.
void mark_unchecked(const Change& change, std::initializer_list<const char*> fields, Verdict& verdict) {
  bool fresh = change.action == Action::create;
  for (const char* field : fields) fresh = fresh || change.changes(field);
  if (fresh) verdict.assign("checked", false);
}

std::optional<Ratio> share(const Row& row, const char* field) {
  if (!row.has(field)) return std::nullopt;
  return row.ratio(field);
}

} // namespace

Result<void> validate_rule(Call&, const Change& change, Verdict& verdict) {
  if (written(change)) verdict.report(check_rule(rule_row(change.after)));
  return {};
}

Result<void> validate_threshold(Call&, const Change& change, Verdict& verdict) {
  if (change.action == Action::transition && change.transition == "approve") {
    const Row& row = change.after;
    if (row.at("preview").is_object() && row.text("previewed_value") == row.text("value")) return {};
    verdict.report("/preview", "monitoring.not_previewed",
                   Text{"还没有用这个值试算上年影响。", "The effect of this value on last year was not previewed."},
                   Text{"请先试算，再由另一人批准。", "Preview it first; then another person approves."});
    return {};
  }
  if (!written(change)) return {};
  const LimitRow row = limit_row(change.after);
  const auto set = Limits().set(row.rule, row.code, row.value);
  if (!set) {
    const bool value = set.fault().code == "monitoring.threshold";
    verdict.report(value ? "/value" : "/code", set.fault().code, set.fault().message,
                   Text{"请对照插件说明改正。", "See the plugin's README."});
  }
  if (change.action == Action::create || change.changes("value")) {
    verdict.assign("preview", nullptr);
    verdict.assign("previewed_value", nullptr);
  }
  return {};
}

Result<void> validate_fact(Call&, const Change& change, Verdict& verdict) {
  if (!written(change)) return {};
  const bool told = change.action == Action::create || change.changes("facts") || change.changes("subject");
  if (!told) return {};
  std::vector<FieldFault> findings;
  const auto facts = read_facts(change.after.text("subject"), change.after.at("facts"), findings);
  verdict.report(findings);
  if (!facts) return {};
  if (const auto* payment = std::get_if<PaymentFacts>(&*facts)) {
    verdict.assign("payee", payment->account);
    verdict.assign("contract_no", payment->contract);
    const bool invoiced = payment->invoices && !payment->invoices->empty();
    verdict.assign("invoice_no", invoiced ? payment->invoices->front().number : std::string());
  }
  verdict.assign("checked", false);
  return {};
}

Result<void> validate_execution(Call&, const Change& change, Verdict& verdict) {
  if (written(change))
    mark_unchecked(change, {"as_of", "year_target", "plan_to_date", "paid_to_date", "year_projection"}, verdict);
  return {};
}

Result<void> validate_progress(Call&, const Change& change, Verdict& verdict) {
  if (!written(change)) return {};
  const Row& row = change.after;
  DualProgress progress;
  progress.money = {share(row, "planned_spending"), share(row, "actual_spending")};
  progress.goals = {share(row, "planned_output"), share(row, "actual_output")};
  progress.key_indicator_missed = row.flag("key_indicator_missed");
  const DualLight light = dual_light(progress);
  verdict.assign("money_light", code_of(light.money));
  verdict.assign("goal_light", code_of(light.goals));
  verdict.assign("both_light", code_of(light.both));
  if (light.both >= Light::orange && row.text("deviation").empty())
    verdict.report("/deviation", "monitoring.deviation",
                   Text{"橙灯和红灯要写明偏差原因和措施。", "Orange and red lights need the reason and the measures."},
                   Text{"请填写偏差原因和措施。", "Fill in reason and measures."});
  return {};
}

Result<void> validate_unmatched(Call&, const Change& change, Verdict& verdict) {
  if (change.action != Action::transition || change.transition != "match") return {};
  if (!change.after.text("matched_line").empty()) return {};
  verdict.report("/matched_line", "monitoring.no_line",
                 Text{"没有写明归入哪个预算行。", "The line it belongs to is not named."},
                 Text{"请先填写预算行，再匹配。", "Name the line first."});
  return {};
}

} // namespace onebudget::monitoring
