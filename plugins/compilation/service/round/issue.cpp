// 批复: what must hold when a batch goes out, and what follows.
#include "plugins/compilation/domain/round/issue.hpp"

#include "plugins/compilation/domain/round/issue_change.hpp"
#include "plugins/compilation/service/round/guarantees.hpp"
#include "plugins/compilation/service/round/issue_event.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr const char* kGrounds[] = {"none",       "carry_over",      "like_amount",
                                    "legal_duty", "disaster_relief", "advance_transfer"};
constexpr const char* kFunds[] = {"1", "2", "3", "4", "5"};

EarlyGround ground_of(const std::string& text) {
  for (std::size_t i = 0; i < std::size(kGrounds); ++i)
    if (text == kGrounds[i]) return static_cast<EarlyGround>(i);
  return EarlyGround::none;
}

BudgetSource source_of(const std::string& text) {
  if (text == "adjustment") return BudgetSource::adjustment;
  return text == "reallocation" ? BudgetSource::reallocation : BudgetSource::initial;
}

Result<std::vector<Row>> lines_of(const Call& call, RecordId issue) {
  std::vector<Row> out;
  OB_CHECK(call.records().each("compilation.issue_line", where("issue==" + issue.str(), "cell"),
                               [&](const Row& row) -> Result<void> {
                                 out.push_back(row);
                                 return {};
                               }));
  return out;
}

Result<void> sum_by_fund(const std::vector<Row>& lines, std::map<std::string, Money>& sums) {
  for (const Row& line : lines) {
    Money& sum = sums[line.text("fund")];
    OB_TRY(sum, sum.plus(line.money("amount")));
  }
  return {};
}

Result<Money> total_of(const std::vector<Row>& lines) {
  Money out;
  for (const Row& line : lines) {
    OB_TRY(out, out.plus(line.money("amount")));
  }
  return out;
}

/// An approval as it stands, and how many batches went out under it.
struct Standing {
  RecordId id;
  std::int64_t issues = 0;
  Approval approval;
};

Result<std::optional<Standing>> approval_of(const Call& call, const std::string& region_code, int fiscal_year) {
  std::optional<Standing> out;
  const std::string filter = "fiscal_year==" + std::to_string(fiscal_year) + ";status==confirmed";
  OB_CHECK(call.records().each("compilation.congress_approval", where(filter), [&](const Row& row) -> Result<void> {
    OB_TRY(const Row node, call.node(row.ref("region")));
    if (node.text("region_code") != region_code && node.text("code") != region_code) return {};
    Standing standing{row.id(), row.number("issues"), {row.day("approved_on").value_or(Day()), {}}};
    for (const char* fund : kFunds) standing.approval.totals[fund] = row.money(std::string("fund_") + fund);
    out = std::move(standing);
    return {};
  }));
  return out;
}

/// What was issued under the same approval and still holds: the region's other batches of the year, those of a ground
/// included, without the one that this batch changes. Each batch keeps what it moved by fund, so that one sum over the
/// region answers, however many there are.
Result<void> add_issued_before(const Call& call, const std::string& region_code, const Row& issue,
                               const std::map<std::string, Money>& changed, std::map<std::string, Money>& sums) {
  plugin::AggregateQuery query;
  query.filter = "region_code==" + plugin::quoted(region_code) +
                 ";fiscal_year==" + std::to_string(issue.number("fiscal_year")) + ";to_unit==false;status==issued";
  for (const char* fund : kFunds) query.aggregates.push_back(std::string("sum:fund_") + fund);
  OB_TRY(const auto moved, call.records().aggregate("compilation.budget_issue", query));
  for (const char* fund : kFunds) {
    Money& sum = sums[fund];
    for (const Row& row : moved) {
      OB_TRY(sum, sum.plus(row.money(std::string("sum_fund_") + fund)));
    }
    if (const auto own = changed.find(fund); own != changed.end()) {
      OB_TRY(sum, sum.minus(own->second));
    }
  }
  return {};
}

/// What the same receiver got before on the same ground, without the batch that this one changes.
Result<void> add_early_before(const Call& call, const Change& change, Money& sum) {
  const Row& row = change.after;
  const std::string filter = "unit==" + row.text("unit") +
                             ";fiscal_year==" + std::to_string(row.number("fiscal_year")) +
                             ";ground==" + row.text("ground") + ";to_unit==" + (row.flag("to_unit") ? "true" : "false");
  OB_TRY(const auto issues, issues_in_force(call, filter));
  for (const Row& issue : issues) {
    if (issue.id() == change.id || issue.id() == row.ref("changes")) continue;
    OB_TRY(sum, sum.plus(issue.money("total")));
  }
  return {};
}

Result<IssueChange> change_facts(const Call& call, const Row& row, const std::vector<Row>& lines) {
  IssueChange out;
  out.source = source_of(row.text("source"));
  out.names_earlier = row.has("changes");
  out.has_document = row.has("document") || !row.text("document_ref").empty();
  if (!out.names_earlier) return out;
  OB_TRY(const Row earlier, call.records().get("compilation.budget_issue", row.ref("changes")));
  out.earlier_issued = earlier.text("status") == "issued";
  out.same_receiver = earlier.text("unit") == row.text("unit") && earlier.flag("to_unit") == row.flag("to_unit") &&
                      earlier.number("fiscal_year") == row.number("fiscal_year");
  OB_TRY(const auto replaced, lines_of(call, earlier.id()));
  for (const Row& line : replaced) out.earlier.insert(line.id().str());
  for (const Row& line : lines)
    if (line.has("previous")) out.replaced.insert(line.text("previous"));
  OB_TRY(out.before, total_of(replaced));
  OB_TRY(out.after, total_of(lines));
  return out;
}

/// By fund, what the batch named as changed holds; nothing for a first issue.
Result<std::map<std::string, Money>> sums_changed(const Call& call, const Row& issue) {
  std::map<std::string, Money> out;
  if (!issue.has("changes")) return out;
  OB_TRY(const auto lines, lines_of(call, issue.ref("changes")));
  OB_CHECK(sum_by_fund(lines, out));
  return out;
}

Result<IssueFacts> facts_of_issue(const Call& call, const Change& change, const std::vector<Row>& lines,
                                  const std::map<std::string, Money>& changed,
                                  const std::optional<Standing>& standing) {
  IssueFacts facts;
  const Row& row = change.after;
  OB_TRY(const Row node, call.node(row.ref("unit")));
  facts.ground = ground_of(row.text("ground"));
  facts.issued_on = call.today();
  facts.to_unit = row.flag("to_unit");
  facts.received_on = row.day("received_on");
  facts.has_document = row.has("document") || !row.text("document_ref").empty();
  if (row.has("carry_over_balance")) facts.carry_over_balance = row.money("carry_over_balance");
  if (row.has("last_year_like")) facts.last_year_like = row.money("last_year_like");
  OB_CHECK(sum_by_fund(lines, facts.amounts));
  if (facts.ground != EarlyGround::none) OB_CHECK(add_early_before(call, change, facts.early_before));
  if (standing) facts.approval = standing->approval;
  if (!facts.to_unit) OB_CHECK(add_issued_before(call, node.text("region_code"), row, changed, facts.issued_before));
  return facts;
}

/// Projects whose money goes out move on with it, on the same person's behalf.
Result<void> move_projects(const Call& call, const std::vector<Row>& lines) {
  std::set<std::string> projects;
  for (const Row& line : lines)
    if (line.has("project")) projects.insert(line.text("project"));
  std::vector<std::pair<RecordId, std::int64_t>> ready;
  OB_CHECK(by_hundreds(projects, "id", [&](const std::string& filter) {
    return call.records().each(kProject, where(filter + ";status==budgeted", "", {"status"}),
                               [&](const Row& row) -> Result<void> {
                                 ready.emplace_back(row.id(), row.version());
                                 return {};
                               });
  }));
  for (const auto& [id, version] : ready) OB_CHECK(call.records().transition(kProject, id, version, "issue"));
  return {};
}

} // namespace

namespace {

/// What the batch moved, by fund: what add_issued_before sums up later.
Result<void> keep_movement(const Call& call, const Row& issue, const std::vector<Row>& lines,
                           const std::map<std::string, Money>& changed, Verdict& verdict) {
  std::map<std::string, Money> sums;
  OB_CHECK(sum_by_fund(lines, sums));
  for (const char* fund : kFunds) {
    const auto before = changed.find(fund);
    OB_TRY(const Money moved, sums[fund].minus(before == changed.end() ? Money() : before->second));
    verdict.assign(std::string("fund_") + fund, plugin::abi(moved));
  }
  OB_TRY(const Row node, call.node(issue.ref("unit")));
  verdict.assign("region_code", node.text("region_code"));
  return {};
}

/// Two who issue at once may both see the sum of before: the batch counts itself in only where no other did meanwhile;
/// else the transition is run again and sees it.
Result<void> take_turn(const Call& call, const Standing& standing) {
  plugin::Adjustment turn;
  turn.add = {{"issues", 1}};
  turn.where = "issues==" + std::to_string(standing.issues);
  OB_CHECK(call.records().adjust("compilation.congress_approval", standing.id, turn));
  return {};
}

} // namespace

Result<void> validate_issue(Call& call, const Change& change, Verdict& verdict) {
  if (change.action != Action::transition) return {};
  OB_TRY(const auto lines, lines_of(call, change.id));
  OB_TRY(const Money total, total_of(lines));
  const plugin::Approval given{change.after.text("document_no") + " " + change.after.text("title"),
                               change.after.ref("unit"), total, change.after.text("source")};
  const bool issues = change.transition == "issue";
  if (!issues && change.transition != "submit") return follow_workflow(call, change, given, verdict);
  OB_TRY(const IssueChange changed, change_facts(call, change.after, lines));
  OB_TRY(const auto replaced, sums_changed(call, change.after));
  OB_TRY(const Row node, call.node(change.after.ref("unit")));
  OB_TRY(const auto standing,
         approval_of(call, node.text("region_code"), static_cast<int>(change.after.number("fiscal_year"))));
  OB_TRY(const IssueFacts facts, facts_of_issue(call, change, lines, replaced, standing));
  OB_TRY(const Policy policy, policy_for(call, static_cast<int>(change.after.number("fiscal_year"))));
  verdict.report(check_change(changed));
  // An adjustment rests on the standing committee's document, and no change has days to be issued within.
  if (changed.source != BudgetSource::adjustment) verdict.report(check_issue(facts));
  // Of the year's own budget: early money and a department's own 批复 have nothing of the second round to keep to.
  if (!changed.names_earlier && !facts.to_unit && facts.ground == EarlyGround::none) {
    OB_TRY(const auto cells, cells_of(call, "compilation.issue_line", "issue", change.id));
    OB_CHECK(report_guarantees(call, change.after, cells, verdict));
  }
  const auto late = changed.names_earlier ? std::vector<FieldFault>() : issue_lateness(facts, policy);
  if (!late.empty() && change.after.text("late_reason").empty())
    verdict.report("/late_reason", late.front().code, late.front().message, late.front().remedy);
  if (verdict.findings() > 0) return {};
  OB_CHECK(follow_workflow(call, change, given, verdict));
  if (!issues || verdict.findings() > 0) return {};
  verdict.assign("issued_on", plugin::abi(facts.issued_on));
  verdict.assign("late", !late.empty());
  verdict.assign("total", plugin::abi(total));
  OB_CHECK(keep_movement(call, change.after, lines, replaced, verdict));
  if (standing && !facts.to_unit) OB_CHECK(take_turn(call, *standing));
  OB_CHECK(move_projects(call, lines));
  return publish_issued(call, {change.after, change.id, lines, total});
}

} // namespace onebudget::compilation
