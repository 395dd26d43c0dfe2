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
  Codes(const Snapshot& snapshot, const Served& served) : snapshot_(snapshot), served_(served) {}

  /// `ids` of one column; 0 = empty.
  Result<void> load(int column, const std::vector<std::int64_t>& ids) {
    Map& codes = known_[column];
    if (codes.size() > kMostCodes) codes.clear();
    std::vector<std::int64_t> fresh;
    for (const std::int64_t id : ids)
      if (id != 0 && codes.try_emplace(id).second) fresh.push_back(id);
    if (fresh.empty()) return {};
    return fetch(*served_.columns[static_cast<std::size_t>(column)].field, fresh, codes);
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

/// A cell of a file that is no link.
template <class Cells>
void append_cell(std::string& out, const Field& field, const Cells& rows, int at, bool masked) {
  if (rows.null(at)) return;
  switch (field.type) {
    case FieldType::money:
      return append_scaled(out, rows.integer(at), 2);
    case FieldType::decimal:
      return append_scaled(out, rows.integer(at), field.scale);
    case FieldType::ratio:
      return append_ratio(out, rows.integer(at));
    case FieldType::time:
      return append_time(out, rows.integer(at));
    case FieldType::boolean:
      out += rows.integer(at) != 0 ? "true" : "false";
      return;
    case FieldType::integer:
    case FieldType::year:
      return append_integer(out, rows.integer(at));
    default:
      break;
  }
  if (masked && !field.mask.empty())
    append_masked(out, rows.text(at), field.mask);
  else
    out += rows.text(at);
}

/// Gathers rows as the text of their cells, so that codes of links are fetched in sets, and writes them.
class Exporter {
 public:
  Exporter(const Snapshot& snapshot, const Served& served, const std::vector<int>& columns)
      : vault_(snapshot.core.vault), served_(served), codes_(snapshot, served) {
    for (const int column : columns) {
      const Column& shape = served.columns[static_cast<std::size_t>(column)];
      columns_.push_back({column, shape.field, "\"" + shape.name + "\":", link(shape.field->type), {}});
      sealed_ = sealed_ || shape.field->encrypted;
    }
  }

  /// What rows are to have: the columns, the id before them where a value has to be opened.
  [[nodiscard]] std::vector<int> wanted() const {
    std::vector<int> columns;
    if (sealed_) columns.push_back(kId);
    for (const Shown& shown : columns_) columns.push_back(shown.column);
    return columns;
  }

  Result<void> open(const std::string& format, const std::string& language, const std::string& sheet,
                    const ByteSink& sink) {
    sink_ = sink;
    if (format == "jsonl") return {};
    std::vector<tables::Column> columns;
    for (const Shown& shown : columns_) columns.push_back(column_for(*shown.field, language));
    OB_TRY(writer_, open_writer(format, columns, sheet, sink));
    return {};
  }

  Result<void> add(const storage::Rows& rows, bool clear) {
    Row opened(1);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      Shown& shown = columns_[i];
      const int at = static_cast<int>(i) + (sealed_ ? 1 : 0);
      if (shown.link) {
        shown.ids.push_back(rows.integer(at));
      } else if (shown.field->encrypted) {
        opened[0] = rows.value(at);
        OB_CHECK(vault_.open(served_, shown.column, rows.integer(0), opened[0]));
        append(shown, MemoryCells{opened}, 0, !clear);
      } else {
        append(shown, RowsCells{rows}, at, !clear);
      }
      ends_.push_back(cells_.size());
    }
    return {};
  }

  Result<void> flush() {
    for (const Shown& shown : columns_)
      if (shown.link) OB_CHECK(codes_.load(shown.column, shown.ids));
    std::size_t from = 0;
    std::vector<std::string_view> row(columns_.size());
    for (std::size_t at = 0; at < ends_.size();) {
      const std::size_t line = at / columns_.size();
      for (std::size_t i = 0; i < columns_.size(); ++i, ++at) {
        const std::int64_t id = columns_[i].link ? columns_[i].ids[line] : 0;
        row[i] = id != 0 ? std::string_view(codes_.code(columns_[i].column, id))
                         : std::string_view(cells_).substr(from, ends_[at] - from);
        from = ends_[at];
      }
      OB_CHECK(writer_ ? writer_->cells(row) : write_json(row));
    }
    cells_.clear();
    ends_.clear();
    for (Shown& shown : columns_) shown.ids.clear();
    return {};
  }

  Result<void> finish() {
    OB_CHECK(flush());
    if (writer_) return writer_->finish();
    return text_.empty() ? Result<void>() : sink_(text_);
  }

 private:
  struct Shown {
    int column;
    const Field* field;
    std::string key; ///< "\"amount\":"
    bool link;
    std::vector<std::int64_t> ids; ///< of a link, one a row; 0 = empty
  };

  Result<void> write_json(const std::vector<std::string_view>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text_ += i == 0 ? "{" : ",";
      text_ += columns_[i].key;
      if (!columns_[i].link)
        text_ += row[i];
      else if (row[i].empty())
        text_ += "null";
      else
        append_json_string(text_, "code:" + std::string(row[i]));
    }
    text_ += "}\n";
    if (text_.size() < kFlush) return {};
    OB_CHECK(sink_(text_));
    text_.clear();
    return {};
  }

  template <class Cells>
  void append(const Shown& shown, const Cells& cells, int at, bool masked) {
    if (writer_)
      append_cell(cells_, *shown.field, cells, at, masked);
    else
      append_value(cells_, *shown.field, cells, at, Form::rest, masked);
  }

  const Vault& vault_;
  const Served& served_;
  bool sealed_ = false; ///< some column is encrypted
  Codes codes_;
  std::vector<Shown> columns_;
  std::unique_ptr<tables::TableWriter> writer_;
  ByteSink sink_;
  std::string cells_;             ///< texts of the cells of the rows that were gathered, one behind the other
  std::vector<std::size_t> ends_; ///< of each cell in them
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
    OB_CHECK(exporter.open(format, context.language, served->entity.title.in(context.language), sink));
    // Pages by keyset rather than one long cursor: the session looks codes up in between.
    OB_CHECK(each_batch(
        snapshot, served, query, "export", exporter.wanted(),
        [&](const storage::Rows& rows, bool clear) { return exporter.add(rows, clear); },
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
