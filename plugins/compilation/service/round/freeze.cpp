// POST /freeze: a unit's version of a step, frozen with its lines in one unit of work.
#include "plugins/compilation/domain/review/spending_order.hpp"
#include "plugins/compilation/domain/round/ceiling.hpp"
#include "plugins/compilation/service/round/guarantees.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kVersion = "compilation.budget_version";
constexpr const char* kDeclared = "(submitted,department_reviewed,in_library,budgeted)";

Result<std::map<CeilingCell, Money>> ceilings_of(const Call& call, RecordId unit, int fiscal_year) {
  std::vector<Row> rows;
  std::set<std::string> funds;
  const std::string filter = "node==" + unit.str() + ";fiscal_year==" + std::to_string(fiscal_year) + ";status==issued";
  OB_CHECK(call.records().each("compilation.ceiling", where(filter), [&](const Row& row) -> Result<void> {
    rows.push_back(row);
    funds.insert(row.text("fund_kind"));
    return {};
  }));
  OB_TRY(const auto codes, codes_of(call, "standards.fund_kind", funds));
  std::map<CeilingCell, Money> out;
  for (const Row& row : rows) {
    const auto code = codes.find(row.text("fund_kind"));
    Money& sum = out[{code == codes.end() ? "" : code->second, row.text("category")}];
    OB_TRY(sum, sum.plus(row.money("amount")));
  }
  return out;
}

Result<std::vector<BudgetCell>> cells_of_step(const Call& call, RecordId unit, int fiscal_year, RoundStep step) {
  switch (step) {
    case RoundStep::one_up:
      return cells_of_projects(call, unit, fiscal_year, kDeclared);
    case RoundStep::two_up:
      return cells_of_projects(call, unit, fiscal_year, "(budgeted)");
    case RoundStep::one_down: {
      std::vector<BudgetCell> out;
      OB_TRY(const auto ceilings, ceilings_of(call, unit, fiscal_year));
      for (const auto& [cell, amount] : ceilings)
        out.push_back({{"", "", "", "", cell.fund, cell.category}, "", amount});
      return out;
    }
    case RoundStep::two_down: {
      std::vector<BudgetCell> out;
      const std::string filter = "unit==" + unit.str() + ";fiscal_year==" + std::to_string(fiscal_year);
      OB_TRY(const auto issues, issues_in_force(call, filter));
      for (const Row& issue : issues) {
        OB_TRY(const auto cells, cells_of(call, "compilation.issue_line", "issue", issue.id()));
        out.insert(out.end(), cells.begin(), cells.end());
      }
      return out;
    }
  }
  return std::vector<BudgetCell>();
}

Result<void> check_two_up(const Call& call, RecordId unit, int fiscal_year, const std::vector<BudgetCell>& cells) {
  OB_TRY(const auto ceilings, ceilings_of(call, unit, fiscal_year));
  std::map<CeilingCell, Money> declared;
  for (const BudgetCell& cell : cells) {
    Money& sum = declared[{cell.columns[4], cell.columns[5]}];
    OB_TRY(sum, sum.plus(cell.amount));
  }
  auto findings = check_ceilings(ceilings, declared);
  if (findings.empty()) return {};
  return refusal(
      "compilation.ceiling_hard",
      {"二上超过控制数，请按下列各项压减。", "The second round is above its ceilings; lower what is named below."},
      std::move(findings));
}

Result<void> check_classes(const std::vector<BudgetCell>& cells) {
  std::vector<ClassedCell> classed;
  for (const BudgetCell& cell : cells)
    classed.push_back({cell.columns[0], cell.columns[2], cell.columns[3], cell.amount});
  auto findings = check_classed(classed);
  if (findings.empty()) return {};
  return refusal("compilation.two_up_classes",
                 {"二上应编列到经济分类款，请补齐下列项目的经济分类。",
                  "The second round goes down to economic classes; add them to the projects named below."},
                 std::move(findings));
}

/// Of 二上: what of the unit's guarantees is admitted and was not taken into the budget; refused while other spending
/// is.
Result<Money> gap_of(const Call& call, RecordId unit, int fiscal_year, const std::vector<BudgetCell>& cells) {
  OB_TRY(const Money gap, guarantees_left_out_of(call, unit, fiscal_year));
  OB_TRY(const GuaranteedCells among, guarantees_among(call, cells));
  auto findings = check_guarantees({gap, among.other, false});
  if (findings.empty()) return gap;
  const Text message = findings.front().message;
  return refusal("compilation.guarantees_first", message, std::move(findings));
}

/// Steps of a unit are frozen while their round is open; what finance sends down is frozen at any time.
Result<void> check_round_open(const Call& call, RecordId unit, int fiscal_year, RoundStep step) {
  if (step == RoundStep::one_down || step == RoundStep::two_down) return {};
  OB_TRY(const Row node, call.node(unit));
  OB_TRY(const auto round, round_of(call, node.text("region_code"), fiscal_year, step));
  auto findings = check_editing(round, call.today());
  if (findings.empty()) return {};
  const Text message = findings.front().message;
  return fault(FaultKind::closed, "compilation.round_closed", message, std::move(findings));
}

/// What lies with somebody to decide is not overtaken; what was returned is given up for the new version.
Result<void> check_last(const Call& call, const std::optional<Row>& last) {
  if (!last) return {};
  if (last->text("status") == "returned") return plugin::end_approval(call, kVersion, last->id());
  if (last->text("status") != "submitted") return {};
  return refusal("compilation.in_approval",
                 {"上一版本正在审核中，不能再冻结。", "The version before is in approval; none is frozen meanwhile."},
                 {{"/step",
                   "compilation.in_approval",
                   {"上一版本已上报。", "The version before was submitted."},
                   {"请撤回，或等待退回。", "Withdraw it, or wait for its return."}}});
}

} // namespace

Result<Answer> freeze_version(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  const RecordId unit = Row(body).ref("unit");
  const int fiscal_year = year_member(body, "fiscal_year");
  const RoundStep step = step_of(Row(body).text("step")).value_or(RoundStep::one_up);
  OB_CHECK(check_round_open(call, unit, fiscal_year, step));
  OB_TRY(const auto found, cells_of_step(call, unit, fiscal_year, step));
  if (found.empty())
    return refusal("compilation.version",
                   {"没有可冻结的内容，请先填报。", "There is nothing to freeze; declare something first."}, {});
  Money gap;
  if (step == RoundStep::two_up) {
    OB_CHECK(check_two_up(call, unit, fiscal_year, found));
    OB_CHECK(check_classes(found));
    OB_TRY(gap, gap_of(call, unit, fiscal_year, found));
  }
  OB_TRY(const auto cells, merged(found));
  Money total;
  for (const auto& [key, cell] : cells) {
    OB_TRY(total, total.plus(cell.amount));
  }
  const std::string own =
      "unit==" + unit.str() + ";fiscal_year==" + std::to_string(fiscal_year) + ";step==" + step_name(step);
  OB_TRY(const auto last, call.records().first(kVersion, where(own, "-number")));
  OB_CHECK(check_last(call, last));
  const std::int64_t number = last ? last->number("number") + 1 : 1;
  Json version = {{"unit", unit.str()}, {"fiscal_year", fiscal_year}, {"step", step_name(step)},
                  {"number", number},   {"cells", cells.size()},      {"total", plugin::abi(total)}};
  version["guarantee_gap"] = plugin::abi(gap);
  if (const std::string note = Row(body).text("document_ref"); !note.empty()) version["document_ref"] = note;
  OB_TRY(const RecordId id, call.records().insert(kVersion, version));
  for (const auto& [key, cell] : cells) {
    Json row = cell.row();
    row["version_ref"] = id.str();
    OB_CHECK(call.records().insert("compilation.version_line", row));
  }
  OB_TRY(const Row made, call.records().get(kVersion, id));
  OB_CHECK(call.records().transition(kVersion, id, made.version(), "freeze"));
  return Answer::json({{"id", id.str()},
                       {"number", number},
                       {"cells", cells.size()},
                       {"total", total.to_yuan()},
                       {"guarantee_gap", gap.to_yuan()}},
                      201);
}

} // namespace onebudget::compilation
