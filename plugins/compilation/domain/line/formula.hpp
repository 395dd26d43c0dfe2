#pragma once
// Formulas of budget lines: "人数 * 标准 * 12", "round_up(面积 / 50, 0) * 定额".
//
//   sum     = term (("+" | "-") term)*
//   term    = factor (("*" | "/") factor)*
//   factor  = ["-"] (number | name | "(" sum ")" | function "(" sum ("," sum)* ")")
//   function: min, max (any number), round, round_up, round_down (value, decimals 0…12)
//
// Names are Chinese or Latin letters, digits and "_". A name is a value, or another formula; × and ÷ may be written so.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "plugins/compilation/domain/line/decimal.hpp"

namespace onebudget::compilation {

struct FormulaNames {
  std::map<std::string, Decimal, std::less<>> values;
  std::map<std::string, std::string, std::less<>> formulas; ///< evaluated when they are used
};

/// Rule compilation.formula. At most 500 bytes, 32 deep. Faults, with the place in the sentence: compilation.formula,
/// compilation.formula_name, compilation.formula_recursion, compilation.division_by_zero, compilation.decimal_overflow.
Result<Decimal> evaluate(std::string_view formula, const FormulaNames& names);

} // namespace onebudget::compilation
