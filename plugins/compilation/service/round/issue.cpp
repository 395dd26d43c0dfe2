// 批复: the lines of an issue from the frozen second round, and what must hold when it goes out.
#include "plugins/compilation/domain/round/issue.hpp"

#include "plugins/compilation/service/round/cells.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr const char* kGrounds[] = {"none",       "carry_over",      "like_amount",
                                    "legal_duty", "disaster_relief", "advance_transfer"};
constexpr const char* kFunds[] = {"1", "2", "3", "4", "5"};
constexpr std::size_t kLinesOfEvent = 100; ///< an event holds 64 KB

EarlyGround ground_of(const std::string& text) {
  for (std::size_t i = 0; i < std::size(kGrounds); ++i)
    if (text == kGrounds[i]) return static_cast<EarlyGround>(i);
  return EarlyGround::none;
}

Result<void> sum_by_fund(const std::vector<BudgetCell>& cells, std::map<std::string, Money>& sums) {
  for (const BudgetCell& cell : cells) {
    Money& sum = sums[cell.columns[4]];
    OB_TRY(sum, sum.plus(cell.amount));
  }
  return {};
}

Result<std::optional<Approval>> approval_of(const Call& call, const std::string& region_code, int fiscal_year) {
  std::optional<Approval> out;
  const std::string filter = "fiscal_year==" + std::to_string(fiscal_year) + ";status==confirmed";
  OB_CHECK(call.records().each("compilation.congress_approval", where(filter), [&](const Row& row) -> Result<void> {
    OB_TRY(const Row node, call.node(row.ref("region")));
    if (node.text("region_code") != region_code && node.text("code") != region_code) return {};
    Approval approval{row.day("approved_on").value_or(Day()), {}};
    for (const char* fund : kFunds) approval.totals[fund] = row.money(std::string("fund_") + fund);
    out = approval;
    return {};
  }));
  return out;
}

/// What was issued under the same approval: the region's issues of the year, those of a ground included.
Result<void> add_issued_before(const Call& call, const std::string& region_code, int fiscal_year, RecordId own,
                               std::map<std::string, Money>& sums) {
  const std::string filter = "fiscal_year==" + std::to_string(fiscal_year) + ";status==issued;to_unit==false";
  OB_TRY(const auto issues, call.records().list("compilation.budget_issue", where(filter)));
  for (const Row& issue : issues) {
    OB_TRY(const Row node, call.node(issue.ref("unit")));
    if (issue.id() == own || node.text("region_code") != region_code) continue;
    OB_TRY(const auto cells, cells_of(call, "compilation.issue_line", "issue", issue.id()));
    OB_CHECK(sum_by_fund(cells, sums));
  }
  return {};
}

Result<IssueFacts> facts_of_issue(const Call& call, const Change& change, const std::vector<BudgetCell>& cells) {
  IssueFacts facts;
  const Row& row = change.after;
  const int year = static_cast<int>(row.number("fiscal_year"));
  OB_TRY(const Row node, call.node(row.ref("unit")));
  facts.ground = ground_of(row.text("ground"));
  facts.issued_on = call.today();
  facts.to_unit = row.flag("to_unit");
  facts.received_on = row.day("received_on");
  facts.has_document = row.has("document") || !row.text("document_ref").empty();
  if (row.has("carry_over_balance")) facts.carry_over_balance = row.money("carry_over_balance");
  if (row.has("last_year_like")) facts.last_year_like = row.money("last_year_like");
  OB_CHECK(sum_by_fund(cells, facts.amounts));
  OB_TRY(facts.approval, approval_of(call, node.text("region_code"), year));
  if (!facts.to_unit) OB_CHECK(add_issued_before(call, node.text("region_code"), year, change.id, facts.issued_before));
  return facts;
}

/// For the ledger: every line of the issue, a hundred in each event; the events of one document keep their order.
Result<void> publish(const Call& call, const Change& change, const std::vector<BudgetCell>& cells) {
  const Row& row = change.after;
  const std::size_t parts = (cells.size() + kLinesOfEvent - 1) / kLinesOfEvent;
  for (std::size_t part = 0; part < parts; ++part) {
    Json lines = Json::array();
    for (std::size_t i = part * kLinesOfEvent; i < cells.size() && i < (part + 1) * kLinesOfEvent; ++i) {
      Json line = {{"amount", plugin::abi(cells[i].amount)}, {"project", cells[i].project}};
      for (std::size_t c = 0; c < cells[i].columns.size(); ++c) line[kCellColumns[c]] = cells[i].columns[c];
      lines.push_back(std::move(line));
    }
    OB_CHECK(call.publish("compilation.budget.issued", row.text("document_no"),
                          {{"issue", change.id.str()},
                           {"document_no", row.text("document_no")},
                           {"title", row.text("title")},
                           {"unit", row.text("unit")},
                           {"fiscal_year", row.number("fiscal_year")},
                           {"issued_on", call.today().str()},
                           {"ground", row.text("ground")},
                           {"to_unit", row.flag("to_unit")},
                           {"part", part + 1},
                           {"parts", parts},
                           {"lines", lines}}));
  }
  return {};
}

/// Projects whose money goes out move on with it, on the same person's behalf.
Result<void> move_projects(const Call& call, const std::vector<BudgetCell>& cells) {
  std::set<std::string> projects;
  for (const BudgetCell& cell : cells)
    if (!cell.project.empty()) projects.insert(cell.project);
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

Result<void> validate_issue(Call& call, const Change& change, Verdict& verdict) {
  if (change.action != Action::transition || change.transition != "issue") return {};
  OB_TRY(const auto cells, cells_of(call, "compilation.issue_line", "issue", change.id));
  OB_TRY(const IssueFacts facts, facts_of_issue(call, change, cells));
  OB_TRY(const Policy policy, policy_for(call, static_cast<int>(change.after.number("fiscal_year"))));
  verdict.report(check_issue(facts));
  const auto late = issue_lateness(facts, policy);
  if (!late.empty() && change.after.text("late_reason").empty())
    verdict.report("/late_reason", late.front().code, late.front().message, late.front().remedy);
  if (verdict.findings() > 0) return {};
  Money total;
  for (const auto& [fund, amount] : facts.amounts) {
    OB_TRY(total, total.plus(amount));
  }
  verdict.assign("issued_on", plugin::abi(facts.issued_on));
  verdict.assign("late", !late.empty());
  verdict.assign("total", plugin::abi(total));
  OB_CHECK(move_projects(call, cells));
  return publish(call, change, cells);
}

Result<Answer> prepare_issue(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row issue, call.records().get("compilation.budget_issue", id));
  const std::string newest = "unit==" + issue.text("unit") +
                             ";fiscal_year==" + std::to_string(issue.number("fiscal_year")) +
                             ";step==two_up;status==frozen";
  OB_TRY(const auto version, call.records().first("compilation.budget_version", where(newest, "-number")));
  if (!version)
    return refusal("compilation.issue",
                   {"该单位没有冻结的二上版本。", "The unit has no frozen version of the second round."},
                   {{"/unit",
                     "compilation.issue",
                     {"没有二上版本。", "No version of the second round."},
                     {"请先冻结二上。", "Freeze it first."}}});
  OB_TRY(const auto there, call.records().list("compilation.issue_line", where("issue==" + id.str())));
  for (const Row& line : there) OB_CHECK(call.records().remove("compilation.issue_line", line.id(), line.version()));
  OB_TRY(const auto cells, cells_of(call, "compilation.version_line", "version_ref", version->id()));
  Money total;
  for (const BudgetCell& cell : cells) {
    Json row = cell.row();
    row["issue"] = id.str();
    OB_CHECK(call.records().insert("compilation.issue_line", row));
    OB_TRY(total, total.plus(cell.amount));
  }
  return Answer::json({{"version", version->id().str()}, {"lines", cells.size()}, {"total", total.to_yuan()}});
}

} // namespace onebudget::compilation
