#pragma once
// Full text: an index beside each entity that declares `search`, of the words that sdk/search/search_words makes of its
// rows, kept in the transaction that changes them. It says which rows may hold a text; the rows themselves decide.

#include <map>
#include <string>
#include <utility>

#include "kernel/records/query/scope.hpp"

namespace onebudget::records {

/// Makes the index of an entity anew whose searched fields changed, and fills it from the rows. In the transaction of
/// enable().
Result<void> prepare_search(storage::Session& session, const Served& served);

/// Collects what a transaction changes.
class SearchLines {
 public:
  /// An empty row is an absent one.
  void add(const Served& served, const Row& before, const Row& after);
  Result<void> flush(storage::Session& session);

 private:
  std::map<const Served*, std::map<std::int64_t, std::pair<std::string, std::string>>> changed_; ///< words by id
};

/// Narrows `found`, which holds for rows with `wanted` in a searched field, by the index, and adds rows whose name
/// reads so in pinyin.
Predicate by_index(const Snapshot& snapshot, const Served& served, const std::string& alias, const std::string& wanted,
                   Predicate found);

} // namespace onebudget::records
