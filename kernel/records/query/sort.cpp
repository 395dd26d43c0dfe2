#include "kernel/records/query/sort.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/faults.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::records {

namespace {

constexpr std::size_t kMostKeys = 8;

storage::Value value_of(const CursorValue& value) {
  if (value.integer) return value.number;
  return value.text;
}

/// Rows behind `value` in one key.
Predicate behind_one(const std::string& column, bool descending, const CursorValue& value) {
  if (value.null) return {descending ? "0=1" : column + " IS NOT NULL", {}};
  if (!descending) return {column + " > ?", {value_of(value)}};
  return {fmt::format("({0} < ? OR {0} IS NULL)", column), {value_of(value)}};
}

Predicate equal_one(const std::string& column, const CursorValue& value) {
  if (value.null) return {column + " IS NULL", {}};
  return {column + " = ?", {value_of(value)}};
}

/// Rows behind `values` in the keys from `from` on.
Predicate behind_from(const Served& served, const std::vector<SortKey>& keys, const std::vector<CursorValue>& values,
                      std::size_t from, const std::string& alias) {
  Predicate any{"(", {}};
  for (std::size_t i = from; i < keys.size(); ++i) {
    any.sql += i > from ? " OR (" : "(";
    for (std::size_t j = from; j < i; ++j) {
      append(any, equal_one(key_column(served, keys[j], alias), values[j]));
      any.sql += " AND ";
    }
    append(any, behind_one(key_column(served, keys[i], alias), keys[i].descending, values[i]));
    any.sql += ")";
  }
  any.sql += ")";
  return any;
}

} // namespace

std::string key_column(const Served& served, const SortKey& key, const std::string& alias) {
  return alias + "." +
         (key.column == kRank ? "search_rank" : served.columns[static_cast<std::size_t>(key.column)].quoted);
}

bool key_integer(const Served& served, const SortKey& key) {
  return key.column == kRank || served.columns[static_cast<std::size_t>(key.column)].integer;
}

Predicate ranked(const FilterFrame& frame, const std::string& text) {
  const Field* title = frame.served.entity.field(frame.served.entity.title_field);
  if (title == nullptr || stored_as_integer(title->type) || !check_mask(frame, *title)) return {};
  Predicate out{"(SELECT r.*, CASE WHEN ", {}};
  append(out, like(frame.snapshot, "r." + quote_name(title->name), "", trimmed(text), ""));
  out.sql += " THEN 0 WHEN ";
  append(out, like(frame.snapshot, "r." + quote_name(title->name), "", trimmed(text), "%"));
  out.sql += fmt::format(" THEN 1 ELSE 2 END AS search_rank FROM {} r)", frame.served.table);
  return out;
}

Result<std::vector<SortKey>> parse_sort(const FilterFrame& frame, const std::string& sort) {
  std::vector<SortKey> keys;
  bool has_id = false;
  for (std::size_t at = 0; at < sort.size();) {
    const std::size_t comma = std::min(sort.find(',', at), sort.size());
    std::string name = sort.substr(at, comma - at);
    at = comma + 1;
    SortKey key;
    key.descending = !name.empty() && name.front() == '-';
    if (!name.empty() && (name.front() == '-' || name.front() == '+')) name.erase(0, 1);
    const Field* field = query_field(frame.served, name, key.column);
    if (field == nullptr) return faults::unknown_field(frame.served.entity, name, "/sort");
    if (field->type == FieldType::json || field->type == FieldType::longtext)
      return faults::bad_query("records.sort_field",
                               {fmt::format("不能按“{}”排序。请换一个字段。", name),
                                fmt::format("Cannot sort by \"{}\". Choose another field.", name)});
    OB_CHECK(check_readable(*field));
    OB_CHECK(check_mask(frame, *field));
    const auto same = [&](const SortKey& other) { return other.column == key.column; };
    if (has_id || std::any_of(keys.begin(), keys.end(), same)) continue; // nothing is left to order
    has_id = key.column == kId;
    keys.push_back(key);
    if (keys.size() > kMostKeys)
      return faults::bad_query("records.sort_limit",
                               {"排序字段超过 8 个。请减少。", "More than 8 sort fields. Use fewer."});
  }
  if (!has_id) keys.push_back({kId, !keys.empty() && keys.back().descending});
  return keys;
}

std::string order_by(const Snapshot& snapshot, const Served& served, const std::vector<SortKey>& keys,
                     const std::string& alias) {
  std::string out = " ORDER BY ";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0) out += ", ";
    out += key_column(served, keys[i], keys[i].column == kId && keys.size() > 1 ? "t" : alias);
    if (keys[i].descending) out += " DESC";
    // SQLite sorts NULL lowest by itself and keeps its index only when nothing is said.
    if (!snapshot.sqlite() && keys[i].column >= kFirstField) out += keys[i].descending ? " NULLS LAST" : " NULLS FIRST";
  }
  return out;
}

Result<std::vector<Predicate>> behind_cursor(const Served& served, const std::vector<SortKey>& keys,
                                             const std::vector<CursorValue>& values, const std::string& alias) {
  const Fault malformed = faults::bad_query(
      "cursor.malformed",
      {"分页游标无效。请从第一页重新查询。", "The cursor is not valid. Start again from the first page."});
  if (values.size() != keys.size()) return malformed;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!values[i].null && values[i].integer != key_integer(served, keys[i])) return malformed;
  const std::string first = key_column(served, keys[0], alias);
  const bool descending = keys[0].descending;
  std::vector<Predicate> parts;
  if (keys.size() == 1) { // the id, which is never NULL
    parts.push_back({first + (descending ? " < ?" : " > ?"), {value_of(values[0])}});
    return parts;
  }
  Predicate rest = behind_from(served, keys, values, 1, alias);
  if (values[0].null) {
    parts.push_back({first + " IS NULL AND ", {}});
    append(parts[0], std::move(rest));
    if (!descending) parts.push_back({first + " IS NOT NULL", {}});
    return parts;
  }
  const storage::Value value = value_of(values[0]);
  parts.push_back({fmt::format("{0} {1}= ? AND ({0} {1} ? OR ({0} = ? AND ", first, descending ? '<' : '>'),
                   {value, value, value}});
  append(parts[0], std::move(rest));
  parts[0].sql += "))";
  if (descending) parts.push_back({first + " IS NULL", {}});
  return parts;
}

std::string query_digest(const Served& served, const Query& query) {
  std::uint64_t hash = 14695981039346656037U;
  const auto mix = [&hash](const std::string& text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    hash = (hash ^ 0xFFU) * 1099511628211U;
  };
  for (const std::string* part : {&served.name, &query.filter, &query.text, &query.sort}) mix(*part);
  return fmt::format("{:016x}", hash);
}

} // namespace onebudget::records
