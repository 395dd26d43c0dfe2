#pragma once
// Full text: an index beside each entity that declares `search`, of the words that sdk/search/search_words makes of its
// rows, kept in the transaction that changes them; the rows of a large import wait in records_search_pending, as spans
// of ids, for index_pending(). The index says which rows may hold a text; the rows themselves decide, also about those
// that wait: only their pinyin is missing.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kernel/records/query/scope.hpp"

namespace onebudget::records {

/// Makes the index of an entity anew whose searched fields changed, and leaves its rows for index_pending(). In the
/// transaction of enable().
Result<void> prepare_search(storage::Session& session, const Served& served);

/// Indexes some rows that wait, in transactions of some thousand rows; false when none is left, or another node is at
/// it.
Result<bool> index_pending(Core& core, const Context& context);

/// Migration of the room's own table for rows that wait.
storage::Migration search_migration();

/// Collects what a transaction changes.
class SearchLines {
 public:
  /// An empty row is an absent one.
  void add(const Served& served, const Row& before, const Row& after);
  /// A new row that index_pending() is to index.
  void later(const Served& served, std::int64_t id);
  Result<void> flush(storage::Session& session);

 private:
  std::map<const Served*, std::map<std::int64_t, std::pair<std::string, std::string>>> changed_; ///< words by id
  std::map<const Served*, std::vector<storage::Params>> later_;
  bool stored_ = false; ///< rows among them that were there before
};

/// Narrows `found`, which holds for rows with `wanted` in a searched field, by the index, and adds rows whose name
/// reads so in pinyin.
Predicate by_index(const Snapshot& snapshot, const Served& served, const std::string& alias, const std::string& wanted,
                   Predicate found);

} // namespace onebudget::records
