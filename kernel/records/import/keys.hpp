#pragma once
// Rows by their unique keys, in sets.

#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/records/core.hpp"
#include "kernel/records/write/draft.hpp"

namespace onebudget::records {

/// The key of a row as one text, or empty when a part is NULL (NULLs are never equal).
std::string key_text(const Row& row, const std::vector<int>& key);

struct KeyedRow {
  Row row; ///< all columns; empty unless `whole`
  std::int64_t id = 0;
  bool visible = false;
};

/// Stored rows whose key equals that of one of the drafts, by key text.
Result<void> rows_by_key(const Snapshot& snapshot, const Served& served, const std::vector<int>& key,
                         const std::vector<const Row*>& wanted, bool whole,
                         std::unordered_map<std::string, KeyedRow>& out);

} // namespace onebudget::records
