#pragma once
// The query language over rows in memory. The grammar is the kernel's own (sdk/query); what a comparison means is
// played here: rows are in ABI form, money in a filter is in yuan. One hop through a link ("unit.code") is not played.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "sdk/cpp/bridge.hpp"

namespace onebudget::testing {

using plugin::Json;

/// The type of each field as declared: "money", "enum", "ref", …
using FieldTypes = std::map<std::string, std::string, std::less<>>;
using Predicate = std::function<bool(const Json& row)>;

/// An empty filter holds for every row. Faults (malformed): records.filter_syntax, records.filter_limit and
/// records.filter_value with the position, records.unknown_field.
Result<Predicate> parse_filter(std::string_view filter, const FieldTypes& types);

/// "-amount,code": compares two rows; the id decides when all are equal. Fault records.unknown_field.
Result<std::function<bool(const Json&, const Json&)>> parse_sort(std::string_view sort, const FieldTypes& types);

} // namespace onebudget::testing
