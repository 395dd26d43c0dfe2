#include "plugins/compilation/service/round/guarantees.hpp"

#include "plugins/compilation/domain/review/spending_order.hpp"

namespace onebudget::compilation {

Result<Money> guarantees_left_out_of(const Call& call, RecordId unit, int fiscal_year) {
  std::vector<std::pair<int, Money>> left_out;
  const std::string admitted =
      "unit==" + unit.str() + ";fiscal_year==" + std::to_string(fiscal_year) + ";status==in_library";
  OB_CHECK(call.records().each(kProject, where(admitted, "", {"spending_order", "year_amount"}),
                               [&](const Row& row) -> Result<void> {
                                 left_out.emplace_back(order_of(row.text("spending_order")), row.money("year_amount"));
                                 return {};
                               }));
  return guarantees_left_out(left_out);
}

Result<GuaranteedCells> guarantees_among(const Call& call, const std::vector<BudgetCell>& cells) {
  std::set<std::string> projects, guaranteed;
  for (const BudgetCell& cell : cells) projects.insert(cell.project);
  projects.erase("");
  OB_CHECK(by_hundreds(projects, "id", [&](const std::string& filter) {
    return call.records().each(kProject, where(filter, "", {"spending_order"}), [&](const Row& row) -> Result<void> {
      if (order_of(row.text("spending_order")) <= kGuaranteed) guaranteed.insert(row.id().str());
      return {};
    });
  }));
  GuaranteedCells out;
  for (const BudgetCell& cell : cells) {
    Money& sum = guaranteed.contains(cell.project) ? out.by_project[cell.project] : out.other;
    OB_TRY(sum, sum.plus(cell.amount));
  }
  return out;
}

namespace {

/// What the unit's batches of the year gave to each project before: the guarantees may go out in a batch of their own.
Result<void> add_issued(const Call& call, const Row& issue, std::map<std::string, Money>& sums) {
  const std::string before = "unit==" + issue.text("unit") +
                             ";fiscal_year==" + std::to_string(issue.number("fiscal_year")) + ";to_unit==false";
  OB_TRY(const auto batches, issues_in_force(call, before));
  for (const Row& batch : batches) {
    OB_TRY(const auto cells, cells_of(call, "compilation.issue_line", "issue", batch.id()));
    for (const BudgetCell& cell : cells) {
      Money& sum = sums[cell.project];
      OB_TRY(sum, sum.plus(cell.amount));
    }
  }
  return {};
}

} // namespace

Result<void> report_guarantees(const Call& call, const Row& issue, const std::vector<BudgetCell>& lines,
                               Verdict& verdict) {
  const std::string newest = "unit==" + issue.text("unit") +
                             ";fiscal_year==" + std::to_string(issue.number("fiscal_year")) +
                             ";step==two_up;status!=draft";
  OB_TRY(const auto version, call.records().first("compilation.budget_version", where(newest, "-number")));
  if (!version) return {};
  OB_TRY(const auto cells, cells_of(call, "compilation.version_line", "version_ref", version->id()));
  OB_TRY(const GuaranteedCells declared, guarantees_among(call, cells));
  OB_TRY(GuaranteedCells issued, guarantees_among(call, lines));
  OB_CHECK(add_issued(call, issue, issued.by_project));
  OB_TRY(const Money cut, guarantees_cut(declared.by_project, issued.by_project));
  OB_TRY(const Money gap, cut.plus(version->money("guarantee_gap")));
  verdict.report(check_guarantees({gap, issued.other, true}));
  return {};
}

} // namespace onebudget::compilation
