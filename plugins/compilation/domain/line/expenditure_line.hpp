#pragma once
// A line of a project's costs (支出明细) and the budgets linked to it: procurement, assets, purchased services.

#include <optional>
#include <string>
#include <vector>

#include "plugins/compilation/domain/line/decimal.hpp"
#include "plugins/compilation/domain/project_declaration.hpp"

namespace onebudget::compilation {

struct LineFacts {
  Category category = Category::specific;
  int year = 0, start_year = 0, end_year = 0;
  std::string department_class;  ///< code of the department economic class
  std::optional<Money> standard; ///< ceiling per unit of the expenditure standard
  Money price;
  Decimal quantity = Decimal::whole(1);
  std::optional<Decimal> computed; ///< what the line's formula came to, yuan
};

/// Price × quantity, or the formula; rounded half up to a fen. Faults of Decimal.
Result<Money> line_amount(const LineFacts& facts);
/// Rule compilation.expenditure_line: the year lies in the term, quantity and price are not negative, the price keeps
/// to its standard, and the economic class suits the category (R36: no wages or quota codes in a specific-goal project,
/// wages only in a personnel project).
std::vector<FieldFault> check_line(const LineFacts& facts);

/// Rule compilation.lines_sum: the lines of the year add up to the year's amount; a project without lines is exempt
/// when nothing asks for an estimate (personnel, quota).
std::vector<FieldFault> check_lines_sum(Category category, Money year_amount, const std::vector<Money>& lines);

enum class Linked { procurement, asset, service };
struct LinkedFacts {
  Linked kind = Linked::procurement;
  Money price, line_amount, linked_before; ///< `linked_before`: other linked lines of the same expenditure line
  Decimal quantity = Decimal::whole(1);
  std::string category_code;      ///< 采购品目: A goods, B works, C services
  std::optional<Money> price_cap; ///< asset standard
  std::optional<int> count_cap;   ///< how many the standard allows to the unit
  int existing = 0;               ///< assets the unit has
};
/// Rule compilation.linked_budget (domain rules 1.12): the linked lines fit in their expenditure line; an asset keeps
/// to price cap and count (existing + requested ≤ allowed); a purchased service is a service.
std::vector<FieldFault> check_linked(const LinkedFacts& facts);

} // namespace onebudget::compilation
