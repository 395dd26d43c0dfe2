#include <fmt/format.h>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/read.hpp"
#include "kernel/records/query/view.hpp"
#include "kernel/records/rollup/rollup.hpp"

namespace onebudget::records {

namespace {

constexpr std::size_t kMostGroups = 10'000;
constexpr std::size_t kMostParts = 16;

struct Part {
  std::string function; ///< count, sum, avg, min, max
  std::string key;      ///< "sum_amount"
  const Field* field = nullptr;
  int column = -1;
  int at = 0; ///< first result column
};

bool summable(FieldType type) {
  return type == FieldType::money || type == FieldType::decimal || type == FieldType::integer ||
         type == FieldType::ratio;
}
bool orderable(FieldType type) {
  return summable(type) || type == FieldType::date || type == FieldType::time || type == FieldType::year ||
         type == FieldType::code || type == FieldType::text;
}

Fault bad_part(const std::string& text) {
  const std::string shown = text.substr(0, 64);
  return faults::bad_query(
      "records.aggregate",
      {fmt::format("无法计算汇总项“{}”。可用 count，或对数字字段用 sum、avg、min、max，如 sum:amount。", shown),
       fmt::format("Cannot compute \"{}\". Use count, or sum, avg, min, max of a number field, such as sum:amount.",
                   shown)});
}

Result<Part> read_part(const FilterFrame& frame, const std::string& text) {
  Part part;
  const std::size_t colon = text.find(':');
  part.function = text.substr(0, colon);
  if (colon == std::string::npos) {
    if (part.function != "count") return bad_part(text);
    part.key = "count";
    return part;
  }
  const std::string name = text.substr(colon + 1);
  part.field = query_field(frame.served, name, part.column);
  if (part.field == nullptr) return faults::unknown_field(frame.served.entity, name, "/aggregate");
  OB_CHECK(check_readable(*part.field));
  OB_CHECK(check_mask(frame, *part.field));
  part.key = part.function + "_" + name;
  const bool sum = part.function == "sum" || part.function == "avg";
  const bool extreme = part.function == "min" || part.function == "max";
  if ((sum && summable(part.field->type)) || (extreme && orderable(part.field->type))) return part;
  return bad_part(text);
}

/// The integer nearest to sum / count, halves away from zero.
std::int64_t mean(std::int64_t sum, std::int64_t count) {
  if (count == 0) return 0;
  const std::int64_t rest = sum % count, whole = sum / count;
  if ((rest < 0 ? -rest : rest) * 2 < count) return whole;
  return whole + (sum < 0 ? -1 : 1);
}

struct Sums {
  std::string sql;
  std::vector<Part> parts;
};

Result<Sums> sums_of(const FilterFrame& frame, const AggregateQuery& query, std::size_t first, bool from_rollup) {
  Sums sums;
  std::size_t at = first;
  for (const std::string& text : query.aggregates) {
    OB_TRY(Part part, read_part(frame, text));
    part.at = static_cast<int>(at);
    std::string column;
    if (part.column >= 0) column = "t." + frame.served.columns[static_cast<std::size_t>(part.column)].quoted;
    if (part.function == "count")
      sums.sql += from_rollup ? ", CAST(sum(t.row_count) AS bigint)" : ", count(*)";
    else if (from_rollup)
      sums.sql +=
          fmt::format(", CAST(sum(t.\"sum_{0}\") AS bigint), CAST(sum(t.\"count_{0}\") AS bigint)", part.field->name);
    else if (part.function == "min" || part.function == "max")
      sums.sql += fmt::format(", {}({})", part.function, column);
    else
      sums.sql += fmt::format(", CAST(sum({0}) AS bigint), count({0})", column);
    at += part.function == "sum" || part.function == "avg" ? 2 : 1;
    sums.parts.push_back(std::move(part));
  }
  return sums;
}

void append_part(std::string& out, const Part& part, const storage::Rows& rows, Form form) {
  out += "\"" + part.key + "\":";
  if (part.function == "count") return append_integer(out, rows.integer(part.at));
  if (part.function == "min" || part.function == "max")
    return append_value(out, *part.field, RowsCells{rows}, part.at, form, false);
  const std::int64_t count = rows.integer(part.at + 1);
  if (part.function == "avg" && count == 0) {
    out += "null";
    return;
  }
  const Row one{part.function == "sum" ? rows.integer(part.at) : mean(rows.integer(part.at), count)};
  append_value(out, *part.field, MemoryCells{one}, 0, form, false);
}

} // namespace

Result<std::string> aggregate_rows(const Snapshot& snapshot, const ServedPtr& served, const AggregateQuery& query) {
  if (!may_read(snapshot, *served)) return faults::forbidden(served->entity, "read");
  if (query.aggregates.empty() || query.aggregates.size() > kMostParts || query.group.size() > kMostParts)
    return bad_part("");
  const FilterFrame frame{snapshot, *served, "t"};
  std::vector<OutputColumn> groups;
  std::string names;
  for (const std::string& name : query.group) {
    int column = -1;
    const Field* field = query_field(*served, name, column);
    if (field == nullptr) return faults::unknown_field(served->entity, name, "/group");
    if (field->type == FieldType::json || field->type == FieldType::longtext) return bad_part(name);
    OB_CHECK(check_readable(*field));
    OB_CHECK(check_mask(frame, *field));
    groups.push_back({column, field, "\"" + name + "\":", false});
    names += fmt::format("{}t.{}", names.empty() ? "" : ", ", served->columns[static_cast<std::size_t>(column)].quoted);
  }
  const RollupTable* rollup = fitting(snapshot, *served, query);
  if (rollup != nullptr) {
    OB_TRY(*query.stamp, stamp_of(snapshot, *rollup));
  }
  OB_TRY(const Sums sums, sums_of(frame, query, groups.size(), rollup != nullptr));
  OB_TRY(const Predicate where, selection(frame, query.filter, query.text, "t"));
  std::string sql = names.empty() ? "SELECT " + sums.sql.substr(2) : "SELECT " + names + sums.sql;
  sql += fmt::format(" FROM {} t WHERE {}", rollup == nullptr ? served->table : rollup->table, where.sql);
  if (!names.empty()) sql += fmt::format(" GROUP BY {0} ORDER BY {0} LIMIT {1}", names, kMostGroups + 1);
  OB_TRY(const Predicate prefix, view_prefix(snapshot, *served));
  storage::Params params = where.params;
  put_before(prefix, sql, params);
  OB_TRY(const auto rows, snapshot.session.query(sql, params));
  std::string out = "[";
  for (std::size_t count = 0;; ++count) {
    OB_TRY(const bool more, rows->next());
    if (!more) break;
    if (count >= kMostGroups)
      return fault(FaultKind::rule, "records.too_many_groups",
                   {"分组多于 10000 个。请用更少的分组字段或加筛选条件。",
                    "More than 10,000 groups. Group by fewer fields, or filter."});
    out += count > 0 ? ",{" : "{";
    for (std::size_t i = 0; i < groups.size(); ++i) {
      out += groups[i].key;
      append_value(out, *groups[i].field, RowsCells{*rows}, static_cast<int>(i), query.form, false);
      out.push_back(',');
    }
    for (const Part& part : sums.parts) {
      append_part(out, part, *rows, query.form);
      out.push_back(',');
    }
    out.back() = '}';
  }
  return out + "]";
}

} // namespace onebudget::records
