#include "plugins/standards/domain/class_place.hpp"
#include "plugins/standards/domain/rule_conflict.hpp"
#include "plugins/standards/domain/rule_pack.hpp"
#include "plugins/standards/service/service.hpp"
#include "sdk/query/filter.hpp"

namespace onebudget::standards {

namespace {

using plugin::Action;

Result<void> supersede_older(Call& call, const Change& change) {
  OB_TRY(const auto editions, editions_of(call, change.entity, change.after));
  Edition approved = edition_of(change.after);
  approved.id = change.id.value;
  const std::string number = std::to_string(approved.number);
  for (const Edition& old : replaced_by(approved, editions))
    OB_CHECK(call.records().transition(change.entity, RecordId{old.id}, old.version, "supersede",
                                       "第 " + number + " 版生效 / edition " + number));
  return {};
}

Result<void> judge_transition(Call& call, const Change& change, Verdict& verdict) {
  if (change.transition == "approve") return supersede_older(call, change);
  if (change.transition != "supersede") return {};
  OB_TRY(const auto editions, editions_of(call, change.entity, change.after));
  OB_TRY(const plugin::Caller caller, call.caller());
  verdict.report(check_supersede(edition_of(change.before), editions, caller.user.none() ? "" : caller.user.str()));
  return {};
}

/// The comparisons of a filter that joins them by `;` alone; none for any other, and for one that is told elsewhere.
std::vector<Condition> conditions_of(const std::string& filter) {
  const auto parsed = query::parse_filter(filter);
  if (!parsed || parsed->kind == query::Expression::Kind::any) return {};
  std::vector<Condition> out;
  const auto take = [&](const query::Expression& part) {
    const query::Term& term = part.term;
    const bool plain = part.kind == query::Expression::Kind::term && term.values.size() == 1 &&
                       !term.values.front().prefix && term.op != query::Op::contains;
    if (plain) out.push_back({term.field, query::written(term.op), term.values.front().text});
    return plain;
  };
  if (parsed->kind == query::Expression::Kind::term) return take(*parsed) ? out : std::vector<Condition>();
  for (const query::Expression& part : parsed->parts)
    if (!take(part)) return {};
  return out;
}

std::vector<FieldFault> judge_pack(const Row& pack) {
  std::vector<PackRule> rules;
  const Json& list = pack.at("rules");
  if (list.is_array()) {
    for (const Json& item : list) {
      const Row rule(item), finding(rule.at("finding"));
      rules.push_back({rule.text("id"), rule.text("filter"), {finding.text("zh"), finding.text("en")}});
    }
  }
  auto findings = check_pack(rules);
  if (!findings.empty()) return findings;
  std::vector<RuleConditions> conditions;
  conditions.reserve(rules.size());
  for (const PackRule& rule : rules) conditions.push_back({rule.id, conditions_of(rule.filter)});
  return check_conflicts(conditions);
}

/// Whether the list of the earlier year holds the code that a succession starts from, in any edition.
Result<bool> starts_from_known(const Call& call, const Row& row) {
  const std::string list = row.text("list");
  if (identity_of("standards." + list).empty()) return true; // the list itself has its own finding
  plugin::Query query;
  query.filter = "code==" + plugin::quoted(row.text("from_code")) + of_year(list, row.number("from_year"));
  query.fields = {"code"};
  OB_TRY(const auto found, call.records().first("standards." + list, query));
  return found.has_value();
}

Result<void> judge_content(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.after;
  const std::string name = change.entity.substr(change.entity.find('.') + 1);
  if (name == "functional_class" || name == "department_economic_class" || name == "government_economic_class")
    verdict.report(check_place({row.text("code"), row.text("parent_code"), static_cast<int>(row.number("level"))}));
  if (name == "procurement_category" || name == "asset_class" || name == "region" || name == "zone" ||
      name == "fund_kind")
    verdict.report(check_parent({row.text("code"), row.text("parent_code"), 0}));
  if (name == "rule_pack") verdict.report(judge_pack(row));
  if (name == "code_succession") {
    Succession succession = succession_of(row);
    OB_TRY(succession.from_known, starts_from_known(call, row));
    verdict.report(check_succession(succession));
  }
  if (name == "coding_rule") {
    const auto rule = coding_rule_of(row);
    if (rule)
      verdict.report(check_rule(*rule));
    else
      verdict.report(rule.fault());
  }
  return {};
}

} // namespace

Result<void> validate(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.action == Action::transition) return judge_transition(call, change, verdict);
  const Edition after = edition_of(change.after);
  const auto before = change.action == Action::update ? std::optional(edition_of(change.before)) : std::nullopt;
  verdict.report(check_frozen(before, after));
  verdict.report(check_validity(after.validity));
  return judge_content(call, change, verdict);
}

} // namespace onebudget::standards
