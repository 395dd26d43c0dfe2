#pragma once
// The stored schema: what the tables look like now, what a declaration would change, and the change itself.

#include <string>
#include <vector>

#include "kernel/records/schema/table.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::records {

/// Migrations of the room's own tables: stored schemas and history.
std::vector<storage::Migration> record_migrations();

/// What one entity needs.
struct TableChange {
  std::int64_t number = 0;             ///< of the stored schema; 0 = not stored yet
  bool same = false;                   ///< nothing to do
  std::vector<std::string> actions;    ///< sentences for people
  std::vector<FieldFault> refusals;    ///< changes that are not additive
  std::vector<std::string> statements; ///< DDL of this dialect
  std::string shape;                   ///< JSON to be stored
};

/// Compares a declaration with what is stored; reads only.
Result<TableChange> compare(storage::Session& session, const Served& served, bool older = false);

/// Applies a change without refusals, inside the caller's transaction. Answers the number of the stored schema.
Result<std::int64_t> apply(storage::Session& session, const Context& context, const Served& served,
                           const TableChange& change);

} // namespace onebudget::records
