#pragma once
// The one rule of access, as SQL over an entity's table.

#include <string>

#include "kernel/access/access.hpp"
#include "kernel/records/core.hpp"

namespace onebudget::records {

using access::Predicate;

inline void append(Predicate& to, Predicate more) {
  to.sql += more.sql;
  for (storage::Value& value : more.params) to.params.push_back(std::move(value));
}

/// Puts a statement's beginning before it, parameters too.
inline void put_before(const Predicate& prefix, std::string& sql, storage::Params& params) {
  sql.insert(0, prefix.sql);
  params.insert(params.begin(), prefix.params.begin(), prefix.params.end());
}

/// Whether the caller may read any row of the entity at all.
bool may_read(const Snapshot& snapshot, const Served& served);

/// Rows that the caller may read. `place_alias` stands before the place columns; "+t" keeps SQLite from using their
/// index.
Result<Predicate> readable(const Snapshot& snapshot, const Served& served, const std::string& alias,
                           const std::string& place_alias);
inline Result<Predicate> readable(const Snapshot& snapshot, const Served& served, const std::string& alias) {
  return readable(snapshot, served, alias, alias);
}
/// Rows that a grant of `verb` holds (the rule of visible_above is for reading only).
Result<Predicate> held(const Snapshot& snapshot, const Served& served, const std::string& verb,
                       const std::string& place_alias = "t");
/// What any of these scopes admits for reading, or for another verb.
Result<Predicate> admitted(const Snapshot& snapshot, const Served& served, const std::vector<access::Scope>& scopes,
                           const std::string& place_alias, bool read);
/// Rows whose masked fields the caller may see in clear.
Result<Predicate> unmasked(const Snapshot& snapshot, const Served& served, const std::string& alias);
/// True when the caller sees every row that it can read in clear.
bool always_unmasked(const Snapshot& snapshot, const Served& served);

/// The entity whose state decides about a row: its own, or the nearest parent's that has states. Null without one.
/// `sql` is set to the expression that reads the state of a row of `served` at `alias`.
ServedPtr state_source(const Catalog& catalog, const ServedPtr& served, const std::string& alias, std::string& sql);

/// True when the caller's scope for reading is so wide that walking a sort index beats gathering the scope's rows.
/// Looks at no more than a few thousand entries of the scope index.
Result<bool> wide(const Snapshot& snapshot, const Served& served);

/// Whether a grant of `verb` holds a place without a condition; and whether one with a condition might.
enum class Held { yes, if_condition, no };
Held holds_place(const Snapshot& snapshot, const Served& served, const std::string& verb, const access::Place& place,
                 std::int64_t& grant);

} // namespace onebudget::records
