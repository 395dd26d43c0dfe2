// GET /compare and POST /roll-up: figures beside each other, cell by cell.
#include <algorithm>

#include "plugins/compilation/service/round/cells.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kKinds[] = {"added", "removed", "changed"};

/// Positions of the columns named in "fund,category"; all without a list.
Result<std::vector<std::size_t>> columns_in(const std::string& list) {
  std::vector<std::size_t> out;
  std::string rest = list;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string name = rest.substr(0, comma);
    rest = comma == std::string::npos ? std::string() : rest.substr(comma + 1);
    const auto found = std::find(std::begin(kCellColumns), std::end(kCellColumns), name);
    if (found == std::end(kCellColumns))
      return fault(FaultKind::malformed, "compilation.parameter",
                   {"没有栏目“" + name + "”。", "There is no column \"" + name + "\"."});
    out.push_back(static_cast<std::size_t>(found - std::begin(kCellColumns)));
  }
  for (std::size_t i = 0; list.empty() && i < std::size(kCellColumns); ++i) out.push_back(i);
  return out;
}

Result<Cells> cells_by(const Call& call, RecordId version, const std::vector<std::size_t>& columns) {
  OB_CHECK(call.records().get("compilation.budget_version", version));
  OB_TRY(const auto cells, cells_of(call, "compilation.version_line", "version_ref", version));
  Cells out;
  for (const BudgetCell& cell : cells) {
    std::string key;
    for (const std::size_t column : columns) key += (column == columns.front() ? "" : "|") + cell.columns[column];
    Money& sum = out[key];
    OB_TRY(sum, sum.plus(cell.amount));
  }
  return out;
}

} // namespace

Result<Answer> compare_frozen(Call& call, const Request& request) {
  OB_TRY(const RecordId left_id, request.id("left"));
  OB_TRY(const RecordId right_id, request.id("right"));
  OB_TRY(const auto columns, columns_in(request.parameter("by").value_or("")));
  OB_TRY(const Cells left, cells_by(call, left_id, columns));
  OB_TRY(const Cells right, cells_by(call, right_id, columns));
  OB_TRY(const auto differences, compare_versions(left, right));
  OB_TRY(const Money left_total, total_of(left));
  OB_TRY(const Money right_total, total_of(right));
  Json items = Json::array();
  for (const CellDifference& each : differences)
    items.push_back({{"kind", kKinds[static_cast<std::size_t>(each.kind)]},
                     {"cell", each.cell},
                     {"left", each.left.to_yuan()},
                     {"right", each.right.to_yuan()},
                     {"difference", each.difference.to_yuan()}});
  return Answer::json({{"left_total", left_total.to_yuan()}, {"right_total", right_total.to_yuan()}, {"items", items}});
}

Result<Answer> roll_up(Call& call, const Request& request) {
  static_cast<void>(call);
  OB_TRY(const Json body, request.json());
  std::vector<TreeCell> tree;
  for (const Json& cell : Row(body).at("cells")) {
    const Row row(cell);
    OB_TRY(const Money amount, Money::parse_yuan(Row(cell).text("amount")));
    tree.push_back({row.text("code"), row.text("parent"), row.text("column"), amount});
  }
  OB_TRY(const auto differences, check_roll_up(tree));
  Json items = Json::array();
  for (const RollUpDifference& each : differences)
    items.push_back({{"code", each.code},
                     {"column", each.column},
                     {"stated", each.stated.to_yuan()},
                     {"summed", each.summed.to_yuan()},
                     {"children", each.children}});
  return Answer::json({{"sound", differences.empty()}, {"cells", tree.size()}, {"differences", items}});
}

} // namespace onebudget::compilation
