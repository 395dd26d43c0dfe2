#pragma once
// A filter tree becomes SQL with parameters. Every name in the SQL comes from the schema, never from the caller.

#include <string>

#include "kernel/records/query/scope.hpp"
#include "sdk/query/filter.hpp"

namespace onebudget::records {

using query::Expression;
using query::Literal;
using query::Op;
using query::parse_filter;
using query::Term;

struct FilterFrame {
  const Snapshot& snapshot;
  const Served& served;
  std::string alias;
  bool masked_allowed = false; ///< filtering on masked fields would let a caller probe what it may not see
  bool trusted = false;        ///< conditions of grants and declared filters look at links without the caller's scope
};

/// The field and column behind a name of the query language (also id, version, created_at, …); null when there is none.
const Field* query_field(const Served& served, std::string_view name, int& column);

/// Faults: records.unknown_field (with the nearest name), records.filter_operator, records.filter_value,
/// records.masked_field.
Result<Predicate> compile_filter(const FilterFrame& frame, const Expression& expression);

/// `column` matches `before`, the text as it is, `after`; ASCII letters are folded. `before` and `after`: "" or "%".
Predicate like(const Snapshot& snapshot, const std::string& column, const char* before, const std::string& text,
               const char* after);

/// q=: any of the entity's search fields contains `text`, or its title reads so in pinyin.
Result<Predicate> compile_search(const FilterFrame& frame, const std::string& text);

/// `alias.column` = `value`; of an encrypted field by digest, under whichever key it was made.
Predicate equals(const Snapshot& snapshot, const Served& served, int column, const std::string& alias,
                 const storage::Value& value);

/// 400 records.encrypted_field: an encrypted field is found by its whole value and nothing else.
Result<void> check_readable(const Field& field);

/// 400 unless the caller sees the masked field in clear everywhere.
Result<void> check_mask(const FilterFrame& frame, const Field& field);

} // namespace onebudget::records
