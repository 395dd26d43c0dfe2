// One row: for single reads, and as values for writes.

#include <fmt/format.h>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/labels.hpp"
#include "kernel/records/query/read.hpp"
#include "kernel/records/query/view.hpp"

namespace onebudget::records {

Result<std::optional<StoredRow>> load_row(const Snapshot& snapshot, const Served& served, RecordId id,
                                          bool visible_only) {
  Predicate clear{"1=1", {}};
  if (!always_unmasked(snapshot, served)) {
    OB_TRY(clear, unmasked(snapshot, served, "t"));
  }
  Predicate where{"1=1", {}};
  if (visible_only) {
    if (!may_read(snapshot, served)) return std::optional<StoredRow>();
    OB_TRY(where, readable(snapshot, served, "t"));
  }
  storage::Params params = std::move(clear.params);
  params.emplace_back(id.value);
  params.insert(params.end(), where.params.begin(), where.params.end());
  std::string sql = fmt::format("SELECT {}, CASE WHEN {} THEN 1 ELSE 0 END FROM {} t WHERE t.id = ? AND {}",
                                served.all_columns("t"), clear.sql, served.table, where.sql);
  OB_TRY(const Predicate prefix, view_prefix(snapshot, served));
  put_before(prefix, sql, params);
  OB_TRY(const auto rows, snapshot.session.query(sql, params));
  OB_TRY(const bool found, rows->next());
  if (!found) return std::optional<StoredRow>();
  StoredRow stored;
  const int count = static_cast<int>(served.columns.size());
  stored.row.reserve(served.columns.size());
  for (int i = 0; i < count; ++i) stored.row.push_back(rows->value(i));
  stored.clear = rows->integer(count) != 0;
  OB_CHECK(snapshot.core.vault.open_row(served, stored.row));
  return std::optional<StoredRow>(std::move(stored));
}

Result<Document> document_of(const Snapshot& snapshot, const Served& served, RecordId id, const StoredRow& stored,
                             Form form, const std::vector<std::string>& expand) {
  OB_TRY(const Projection labelled, expand.empty() ? Result<Projection>(Projection()) : project(served, {}, expand));
  const Projection& projection = expand.empty() ? whole_projection(served) : labelled;
  Document document{"", id, integer_of(stored.row[kVersion])};
  document.json.reserve(2048);
  std::vector<LabelMark> marks;
  append_record(document.json, projection, MemoryCells{stored.row}, false, form, !stored.clear,
                snapshot.context.language, marks);
  OB_CHECK(fill_labels(snapshot, projection, marks, document.json));
  return document;
}

Result<Document> get_document(const Snapshot& snapshot, const ServedPtr& served, RecordId id, Form form,
                              const std::vector<std::string>& expand) {
  OB_TRY(const auto stored, load_row(snapshot, *served, id, true));
  if (!stored) return faults::not_found(served->entity);
  return document_of(snapshot, *served, id, *stored, form, expand);
}

std::string render_row(const Served& served, const Row& row, Form form, bool masked) {
  std::string out;
  std::vector<LabelMark> marks;
  append_record(out, whole_projection(served), MemoryCells{row}, false, form, masked, "zh", marks);
  return out;
}

} // namespace onebudget::records
