#include <fmt/format.h>

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
  std::string sql;
  storage::Params params;
  Predicate where;  ///< without the cursor, for the count
  Predicate prefix; ///< of a view
  std::string digest;
  int mask_at = -1; ///< result column that says whether masked fields may be shown; -1 = never masked here
  int sort_at = 0;  ///< first result column of the sort keys
};

Result<PagePlan> plan_page(const Snapshot& snapshot, const ServedPtr& served, const Query& query) {
  PagePlan plan;
  const FilterFrame frame{snapshot, *served, "t"};
  OB_TRY(const Aliases aliases, choose(snapshot, *served, !query.filter.empty()));
  OB_TRY(plan.projection, project(*served, query.fields, query.expand));
  OB_TRY(plan.keys, parse_sort(frame, query.sort));
  OB_TRY(plan.where, selection(frame, query.filter, query.text, aliases.place));
  plan.sql = "SELECT ";
  for (const OutputColumn& output : plan.projection.columns)
    plan.sql += fmt::format("{}t.{}", plan.sql.size() > 7 ? ", " : "",
                            served->columns[static_cast<std::size_t>(output.column)].quoted);
  Predicate from{served->table, {}};
  if (!query.text.empty() && query.sort.empty())
    if (Predicate table = ranked(frame, query.text); !table.sql.empty()) {
      from = std::move(table);
      plan.keys.insert(plan.keys.begin(), {kRank, false});
    }
  plan.sort_at = static_cast<int>(plan.projection.columns.size());
  for (const SortKey& key : plan.keys) plan.sql += ", " + key_column(*served, key, "t");
  if (plan.projection.masks && !always_unmasked(snapshot, *served)) {
    OB_TRY(Predicate clear, unmasked(snapshot, *served, "t"));
    plan.mask_at = plan.sort_at + static_cast<int>(plan.keys.size());
    plan.sql += ", CASE WHEN " + clear.sql + " THEN 1 ELSE 0 END";
    plan.params = std::move(clear.params);
  }
  Predicate where = plan.where;
  plan.digest = query_digest(*served, query);
  if (!query.cursor.empty()) {
    OB_TRY(const auto values, decode_cursor(plan.digest, query.cursor));
    OB_TRY(Predicate behind, behind_cursor(*served, plan.keys, values, aliases.sort));
    where.sql += " AND ";
    append(where, std::move(behind));
  }
  plan.sql += fmt::format(" FROM {} t WHERE {}{} LIMIT {}", from.sql, where.sql,
                          order_by(snapshot, *served, plan.keys, aliases.sort), query.limit + 1);
  plan.params.insert(plan.params.end(), from.params.begin(), from.params.end());
  plan.params.insert(plan.params.end(), std::make_move_iterator(where.params.begin()),
                     std::make_move_iterator(where.params.end()));
  OB_TRY(plan.prefix, view_prefix(snapshot, *served));
  put_before(plan.prefix, plan.sql, plan.params);
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

/// The sort keys of a row whose result columns are those of the table.
std::vector<CursorValue> key_values(const std::vector<SortKey>& keys, const Served& served, const storage::Rows& rows) {
  std::vector<CursorValue> values;
  for (const SortKey& key : keys) values.push_back(cursor_value(served, key, rows, key.column));
  return values;
}

std::string cursor_of(const PagePlan& plan, const Served& served, const storage::Rows& rows) {
  std::vector<CursorValue> values;
  for (std::size_t i = 0; i < plan.keys.size(); ++i)
    values.push_back(cursor_value(served, plan.keys[i], rows, plan.sort_at + static_cast<int>(i)));
  return encode_cursor(plan.digest, values);
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

Result<void> render_page(const Snapshot& snapshot, const Served& served, const Query& query, const PagePlan& plan,
                         Page& page) {
  OB_TRY(auto rows, snapshot.session.query(plan.sql, plan.params));
  std::vector<LabelMark> marks;
  std::string cursor;
  page.items = "[";
  while (true) {
    OB_TRY(const bool more, rows->next());
    if (!more) break;
    if (!cursor.empty()) {
      page.next_cursor = std::move(cursor);
      break;
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
    if (page.rows >= query.limit || page.items.size() >= kLargestPage) cursor = cursor_of(plan, served, *rows);
  }
  rows.reset();
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
                        const std::function<Result<void>(const storage::Rows&)>& row,
                        const std::function<Result<void>()>& batch) {
  constexpr int kBatch = 1000;
  const FilterFrame frame{snapshot, *served, "t"};
  OB_TRY(const Aliases aliases, choose(snapshot, *served, true));
  OB_TRY(const std::vector<SortKey> keys, parse_sort(frame, query.sort));
  OB_TRY(const Predicate clear, unmasked(snapshot, *served, "t"));
  OB_TRY(Predicate where, selection(frame, query.filter, query.text, aliases.place));
  if (!verb.empty() && !served->entity.is_public) {
    OB_TRY(Predicate more, held(snapshot, *served, verb, aliases.place));
    where.sql += " AND ";
    append(where, std::move(more));
  }
  const std::string select = fmt::format("SELECT {}, CASE WHEN {} THEN 1 ELSE 0 END FROM {} t WHERE ",
                                         served->all_columns("t"), clear.sql, served->table);
  const std::string order = order_by(snapshot, *served, keys, aliases.sort) + fmt::format(" LIMIT {}", kBatch);
  OB_TRY(const Predicate prefix, view_prefix(snapshot, *served));
  std::vector<CursorValue> last;
  while (true) {
    Predicate page = where;
    if (!last.empty()) {
      OB_TRY(Predicate behind, behind_cursor(*served, keys, last, aliases.sort));
      page.sql += " AND ";
      append(page, std::move(behind));
    }
    storage::Params params = clear.params;
    params.insert(params.end(), page.params.begin(), page.params.end());
    std::string sql = select + page.sql + order;
    put_before(prefix, sql, params);
    OB_TRY(auto rows, snapshot.session.query(sql, params));
    int count = 0;
    for (;; ++count) {
      OB_TRY(const bool more, rows->next());
      if (!more) break;
      OB_CHECK(row(*rows));
      if (count + 1 == kBatch) last = key_values(keys, *served, *rows);
    }
    rows.reset();
    OB_CHECK(batch());
    if (count < kBatch) return {};
  }
}

} // namespace onebudget::records
