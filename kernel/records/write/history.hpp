#pragma once
// What happened to a row, kept beside it in the same transaction.

#include <string>
#include <vector>

#include "kernel/records/core.hpp"
#include "kernel/records/write/unit.hpp"

namespace onebudget::records {

/// One line of history as the columns of records_history.
extern const std::vector<std::string> kHistoryColumns;
Result<storage::Params> history_line(const Snapshot& snapshot, const Effect& effect);
/// Of a row that a bulk write makes or changes; `after` has its id and new version.
Result<storage::Params> history_line(const Snapshot& snapshot, const Served& served, const Row& before,
                                     const Row& after, const std::vector<int>& changed);

/// The changes as JSON: [{"f":name,"b":before,"a":after}] in the stored form, encrypted values sealed.
Result<std::string> changes_text(const Vault& vault, const Served& served, const Row& before, const Row& after,
                                 const std::vector<int>& changed);
/// A value of that JSON.
storage::Value stored_value(const Json& value);

[[nodiscard]] const char* action_name(Action action);

Result<Records::HistoryPage> history_page(const Snapshot& snapshot, const ServedPtr& served, RecordId id,
                                          const std::string& cursor, int limit);

} // namespace onebudget::records
