#pragma once
// Reading: pages, single rows, sums, exports' rows. All inside one snapshot of one caller.

#include <functional>
#include <optional>
#include <string>

#include "kernel/records/core.hpp"
#include "kernel/records/query/render.hpp"
#include "kernel/records/query/scope.hpp"
#include "kernel/records/query/sort.hpp"

namespace onebudget::records {

constexpr int kMostRows = 1000;
constexpr std::size_t kLargestPage = std::size_t{4} << 20;

Result<Page> list_page(const Snapshot& snapshot, const ServedPtr& served, const Query& query);

/// The row as one object with labels. records.not_found when absent or invisible.
Result<Document> get_document(const Snapshot& snapshot, const ServedPtr& served, RecordId id, Form form,
                              const std::vector<std::string>& expand);

/// The same as it stood at a moment. Faults: records.no_history, records.not_found also for what was invisible then.
Result<Document> document_as_of(const Snapshot& snapshot, const ServedPtr& served, RecordId id, std::int64_t at_ms,
                                const std::vector<std::string>& expand);

/// All columns of a row that the caller may read (`visible_only`), or of any row. Nothing when absent.
struct StoredRow {
  Row row;
  bool clear = false; ///< masked fields may be shown
};
Result<std::optional<StoredRow>> load_row(const Snapshot& snapshot, const Served& served, RecordId id,
                                          bool visible_only);

/// A row that was loaded, as one object with labels.
Result<Document> document_of(const Snapshot& snapshot, const Served& served, RecordId id, const StoredRow& stored,
                             Form form, const std::vector<std::string>& expand);

Result<std::string> aggregate_rows(const Snapshot& snapshot, const ServedPtr& served, const AggregateQuery& query);

/// WHERE of a query: scope, filter and search. `place_alias` as in readable().
Result<Predicate> selection(const FilterFrame& frame, const std::string& filter, const std::string& text,
                            const std::string& place_alias);

/// Hands out every row of a query, in its order, without a limit: `row` for each of up to 1,000, with `columns` of the
/// table and whether masked fields may be shown, then `batch`, in which the session is free for other statements.
/// `verb` is what a grant must hold besides reading, or empty.
Result<void> each_batch(const Snapshot& snapshot, const ServedPtr& served, const Query& query, const std::string& verb,
                        const std::vector<int>& columns,
                        const std::function<Result<void>(const storage::Rows&, bool clear)>& row,
                        const std::function<Result<void>()>& batch);

/// A row in memory as one object, without labels.
std::string render_row(const Served& served, const Row& row, Form form, bool masked);

} // namespace onebudget::records
