// Hooks of the calendar, ceilings, versions, the recorded approval, policy values and the secret aggregate.
#include <algorithm>
#include <tuple>

#include "plugins/compilation/domain/lifecycle/secret.hpp"
#include "plugins/compilation/domain/review/spending_order.hpp"
#include "plugins/compilation/domain/round/approval.hpp"
#include "plugins/compilation/domain/round/ceiling.hpp"
#include "plugins/compilation/service/round/guarantees.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

bool written(const Change& change) { return change.action == Action::create || change.action == Action::update; }

/// The other steps of the same region and year.
Result<std::vector<Round>> others_of(const Call& call, const Change& change) {
  std::vector<Round> out;
  const std::string filter =
      "region==" + change.after.text("region") + ";fiscal_year==" + std::to_string(change.after.number("fiscal_year"));
  OB_CHECK(call.records().each("compilation.budget_round", where(filter), [&](const Row& row) -> Result<void> {
    const auto step = step_of(row.text("step"));
    if (!step || row.id() == change.id) return {};
    out.push_back({*step, row.day("opens_on").value_or(Day()), row.day("closes_on").value_or(Day()),
                   row.text("status") == "open"});
    return {};
  }));
  return out;
}

} // namespace

Result<void> validate_round(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  const auto step = step_of(change.after.text("step"));
  const auto opens = change.after.day("opens_on"), closes = change.after.day("closes_on");
  if (!step || !opens || !closes) return {}; // the missing field has its own finding
  const Round round{*step, *opens, *closes, false};
  OB_TRY(const auto others, others_of(call, change));
  if (written(change)) verdict.report(check_round(round, others, static_cast<int>(change.after.number("fiscal_year"))));
  if (change.action != Action::transition) return {};
  if (change.transition == "open") verdict.report(check_opening(round, others, call.today()));
  if (verdict.findings() > 0) return {};
  return mark_round(call, change.after, change.transition == "open");
}

Result<void> validate_duplicate(Call& call, const Change& change, Verdict& verdict) {
  return mark_duplicates(call, change, verdict);
}

namespace {

/// What hangs below a ceiling besides one of them. Queries see the state before the unit of work; `own_writes` reads
/// each row again, as this unit will leave it.
Result<Money> given_below(const Call& call, RecordId above, RecordId besides, bool own_writes) {
  std::vector<RecordId> ids;
  Money given;
  OB_CHECK(call.records().each("compilation.ceiling", where("parent_ceiling==" + above.str()),
                               [&](const Row& row) -> Result<void> {
                                 if (row.id() == besides) return {};
                                 if (own_writes) return ids.push_back(row.id()), Result<void>();
                                 OB_TRY(given, given.plus(row.money("amount")));
                                 return {};
                               }));
  for (const RecordId id : ids) {
    OB_TRY(const Row row, call.records().get("compilation.ceiling", id));
    OB_TRY(given, given.plus(row.money("amount")));
  }
  return given;
}

/// Two who split at once may both see what was given before: each counts itself in at the ceiling above only where no
/// other did meanwhile and its amount is still the same; else the whole is run again and sees it.
Result<void> take_turn(const Call& call, const Row& above) {
  plugin::Adjustment turn;
  turn.add = {{"splits", 1}};
  turn.where = "splits==" + std::to_string(above.number("splits")) +
               ";amount==" + plugin::quoted(above.money("amount").to_yuan());
  OB_CHECK(call.records().adjust("compilation.ceiling", above.id(), turn));
  return {};
}

Result<void> check_below(const Call& call, const Change& change, Money amount, Verdict& verdict) {
  OB_TRY(const Row parent, call.records().get("compilation.ceiling", change.after.ref("parent_ceiling")));
  const bool same = parent.text("fund_kind") == change.after.text("fund_kind") &&
                    parent.text("category") == change.after.text("category") &&
                    parent.number("fiscal_year") == change.after.number("fiscal_year");
  OB_TRY(const Row above, call.node(parent.ref("node")));
  OB_TRY(const Row below, call.node(change.after.ref("node")));
  const std::string path = above.text("path");
  if (!same || parent.id() == change.id || below.text("path") == path || below.text("path").rfind(path, 0) != 0)
    verdict.report("/parent_ceiling", "compilation.ceiling_split",
                   Text{"上级控制数应属上级节点，且年度、资金性质和类别相同。",
                        "The ceiling above belongs to a node above, of the same year, fund and category."},
                   Text{"请重新选择。", "Choose another."});
  const std::vector<std::pair<std::string, Money>> part = {{change.after.text("node"), amount}};
  OB_TRY(Money elsewhere, given_below(call, parent.id(), change.id, false));
  auto findings = check_split(parent.money("amount"), elsewhere, part);
  if (!findings.empty()) { // unless the same unit of work lowered others before
    OB_TRY(elsewhere, given_below(call, parent.id(), change.id, true));
    findings = check_split(parent.money("amount"), elsewhere, part);
  }
  for (FieldFault finding : findings) {
    finding.field = "/amount";
    verdict.report(finding);
  }
  return verdict.findings() > 0 ? Result<void>() : take_turn(call, parent);
}

} // namespace

/// What hangs below one ceiling keeps within it, however it is written.
Result<void> validate_ceiling(Call& call, const Change& change, Verdict& verdict) {
  if (!written(change)) return {};
  const Money amount = change.after.money("amount");
  if (change.action == Action::update) {
    OB_TRY(const Money given, given_below(call, change.id, RecordId{}, false));
    if (amount < given) verdict.report(check_split(amount, given, {}));
  }
  if (!change.after.has("parent_ceiling")) return {};
  return check_below(call, change, amount, verdict);
}

namespace {

/// What a unit sends up is its newest version of an open step, with the note that explains it.
Result<void> check_version_submitted(const Call& call, RecordId id, const Row& version, Verdict& verdict) {
  const std::string step = version.text("step");
  const std::string later = "unit==" + version.text("unit") +
                            ";fiscal_year==" + std::to_string(version.number("fiscal_year")) + ";step==" + step +
                            ";number=gt=" + std::to_string(version.number("number"));
  OB_TRY(const auto newer, call.records().first("compilation.budget_version", where(later)));
  verdict.report(
      check_sent_up({step == "one_up" || step == "two_up", newer.has_value(), !version.text("document_ref").empty()}));
  if (step != "two_up") return {};
  // A project of the guarantees may have been admitted since the version was frozen.
  OB_TRY(const Money gap,
         guarantees_left_out_of(call, version.ref("unit"), static_cast<int>(version.number("fiscal_year"))));
  OB_TRY(const auto cells, cells_of(call, "compilation.version_line", "version_ref", id));
  OB_TRY(const GuaranteedCells among, guarantees_among(call, cells));
  verdict.report(check_guarantees({gap, among.other, false}));
  return {};
}

Result<void> follow_version(const Call& call, const Change& change, Verdict& verdict) {
  const Row& version = change.after;
  if (change.transition == "submit") OB_CHECK(check_version_submitted(call, change.id, version, verdict));
  if (verdict.findings() > 0) return {};
  OB_TRY(const Row unit, call.node(version.ref("unit")));
  const std::string step = version.text("step");
  const std::string title =
      unit.text("name") + " " + std::to_string(version.number("fiscal_year")) + (step == "one_up" ? " 一上" : " 二上");
  return follow_workflow(call, change, {title, version.ref("unit"), version.money("total"), step}, verdict);
}

} // namespace

Result<void> validate_version(Call& call, const Change& change, Verdict& verdict) {
  if (change.action != Action::transition) return {};
  if (change.transition != "freeze") return follow_version(call, change, verdict);
  std::int64_t cells = 0;
  Money total;
  OB_CHECK(call.records().each("compilation.version_line", where("version_ref==" + change.id.str()),
                               [&](const Row& row) -> Result<void> {
                                 ++cells;
                                 OB_TRY(total, total.plus(row.money("amount")));
                                 return {};
                               }));
  OB_TRY(const auto stored, call.records().first(change.entity, where("id==" + change.id.str())));
  if (!stored) return {}; // made in this unit of work: the freezing verb has counted
  if (cells == 0)
    verdict.report("", "compilation.version",
                   Text{"版本没有明细，不能冻结。", "A version without lines is not frozen."},
                   Text{"请用“冻结”功能生成。", "Make it by freezing a step."});
  verdict.assign("cells", cells);
  verdict.assign("total", plugin::abi(total));
  return {};
}

Result<void> validate_approval(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  const Row& row = change.after;
  const auto approved = row.day("approved_on");
  if (!approved) return {}; // the missing day has its own finding
  ApprovalFacts facts{call.today(), *approved, row.day("draft_sent_on"), row.money("fund_1"), {}, false};
  if (row.has("reserve_amount")) facts.reserve = row.money("reserve_amount");
  facts.has_late_reason = !row.text("late_reason").empty();
  OB_TRY(const Policy policy, policy_for(call, static_cast<int>(row.number("fiscal_year"))));
  verdict.report(check_approval(facts, policy));
  return {};
}

namespace {

/// With this value in force nothing contradicts another, on its first day and on every later one when a value changes.
Result<void> check_together(const Call& call, const Change& change, Verdict& verdict) {
  std::vector<std::tuple<std::string, std::string, std::string>> values; // from, code, value
  values.emplace_back(change.after.text("valid_from"), change.after.text("code"), change.after.text("value"));
  OB_CHECK(
      call.records().each("compilation.policy_value", where("status==in_force"), [&](const Row& row) -> Result<void> {
        if (row.id() != change.id) values.emplace_back(row.text("valid_from"), row.text("code"), row.text("value"));
        return {};
      }));
  const std::string first = change.after.text("valid_from");
  std::sort(values.begin(), values.end());
  Policy policy;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& [from, code, value] = values[i];
    OB_CHECK(policy.set(code, value));
    const bool last_of_day = i + 1 == values.size() || std::get<0>(values[i + 1]) != from;
    if (from < first || !last_of_day) continue;
    const auto sound = check_policy(policy);
    if (sound) continue;
    verdict.report("/value", "compilation.policy_contradiction",
                   Text{from + " 起与其他参数矛盾：" + sound.fault().message.zh,
                        "From " + from + " it contradicts other values: " + sound.fault().message.en},
                   Text{"请先改正与之矛盾的参数。", "Correct what it contradicts first."});
    return {};
  }
  return {};
}

} // namespace

Result<void> validate_policy(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::transition && change.transition == "approve")
    return check_together(call, change, verdict);
  if (!written(change)) return {};
  Policy policy;
  const auto set = policy.set(change.after.text("code"), change.after.text("value"));
  if (!set)
    verdict.report(set.fault().code == "compilation.policy_code" ? "/code" : "/value", set.fault().code,
                   set.fault().message, Text{"请按说明填写。", "Follow the manual."});
  return {};
}

Result<void> validate_secret_total(Call& call, const Change& change, Verdict& verdict) {
  SecretTotalFacts facts;
  facts.changes = change.action == Action::update || change.action == Action::remove;
  const Row& row = change.action == Action::remove ? change.before : change.after;
  const int year = static_cast<int>(row.number("fiscal_year"));
  OB_TRY(const Policy policy, policy_for(call, year));
  facts.parts = row.flag("enough_parts") ? policy.secret_parts : 0;
  facts.amount = row.money("amount");
  OB_TRY(const Row node, call.node(row.ref("region")));
  const std::string path = node.text("path");
  facts.topmost = std::count(path.begin(), path.end(), '/') == 2;
  if (change.action == Action::create) verdict.assign("slot", "one");
  auto findings = check_secret_total(facts, policy);
  for (FieldFault& finding : findings) {
    if (finding.field == "/parts") finding.field = "/enough_parts";
    verdict.report(finding);
  }
  return {};
}

} // namespace onebudget::compilation
