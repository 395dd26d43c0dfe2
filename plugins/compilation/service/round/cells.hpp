#pragma once
// The cells of versions and issues: project × classes × fund × category.

#include "plugins/compilation/domain/round/version.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

inline constexpr const char* kCellColumns[] = {
    "project_code", "functional_class", "department_class", "government_class", "fund", "category"};

/// One cell: the values of kCellColumns in order, the project it came from, the amount.
struct BudgetCell {
  std::array<std::string, 6> columns;
  std::string project; ///< id, empty where there is none
  Money amount;
  [[nodiscard]] std::string key() const; ///< the columns joined by "|"
  [[nodiscard]] Json row() const;        ///< as values of a version_line or issue_line
};

/// Adds cells of one key together. Fault money.overflow.
Result<std::map<std::string, BudgetCell>> merged(const std::vector<BudgetCell>& cells);
/// Cells of a unit's projects of the year in these states: of their lines, or of the project itself without lines.
Result<std::vector<BudgetCell>> cells_of_projects(const Call& call, RecordId unit, int fiscal_year,
                                                  const std::string& states);
/// Cells that stand in a version or an issue.
Result<std::vector<BudgetCell>> cells_of(const Call& call, const char* entity, const char* parent, RecordId id);
/// Issued batches of a filter that no later one among them changed.
Result<std::vector<Row>> issues_in_force(const Call& call, const std::string& filter);

} // namespace onebudget::compilation
