// A record as it stood at a moment, from its history: today's row with every later change taken back. Whoever asks must
// be allowed to read the row as it is and as it was.

#include <fmt/format.h>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/labels.hpp"
#include "kernel/records/query/neighbours.hpp"
#include "kernel/records/query/read.hpp"
#include "kernel/records/write/history.hpp"

namespace onebudget::records {

namespace {

/// Takes back what happened after `at_ms`; answers the version that was valid then.
Result<void> take_back(const Snapshot& snapshot, const Served& served, RecordId id, std::int64_t at_ms, Row& row) {
  OB_TRY(const auto rows, snapshot.session.query("SELECT changed_at, version, changed_by, changes FROM records_history "
                                                 "WHERE entity = ? AND record = ? ORDER BY version DESC",
                                                 {served.number, id.value}));
  while (true) {
    OB_TRY(const bool more, rows->next());
    if (!more) return {};
    if (rows->integer(0) <= at_ms) {
      row[kUpdatedAt] = rows->integer(0);
      row[kVersion] = rows->integer(1);
      row[kUpdatedBy] = rows->value(2);
      return {};
    }
    OB_TRY(const Json changes, parse_json(rows->text(3)));
    for (const Json& change : changes) {
      const int column = served.column(change.value("f", ""));
      if (column < kFirstField) continue;
      storage::Value& cell = row[static_cast<std::size_t>(column)];
      cell = stored_value(change.value("b", Json()));
      OB_CHECK(snapshot.core.vault.open(served, column, id.value, cell));
    }
  }
}

/// The rule of access on a row that is in no table.
Result<bool> readable_then(const Snapshot& snapshot, const Served& served, const Row& row) {
  OB_TRY(const Predicate scope, readable(snapshot, served, "t"));
  std::string cells;
  for (const Column& column : served.columns) {
    const char* type = column.integer ? "CAST(? AS bigint)" : snapshot.sqlite() ? "?" : "CAST(? AS text) COLLATE \"C\"";
    cells += fmt::format("{}{} AS {}", cells.empty() ? "" : ", ", type, column.quoted);
  }
  storage::Params params = row;
  for (const int column : served.encrypted) { // a condition of a grant may ask for it
    const storage::Value& cell = row[static_cast<std::size_t>(column)];
    cells += fmt::format(", {} AS {}", snapshot.sqlite() ? "?" : "CAST(? AS text) COLLATE \"C\"",
                         quote_name(digest_column(served.columns[static_cast<std::size_t>(column)].name)));
    params.push_back(is_null(cell) ? storage::Value()
                                   : storage::Value(snapshot.core.vault.digest(served, column, text_of(cell))));
  }
  params.insert(params.end(), scope.params.begin(), scope.params.end());
  OB_TRY(const auto found,
         snapshot.session.scalar(fmt::format("SELECT 1 FROM (SELECT {}) t WHERE {}", cells, scope.sql), params));
  return found.has_value();
}

} // namespace

Result<Document> document_as_of(const Snapshot& snapshot, const ServedPtr& served, RecordId id, std::int64_t at_ms,
                                const std::vector<std::string>& expand) {
  OB_TRY(const Projection projection, project(*served, {}, expand));
  if (!served->entity.history || !served->entity.view.empty())
    return faults::bad_query("records.no_history",
                             {fmt::format("{}不保留历史，不能查询过去的状态。请去掉 as_of。", served->entity.title.zh),
                              "This entity keeps no history. Leave as_of out."});
  OB_TRY(auto stored, load_row(snapshot, *served, id, true));
  if (!stored || integer_of(stored->row[kCreatedAt]) > at_ms) return faults::not_found(served->entity);
  Row row = stored->row;
  OB_CHECK(take_back(snapshot, *served, id, at_ms, row));
  if (served->owner_column >= 0) {
    const std::int64_t owner = integer_of(row[static_cast<std::size_t>(served->owner_column)]);
    if (owner != integer_of(stored->row[static_cast<std::size_t>(served->owner_column)])) {
      std::unordered_map<std::int64_t, neighbours::OrgNode> nodes;
      OB_CHECK(neighbours::nodes_by_id(snapshot.session, {owner}, nodes));
      const auto node = nodes.find(owner);
      if (node == nodes.end()) return faults::not_found(served->entity);
      row[kOwnerPath] = node->second.place.owner_path;
      row[kGovLevel] = static_cast<std::int64_t>(node->second.place.gov_level);
      row[kDepartment] = node->second.place.department_code;
    }
  }
  OB_TRY(const bool seen, readable_then(snapshot, *served, row));
  if (!seen) return faults::not_found(served->entity);
  Document document{"", id, integer_of(row[kVersion])};
  std::vector<LabelMark> marks;
  append_record(document.json, projection, MemoryCells{row}, false, Form::rest, !stored->clear,
                snapshot.context.language, marks);
  OB_CHECK(fill_labels(snapshot, projection, marks, document.json));
  return document;
}

} // namespace onebudget::records
