#pragma once
// Rollups: counts and sums of one entity by declared dimensions. Every write leaves what it adds and takes in
// records_deltas, in its own transaction; folding moves that into the rollup's table together with the position.

#include <map>
#include <string>
#include <vector>

#include "kernel/records/core.hpp"
#include "kernel/records/query/compile.hpp"

namespace onebudget::records {

/// Creates the tables of new rollups and makes those anew whose declaration changed; answers whether any is empty now
/// and has to be filled by check_rollups(). In the transaction of enable().
Result<bool> prepare_rollups(storage::Session& session, const Served& served);

/// One cell: rows, then sum and number of values for each summed field.
struct Cell {
  std::int64_t rows = 0;
  std::vector<std::int64_t> sums;
  [[nodiscard]] bool nothing() const;
  void add(const Cell& other, std::int64_t times);
};
using Cells = std::map<std::string, Cell>; ///< by key: the dimensions as a JSON array

/// Collects what a transaction changes; flush() leaves it for folding.
class Deltas {
 public:
  /// An empty row is an absent one.
  void add(const Served& served, const Row& before, const Row& after);
  Result<void> flush(storage::Session& session);

 private:
  std::map<std::string, Cells> by_rollup_;
};

constexpr int kFoldedAtOnce = 5000;

/// Moves committed deltas of served rollups into their tables, at most kFoldedAtOnce; answers how many. Safe on several
/// nodes at once.
Result<int> fold_deltas(Core& core, const Context& context);

/// Compares rollups and what waits for them with the rows themselves, on one snapshot, and leaves the differences as
/// deltas, so that nothing is locked.
Result<std::vector<RollupDifference>> check_rollups(Core& core, const Context& context, const Served& served);

/// The rollup that can answer a query, or null: it has every field that is grouped by, filtered by, summed or named in
/// a condition of the caller's grants.
const RollupTable* fitting(const Snapshot& snapshot, const Served& served, const AggregateQuery& query);
/// How far a rollup is.
Result<RollupStamp> stamp_of(const Snapshot& snapshot, const RollupTable& rollup);

/// Migration of the room's own tables for rollups.
storage::Migration rollup_migration();

} // namespace onebudget::records
