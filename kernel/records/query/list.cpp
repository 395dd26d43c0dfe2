#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/labels.hpp"
#include "kernel/records/query/read.hpp"
#include "kernel/records/query/view.hpp"

namespace onebudget::records {

namespace {

/// Which index SQLite is to walk: the sort's for a wide scope, the scope's for a narrow one. A leading plus keeps it
/// from using an index on that column; PostgreSQL decides by its own statistics.
struct Aliases {
  std::string place = "t", sort = "t";
};

Result<Aliases> choose(const Snapshot& snapshot, const Served& served, bool any_filter) {
  if (!snapshot.sqlite() || !served.entity.view.empty() || served.entity.is_public || snapshot.rights->unlimited())
    return Aliases{};
  OB_TRY(const bool many, wide(snapshot, served));
  if (many) return Aliases{"+t", "t"};
  return any_filter ? Aliases{} : Aliases{"t", "+t"};
}

struct PagePlan {
  Projection projection;
  std::vector<SortKey> keys;
  std::vector<Predicate> parts; ///< whole statements, one after the other until the page is full
  Predicate where;              ///< without the cursor, for the count
  Predicate prefix;             ///< of a view
  std::string digest;
  int mask_at = -1;         ///< result column that says whether masked fields may be shown; -1 = never masked here
  std::vector<int> keys_at; ///< result columns of the sort keys
};

/// Result columns of the sort keys. `there` are the columns of the table that a statement has; missing ones are added.
std::vector<int> place_keys(const Served& served, const std::vector<SortKey>& keys, std::vector<int>& there,
                            std::string& select) {
  std::vector<int> at;
  for (const SortKey& key : keys) {
    const auto known = std::find(there.begin(), there.end(), key.column);
    at.push_back(static_cast<int>(known - there.begin()));
    if (known != there.end()) continue;
    there.push_back(key.column);
    select += ", " + key_column(served, key, "t");
  }
  return at;
}

Result<PagePlan> plan_page(const Snapshot& snapshot, const ServedPtr& served, const Query& query) {
  PagePlan plan;
  const FilterFrame frame{snapshot, *served, "t"};
  OB_TRY(const Aliases aliases, choose(snapshot, *served, !query.filter.empty()));
  OB_TRY(plan.projection, project(*served, query.fields, query.expand));
  OB_TRY(plan.keys, parse_sort(frame, query.sort));
  OB_TRY(plan.where, selection(frame, query.filter, query.text, aliases.place));
  Predicate select{"SELECT ", {}};
  for (const OutputColumn& output : plan.projection.columns)
    select.sql += fmt::format("{}t.{}", select.sql.size() > 7 ? ", " : "",
                              served->columns[static_cast<std::size_t>(output.column)].quoted);
  Predicate from{served->table, {}};
  if (!query.text.empty() && query.sort.empty())
    if (Predicate table = ranked(frame, query.text); !table.sql.empty()) {
      from = std::move(table);
      plan.keys.insert(plan.keys.begin(), {kRank, false});
    }
  std::vector<int> there;
  for (const OutputColumn& output : plan.projection.columns) there.push_back(output.column);
  plan.keys_at = place_keys(*served, plan.keys, there, select.sql);
  if (plan.projection.masks && !always_unmasked(snapshot, *served)) {
    OB_TRY(Predicate clear, unmasked(snapshot, *served, "t"));
    plan.mask_at = static_cast<int>(there.size());
    select.sql += ", CASE WHEN ";
    append(select, std::move(clear));
    select.sql += " THEN 1 ELSE 0 END";
  }
  select.sql += " FROM ";
  append(select, std::move(from));
  select.sql += " t WHERE ";
  append(select, plan.where);
  plan.digest = query_digest(*served, query);
  std::vector<Predicate> behind{{"", {}}};
  if (!query.cursor.empty()) {
    OB_TRY(const auto values, decode_cursor(plan.digest, query.cursor));
    OB_TRY(behind, behind_cursor(*served, plan.keys, values, aliases.sort));
  }
  const std::string order =
      order_by(snapshot, *served, plan.keys, aliases.sort) + fmt::format(" LIMIT {}", query.limit + 1);
  OB_TRY(plan.prefix, view_prefix(snapshot, *served));
  for (Predicate& part : behind) {
    Predicate whole = select;
    if (!part.sql.empty()) whole.sql += " AND ";
    append(whole, std::move(part));
    whole.sql += order;
    put_before(plan.prefix, whole.sql, whole.params);
    plan.parts.push_back(std::move(whole));
  }
  return plan;
}

CursorValue cursor_value(const Served& served, const SortKey& key, const storage::Rows& rows, int at) {
  CursorValue value;
  value.null = rows.null(at);
  value.integer = !value.null && key_integer(served, key);
  if (value.integer)
    value.number = rows.integer(at);
  else if (!value.null)
    value.text = rows.text(at);
  return value;
}

/// The sort keys of a row, which stand in its result columns `at`.
std::vector<CursorValue> key_values(const std::vector<SortKey>& keys, const Served& served, const storage::Rows& rows,
                                    const std::vector<int>& at) {
  std::vector<CursorValue> values;
  for (std::size_t i = 0; i < keys.size(); ++i) values.push_back(cursor_value(served, keys[i], rows, at[i]));
  return values;
}

std::string cursor_of(const PagePlan& plan, const Served& served, const storage::Rows& rows) {
  return encode_cursor(plan.digest, key_values(plan.keys, served, rows, plan.keys_at));
}

/// The cells of a projection, encrypted ones opened; the id leads.
Result<Row> opened(const Snapshot& snapshot, const Served& served, const Projection& projection,
                   const storage::Rows& rows) {
  Row row;
  for (std::size_t i = 0; i < projection.columns.size(); ++i) {
    row.push_back(rows.value(static_cast<int>(i)));
    if (projection.columns[i].field->encrypted)
      OB_CHECK(snapshot.core.vault.open(served, projection.columns[i].column, integer_of(row[0]), row.back()));
  }
  return row;
}

/// Rows of one part; true when the page is full.
Result<bool> render_part(const Snapshot& snapshot, const Served& served, const Query& query, const PagePlan& plan,
                         const Predicate& part, std::vector<LabelMark>& marks, std::string& cursor, Page& page) {
  OB_TRY(const auto rows, snapshot.session.query(part.sql, part.params));
  while (true) {
    OB_TRY(const bool more, rows->next());
    if (!more) return false;
    if (!cursor.empty()) {
      page.next_cursor = std::move(cursor);
      return true;
    }
    if (page.rows > 0) page.items.push_back(',');
    const bool masked = plan.mask_at >= 0 && rows->integer(plan.mask_at) == 0;
    if (plan.projection.sealed) {
      OB_TRY(const Row row, opened(snapshot, served, plan.projection, *rows));
      append_record(page.items, plan.projection, MemoryCells{row}, true, query.form, masked, snapshot.context.language,
                    marks);
    } else {
      append_record(page.items, plan.projection, RowsCells{*rows}, true, query.form, masked, snapshot.context.language,
                    marks);
    }
    ++page.rows;
    if (query.form == Form::abi) page.ids.push_back(rows->integer(0));
    if (page.rows >= query.limit || page.items.size() >= kLargestPage) cursor = cursor_of(plan, served, *rows);
  }
}

Result<void> render_page(const Snapshot& snapshot, const Served& served, const Query& query, const PagePlan& plan,
                         Page& page) {
  std::vector<LabelMark> marks;
  std::string cursor;
  page.items = "[";
  for (const Predicate& part : plan.parts) {
    OB_TRY(const bool full, render_part(snapshot, served, query, plan, part, marks, cursor, page));
    if (full) break;
  }
  page.items.push_back(']');
  return fill_labels(snapshot, plan.projection, marks, page.items);
}

} // namespace

Result<Predicate> selection(const FilterFrame& frame, const std::string& filter, const std::string& text,
                            const std::string& place_alias) {
  OB_TRY(Predicate where, readable(frame.snapshot, frame.served, frame.alias, place_alias));
  if (!filter.empty()) {
    OB_TRY(const Expression expression, parse_filter(filter));
    OB_TRY(Predicate wanted, compile_filter(frame, expression));
    where.sql += " AND ";
    append(where, std::move(wanted));
  }
  if (!text.empty()) {
    OB_TRY(Predicate wanted, compile_search(frame, text));
    where.sql += " AND ";
    append(where, std::move(wanted));
  }
  return where;
}

Result<Page> list_page(const Snapshot& snapshot, const ServedPtr& served, const Query& query) {
  if (!may_read(snapshot, *served)) return faults::forbidden(served->entity, "read");
  if (query.limit < 1 || query.limit > kMostRows)
    return faults::bad_query("records.limit", {"limit 应在 1 到 1000 之间。", "limit must be from 1 to 1000."});
  OB_TRY(const PagePlan plan, plan_page(snapshot, served, query));
  Page page;
  OB_CHECK(render_page(snapshot, *served, query, plan, page));
  if (query.count) {
    std::string sql = fmt::format("SELECT count(*) FROM {} t WHERE {}", served->table, plan.where.sql);
    storage::Params params = plan.where.params;
    put_before(plan.prefix, sql, params);
    OB_TRY(const std::int64_t count, snapshot.session.integer(sql, params));
    page.count = count;
  }
  return page;
}

Result<void> each_batch(const Snapshot& snapshot, const ServedPtr& served, const Query& query, const std::string& verb,
                        const std::vector<int>& columns,
                        const std::function<Result<void>(const storage::Rows&, bool clear)>& row,
                        const std::function<Result<void>()>& batch) {
  constexpr int kBatch = 1000;
  const FilterFrame frame{snapshot, *served, "t"};
  OB_TRY(const Aliases aliases, choose(snapshot, *served, true));
  OB_TRY(const std::vector<SortKey> keys, parse_sort(frame, query.sort));
  OB_TRY(Predicate where, selection(frame, query.filter, query.text, aliases.place));
  if (!verb.empty() && !served->entity.is_public) {
    OB_TRY(Predicate more, held(snapshot, *served, verb, aliases.place));
    where.sql += " AND ";
    append(where, std::move(more));
  }
  std::string select = "SELECT ";
  bool masks = false;
  for (const int column : columns) {
    const Column& shape = served->columns[static_cast<std::size_t>(column)];
    select += (select.size() > 7 ? ", t." : "t.") + shape.quoted;
    masks = masks || (shape.field != nullptr && !shape.field->mask.empty());
  }
  std::vector<int> there = columns;
  const std::vector<int> keys_at = place_keys(*served, keys, there, select);
  const int clear_at = static_cast<int>(there.size());
  Predicate clear{"1=1", {}};
  if (masks) {
    OB_TRY(clear, unmasked(snapshot, *served, "t"));
  }
  select += fmt::format(", CASE WHEN {} THEN 1 ELSE 0 END FROM {} t WHERE ", clear.sql, served->table);
  const std::string order = order_by(snapshot, *served, keys, aliases.sort) + fmt::format(" LIMIT {}", kBatch);
  OB_TRY(const Predicate prefix, view_prefix(snapshot, *served));
  std::vector<Predicate> parts{{"1=1", {}}};
  for (std::size_t at = 0; at < parts.size();) {
    storage::Params params = clear.params;
    params.insert(params.end(), where.params.begin(), where.params.end());
    params.insert(params.end(), parts[at].params.begin(), parts[at].params.end());
    std::string sql = select + where.sql + " AND " + parts[at].sql + order;
    put_before(prefix, sql, params);
    OB_TRY(auto rows, snapshot.session.query(sql, params));
    int count = 0;
    std::vector<CursorValue> last;
    for (;; ++count) {
      OB_TRY(const bool more, rows->next());
      if (!more) break;
      OB_CHECK(row(*rows, rows->integer(clear_at) != 0));
      if (count + 1 == kBatch) last = key_values(keys, *served, *rows, keys_at);
    }
    rows.reset();
    OB_CHECK(batch());
    if (last.empty()) {
      ++at;
      continue;
    }
    OB_TRY(parts, behind_cursor(*served, keys, last, aliases.sort));
    at = 0;
  }
  return {};
}

} // namespace onebudget::records
