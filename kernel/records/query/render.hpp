#pragma once
// Rows become JSON text without a tree in between.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/records/records.hpp"
#include "kernel/records/schema/table.hpp"
#include "kernel/records/write/values.hpp"
#include "sdk/text/utf8.hpp"
#include "sdk/values/scaled.hpp"

namespace onebudget::records {

void append_integer(std::string& out, std::int64_t number);
/// Appends a masked form of `text` (not escaped, without quotes).
void append_masked(std::string& out, std::string_view text, std::string_view mask);

/// A cell of a driver's row or of a row in memory.
struct RowsCells {
  const storage::Rows& rows;
  [[nodiscard]] bool null(int column) const { return rows.null(column); }
  [[nodiscard]] std::int64_t integer(int column) const { return rows.integer(column); }
  [[nodiscard]] std::string_view text(int column) const { return rows.text(column); }
};
struct MemoryCells {
  const Row& row;
  [[nodiscard]] bool null(int column) const { return is_null(row[static_cast<std::size_t>(column)]); }
  [[nodiscard]] std::int64_t integer(int column) const { return integer_of(row[static_cast<std::size_t>(column)]); }
  [[nodiscard]] std::string_view text(int column) const { return text_of(row[static_cast<std::size_t>(column)]); }
};

/// Appends the JSON value of a field.
template <class Cells>
void append_value(std::string& out, const Field& field, const Cells& cells, int column, Form form, bool masked) {
  if (cells.null(column)) {
    out += "null";
    return;
  }
  switch (field.type) {
    case FieldType::boolean:
      out += cells.integer(column) != 0 ? "true" : "false";
      return;
    case FieldType::integer:
    case FieldType::year:
      append_integer(out, cells.integer(column));
      return;
    case FieldType::ratio:
      append_ratio(out, cells.integer(column));
      return;
    case FieldType::json:
      out += cells.text(column);
      return;
    case FieldType::money:
      if (form == Form::abi) return append_integer(out, cells.integer(column));
      out.push_back('"');
      append_scaled(out, cells.integer(column), 2);
      out.push_back('"');
      return;
    case FieldType::decimal:
      out.push_back('"');
      append_scaled(out, cells.integer(column), field.scale);
      out.push_back('"');
      return;
    case FieldType::time:
      if (form == Form::abi) return append_integer(out, cells.integer(column));
      out.push_back('"');
      append_time(out, cells.integer(column));
      out.push_back('"');
      return;
    case FieldType::ref:
    case FieldType::org:
    case FieldType::user:
      out.push_back('"');
      append_integer(out, cells.integer(column));
      out.push_back('"');
      return;
    default:
      if (field.mask.empty() || !masked) return append_json_string(out, cells.text(column));
      std::string hidden;
      append_masked(hidden, cells.text(column), field.mask);
      append_json_string(out, hidden);
  }
}

/// One column of the answer.
struct OutputColumn {
  int column = 0; ///< of the table
  const Field* field = nullptr;
  std::string key; ///< "\"amount\":"
  bool label = false;
};

/// Which columns an answer has, in order; id and version always lead.
struct Projection {
  std::vector<OutputColumn> columns;
  bool masks = false;  ///< some column has a mask
  bool sealed = false; ///< some column is encrypted
  bool labels = false; ///< some column wants a label of another row
};

/// Every field, without labels: made once.
const Projection& whole_projection(const Served& served);

/// Faults: records.unknown_field.
Result<Projection> project(const Served& served, const std::vector<std::string>& fields,
                           const std::vector<std::string>& expand);

/// A place in a rendered text where the label of a ref, org or user belongs.
struct LabelMark {
  std::size_t offset = 0;
  int output = 0; ///< index into Projection::columns
  std::int64_t id = 0;
};

/// Appends one record as a JSON object; the cell of output column i is column i of `cells` when `by_position`, else the
/// table's column. Labels of enumerations are written at once, others noted in `marks`.
template <class Cells>
void append_record(std::string& out, const Projection& projection, const Cells& cells, bool by_position, Form form,
                   bool masked, const std::string& language, std::vector<LabelMark>& marks) {
  out.push_back('{');
  for (std::size_t i = 0; i < projection.columns.size(); ++i) {
    const OutputColumn& output = projection.columns[i];
    const int at = by_position ? static_cast<int>(i) : output.column;
    if (i > 0) out.push_back(',');
    out += output.key;
    append_value(out, *output.field, cells, at, form, masked);
    if (!output.label || cells.null(at)) continue;
    if (output.field->type != FieldType::enumeration) {
      marks.push_back({out.size(), static_cast<int>(i), cells.integer(at)});
      continue;
    }
    for (const EnumValue& value : output.field->values) {
      if (value.code != cells.text(at)) continue;
      out += ",\"" + output.field->name + "__label\":";
      append_json_string(out, value.title.in(language));
      break;
    }
  }
  out.push_back('}');
}

} // namespace onebudget::records
