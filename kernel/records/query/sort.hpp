#pragma once
// Order of a page and the way to go on behind its last row. NULL sorts as the smallest value on both databases.

#include <string>
#include <vector>

#include "kernel/base/cursor.hpp"
#include "kernel/records/query/compile.hpp"

namespace onebudget::records {

constexpr int kRank = -1; ///< not of the table: how well a row fits a search, see ranked()

struct SortKey {
  int column = 0; ///< of the table, or kRank
  bool descending = false;
};

[[nodiscard]] std::string key_column(const Served& served, const SortKey& key, const std::string& alias);
[[nodiscard]] bool key_integer(const Served& served, const SortKey& key);

/// The table with a column for kRank: 0 where the title is `text`, 1 where it begins so, 2 elsewhere. Empty when there
/// is no title or the caller may not see it everywhere.
Predicate ranked(const FilterFrame& frame, const std::string& text);

/// "-amount,code"; the id is appended unless named, in the direction of the last key, so that an index is walked one
/// way.
Result<std::vector<SortKey>> parse_sort(const FilterFrame& frame, const std::string& sort);

/// `alias` may be "+t": SQLite then leaves the sort's index alone.
std::string order_by(const Snapshot& snapshot, const Served& served, const std::vector<SortKey>& keys,
                     const std::string& alias);

/// Rows strictly behind `values`, in one part or two: all rows of the second come after those of the first. Each is a
/// range of the sort's index, which NULL and values together are not. Fault cursor.malformed when the values do not fit
/// the keys.
Result<std::vector<Predicate>> behind_cursor(const Served& served, const std::vector<SortKey>& keys,
                                             const std::vector<CursorValue>& values, const std::string& alias);

/// Binds a cursor to the query that made it.
std::string query_digest(const Served& served, const Query& query);

} // namespace onebudget::records
