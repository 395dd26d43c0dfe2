// Records as files: exports, templates, reports of mistakes.

#include <fmt/format.h>
#include <algorithm>
#include <unordered_map>

#include "kernel/records/faults.hpp"
#include "kernel/records/import/import.hpp"
#include "kernel/records/query/labels.hpp"
#include "kernel/records/query/neighbours.hpp"
#include "kernel/records/query/read.hpp"
#include "sdk/tables/tables.hpp"

namespace onebudget::records {

namespace {

constexpr std::size_t kFlush = 64 * 1024;
constexpr std::size_t kMostCodes = 200'000; ///< codes remembered while exporting

bool link(FieldType type) { return type == FieldType::ref || type == FieldType::org || type == FieldType::user; }

tables::Column column_for(const Field& field, const std::string& language) {
  tables::Column column;
  column.title = field.title.in(language) + (field.required ? " *" : "");
  switch (field.type) {
    case FieldType::money:
      column.kind = tables::CellKind::number;
      column.decimals = 2;
      break;
    case FieldType::decimal:
    case FieldType::ratio:
      column.kind = tables::CellKind::number;
      column.decimals = 4;
      break;
    case FieldType::integer:
      column.kind = tables::CellKind::number;
      break;
    case FieldType::longtext:
      column.width = 40;
      break;
    default:
      break;
  }
  if (field.name.find("name") != std::string::npos) column.width = 32;
  return column;
}

/// Natural codes of links, kept while exporting.
class Codes {
 public:
  Codes(const Snapshot& snapshot, const Served& served, const std::vector<int>& columns)
      : snapshot_(snapshot), served_(served) {
    for (const int column : columns)
      if (link(served.columns[static_cast<std::size_t>(column)].field->type)) known_[column];
  }

  Result<void> load(const std::vector<Row>& rows) {
    for (auto& [column, codes] : known_) {
      if (codes.size() > kMostCodes) codes.clear();
      std::vector<std::int64_t> ids;
      for (const Row& row : rows) {
        const std::int64_t id = integer_of(row[static_cast<std::size_t>(column)]);
        if (id != 0 && codes.try_emplace(id).second) ids.push_back(id);
      }
      if (!ids.empty()) OB_CHECK(fetch(*served_.columns[static_cast<std::size_t>(column)].field, ids, codes));
    }
    return {};
  }

  [[nodiscard]] const std::string& code(int column, std::int64_t id) const { return known_.at(column).at(id); }

 private:
  using Map = std::unordered_map<std::int64_t, std::string>;

  Result<void> fetch(const Field& field, const std::vector<std::int64_t>& ids, Map& codes) {
    Map found;
    if (field.type == FieldType::user) {
      OB_CHECK(neighbours::user_names(snapshot_.session, ids, found));
    } else if (field.type == FieldType::org) {
      std::unordered_map<std::int64_t, neighbours::OrgNode> nodes;
      OB_CHECK(neighbours::nodes_by_id(snapshot_.session, ids, nodes));
      for (auto& [id, node] : nodes) found.emplace(id, std::move(node.code));
    } else if (const ServedPtr target = snapshot_.core.catalog.find(field.ref_entity)) {
      OB_CHECK(titles_of(snapshot_, *target, ids, true, found));
    }
    for (auto& [id, code] : found) codes[id] = std::move(code);
    return {};
  }

  const Snapshot& snapshot_;
  const Served& served_;
  std::unordered_map<int, Map> known_;
};

std::string cell_text(const Served& served, const Codes& codes, const Row& row, int column, bool masked) {
  const Field& field = *served.columns[static_cast<std::size_t>(column)].field;
  const storage::Value& value = row[static_cast<std::size_t>(column)];
  std::string out;
  if (is_null(value)) return out;
  if (link(field.type)) return codes.code(column, integer_of(value));
  switch (field.type) {
    case FieldType::money:
      append_scaled(out, integer_of(value), 2);
      return out;
    case FieldType::decimal:
      append_scaled(out, integer_of(value), field.scale);
      return out;
    case FieldType::ratio:
      append_ratio(out, integer_of(value));
      return out;
    case FieldType::time:
      append_time(out, integer_of(value));
      return out;
    case FieldType::boolean:
      return integer_of(value) != 0 ? "true" : "false";
    case FieldType::integer:
    case FieldType::year:
      append_integer(out, integer_of(value));
      return out;
    default:
      break;
  }
  if (masked && !field.mask.empty())
    append_masked(out, text_of(value), field.mask);
  else
    out = text_of(value);
  return out;
}

std::string json_line(const Served& served, const Codes& codes, const Row& row, const std::vector<int>& columns,
                      bool masked) {
  std::string out = "{";
  for (const int column : columns) {
    const Column& shape = served.columns[static_cast<std::size_t>(column)];
    out += (out.size() > 1 ? ",\"" : "\"") + shape.name + "\":";
    const storage::Value& value = row[static_cast<std::size_t>(column)];
    if (!is_null(value) && link(shape.field->type)) {
      const std::string& code = codes.code(column, integer_of(value));
      if (code.empty())
        out += "null";
      else
        append_json_string(out, "code:" + code);
      continue;
    }
    append_value(out, *shape.field, MemoryCells{row}, column, Form::rest, masked);
  }
  return out + "}\n";
}

/// Gathers rows, so that codes of links are fetched in sets, and writes them.
class Exporter {
 public:
  Exporter(const Snapshot& snapshot, const Served& served, std::vector<int> columns)
      : snapshot_(snapshot), served_(served), columns_(std::move(columns)), codes_(snapshot, served, columns_) {}

  Result<void> open(const std::string& format, const std::string& language, const ByteSink& sink) {
    sink_ = sink;
    if (format == "jsonl") return {};
    std::vector<tables::Column> columns;
    for (const int column : columns_)
      columns.push_back(column_for(*served_.columns[static_cast<std::size_t>(column)].field, language));
    OB_TRY(writer_, open_writer(format, columns, served_.entity.title.in(language), sink));
    return {};
  }

  Result<void> add(const storage::Rows& rows) {
    const int count = static_cast<int>(served_.columns.size());
    Row row;
    row.reserve(served_.columns.size());
    for (int i = 0; i < count; ++i) row.push_back(rows.value(i));
    OB_CHECK(snapshot_.core.vault.open_row(served_, row));
    rows_.push_back(std::move(row));
    clear_.push_back(rows.integer(count) != 0);
    return {};
  }

  [[nodiscard]] bool full() const { return rows_.size() >= 1000; }

  Result<void> flush() {
    OB_CHECK(codes_.load(rows_));
    for (std::size_t i = 0; i < rows_.size(); ++i) OB_CHECK(write(rows_[i], !clear_[i]));
    rows_.clear();
    clear_.clear();
    return {};
  }

  Result<void> finish() {
    OB_CHECK(flush());
    if (writer_) return writer_->finish();
    return text_.empty() ? Result<void>() : sink_(text_);
  }

 private:
  Result<void> write(const Row& row, bool masked) {
    if (!writer_) {
      text_ += json_line(served_, codes_, row, columns_, masked);
      if (text_.size() < kFlush) return {};
      OB_CHECK(sink_(text_));
      text_.clear();
      return {};
    }
    cells_.clear();
    for (const int column : columns_) cells_.push_back(cell_text(served_, codes_, row, column, masked));
    return writer_->row(cells_);
  }

  const Snapshot& snapshot_;
  const Served& served_;
  std::vector<int> columns_;
  Codes codes_;
  std::unique_ptr<tables::TableWriter> writer_;
  ByteSink sink_;
  std::vector<Row> rows_;
  std::vector<bool> clear_;
  std::vector<std::string> cells_;
  std::string text_;
};

Result<std::vector<int>> export_columns(const Served& served, const std::vector<std::string>& fields) {
  std::vector<int> columns;
  if (fields.empty())
    for (int i = kFirstField; i < static_cast<int>(served.columns.size()); ++i) columns.push_back(i);
  for (const std::string& name : fields) {
    const int column = served.column(name);
    if (column < kFirstField) return faults::unknown_field(served.entity, name, "/fields");
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
  }
  return columns;
}

} // namespace

Result<void> export_rows(Core& core, const Context& context, const ServedPtr& served, const Query& query,
                         const std::string& format, const ByteSink& sink) {
  OB_TRY(const std::vector<int> columns, export_columns(*served, query.fields));
  return on_snapshot(core, context, [&](const Snapshot& snapshot) -> Result<void> {
    if (!may_read(snapshot, *served)) return faults::forbidden(served->entity, "read");
    if (!snapshot.rights->unlimited() && !snapshot.rights->may(served->entity.permission("export")))
      return faults::forbidden(served->entity, "export");
    Exporter exporter(snapshot, *served, columns);
    OB_CHECK(exporter.open(format, context.language, sink));
    // Pages by keyset rather than one long cursor: the session looks codes up in between.
    OB_CHECK(each_batch(
        snapshot, served, query, "export", [&](const storage::Rows& rows) { return exporter.add(rows); },
        [&] { return exporter.flush(); }));
    return exporter.finish();
  });
}

Result<std::string> template_file(const Context& context, const Served& served, const std::string& format) {
  std::vector<tables::Column> columns;
  for (std::size_t i = kFirstField; i < served.columns.size(); ++i) {
    const Field& field = *served.columns[i].field;
    const bool settable = !field.computed && (!field.readonly || field.group == "provenance");
    if (settable) columns.push_back(column_for(field, context.language));
  }
  std::string file;
  OB_TRY(const auto writer, open_writer(format, columns, served.entity.title.in(context.language),
                                        [&](std::string_view bytes) -> Result<void> {
                                          file += bytes;
                                          return {};
                                        }));
  OB_CHECK(writer->finish());
  return file;
}

} // namespace onebudget::records
