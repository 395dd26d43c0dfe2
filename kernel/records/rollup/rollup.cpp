#include "kernel/records/rollup/rollup.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/storage/each.hpp"
#include "sdk/text/json_door.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::records {

namespace {

const std::string& column_name(const Served& served, int column) {
  return served.columns[static_cast<std::size_t>(column)].name;
}

/// What the table depends on.
std::string shape_of(const Served& served, const RollupTable& rollup) {
  Json shape = {{"dimensions", Json::array()}, {"sums", Json::array()}};
  for (const int column : rollup.dimensions) shape["dimensions"].push_back(column_name(served, column));
  for (const int column : rollup.sums) shape["sums"].push_back(column_name(served, column));
  return shape.dump();
}

std::string key_of(const Row& row, const RollupTable& rollup) {
  std::string key = "[";
  for (const int column : rollup.dimensions) {
    const storage::Value& value = row[static_cast<std::size_t>(column)];
    if (key.size() > 1) key.push_back(',');
    if (is_null(value))
      key += "null";
    else if (const auto* number = std::get_if<std::int64_t>(&value))
      key += std::to_string(*number);
    else
      append_json_string(key, text_of(value));
  }
  return key + "]";
}

Cell cell_of(const Row& row, const RollupTable& rollup) {
  Cell cell{1, {}};
  for (const int column : rollup.sums) {
    const storage::Value& value = row[static_cast<std::size_t>(column)];
    cell.sums.push_back(integer_of(value));
    cell.sums.push_back(is_null(value) ? 0 : 1);
  }
  return cell;
}

Result<Cell> read_cell(const storage::Rows& rows, int at) {
  OB_TRY(const Json sums, parse_json(rows.text(at + 1)));
  return Cell{rows.integer(at), sums.get<std::vector<std::int64_t>>()};
}

std::string cell_columns(const Served& served, const RollupTable& rollup) {
  std::string columns = "row_count";
  for (const int column : rollup.sums) {
    const std::string& name = column_name(served, column);
    columns += fmt::format(", \"sum_{0}\", \"count_{0}\"", name);
  }
  return columns;
}

Result<void> add_to_table(storage::Session& session, const Served& served, const RollupTable& rollup,
                          const Cells& cells) {
  std::string names = "cell_key, " + cell_columns(served, rollup), marks = "?,?", adds;
  for (std::size_t i = 0; i < rollup.sums.size() * 2; ++i) marks += ",?";
  const auto adding = [&](const std::string& name) {
    adds += fmt::format("{0}{1} = {2}.{1} + excluded.{1}", adds.empty() ? "" : ", ", name, rollup.table);
  };
  adding("row_count");
  for (const int column : rollup.sums) {
    adding("\"sum_" + column_name(served, column) + "\"");
    adding("\"count_" + column_name(served, column) + "\"");
  }
  for (const int column : rollup.dimensions) {
    names += ", " + served.columns[static_cast<std::size_t>(column)].quoted;
    marks += ",?";
  }
  const std::string sql = fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT (cell_key) DO UPDATE SET {}",
                                      rollup.table, names, marks, adds);
  const std::string empty = fmt::format("DELETE FROM {} WHERE cell_key = ? AND row_count = 0", rollup.table);
  for (const auto& [key, cell] : cells) {
    if (cell.nothing()) continue;
    storage::Params params{key, cell.rows};
    params.insert(params.end(), cell.sums.begin(), cell.sums.end());
    OB_TRY(const Json dimensions, parse_json(key));
    for (const Json& value : dimensions) {
      if (value.is_null())
        params.emplace_back();
      else if (value.is_number_integer())
        params.emplace_back(value.get<std::int64_t>());
      else
        params.emplace_back(value.get<std::string>());
    }
    OB_CHECK(session.send(sql, params));
    OB_CHECK(session.send(empty, {key}));
  }
  return {};
}

} // namespace

bool Cell::nothing() const {
  return rows == 0 && std::all_of(sums.begin(), sums.end(), [](std::int64_t sum) { return sum == 0; });
}

void Cell::add(const Cell& other, std::int64_t times) {
  rows += other.rows * times;
  sums.resize(std::max(sums.size(), other.sums.size()));
  for (std::size_t i = 0; i < other.sums.size(); ++i) sums[i] += other.sums[i] * times;
}

storage::Migration rollup_migration() {
  return {"kernel.records", 2, "rollups",
          "CREATE TABLE records_rollups (rollup ${text} PRIMARY KEY, shape ${text} NOT NULL, position ${id} NOT NULL, "
          "at_ms ${id} NOT NULL, checks ${id} NOT NULL);\n"
          "CREATE TABLE records_deltas (id ${autoid}, rollup ${text} NOT NULL, cell_key ${text} NOT NULL, "
          "row_count ${id} NOT NULL, sums ${text} NOT NULL);\n"
          "CREATE INDEX records_deltas_rollup ON records_deltas (rollup, id);\n"};
}

Result<bool> prepare_rollups(storage::Session& session, const Served& served) {
  bool fresh = false;
  for (const RollupTable& rollup : served.rollups) {
    const std::string shape = shape_of(served, rollup);
    OB_TRY(const auto stored,
           session.scalar("SELECT at_ms FROM records_rollups WHERE rollup = ? AND shape = ?", {rollup.name, shape}));
    if (stored) {
      fresh = fresh || integer_of(*stored) == 0; // a start that ended before it was filled
      continue;
    }
    std::string columns = "cell_key ${text} PRIMARY KEY, row_count ${id} NOT NULL";
    for (const int column : rollup.sums)
      columns +=
          fmt::format(", \"sum_{0}\" ${{id}} NOT NULL, \"count_{0}\" ${{id}} NOT NULL", column_name(served, column));
    for (const int column : rollup.dimensions) {
      const Column& dimension = served.columns[static_cast<std::size_t>(column)];
      columns += ", " + dimension.quoted + (dimension.integer ? " ${id}" : " ${text}");
    }
    OB_CHECK(session.script(storage::ddl(
        session.dialect(),
        fmt::format("DROP TABLE IF EXISTS {0};\nCREATE TABLE {0} ({1});\nCREATE INDEX {2} ON {0} (owner_path);",
                    rollup.table, columns, quote_name("ix_" + rollup.table.substr(1, rollup.table.size() - 2))))));
    OB_CHECK(session.send("DELETE FROM records_deltas WHERE rollup = ?", {rollup.name}));
    OB_CHECK(session.send("DELETE FROM records_rollups WHERE rollup = ?", {rollup.name}));
    OB_CHECK(session.send("INSERT INTO records_rollups (rollup, shape, position, at_ms, checks) VALUES (?, ?, 0, 0, 0)",
                          {rollup.name, shape}));
    fresh = true;
  }
  return fresh;
}

void Deltas::add(const Served& served, const Row& before, const Row& after) {
  for (const RollupTable& rollup : served.rollups) {
    Cells& cells = by_rollup_[rollup.name];
    if (!before.empty()) cells[key_of(before, rollup)].add(cell_of(before, rollup), -1);
    if (!after.empty()) cells[key_of(after, rollup)].add(cell_of(after, rollup), 1);
  }
}

Result<void> Deltas::flush(storage::Session& session) {
  std::vector<storage::Params> lines;
  for (const auto& [rollup, cells] : by_rollup_)
    for (const auto& [key, cell] : cells)
      if (!cell.nothing()) lines.push_back({rollup, key, cell.rows, Json(cell.sums).dump()});
  by_rollup_.clear();
  if (lines.empty()) return {};
  OB_CHECK(session.bulk_insert("records_deltas", {"rollup", "cell_key", "row_count", "sums"}, lines));
  return {};
}

Result<int> fold_deltas(Core& core, const Context& context) {
  std::map<std::string, std::pair<ServedPtr, const RollupTable*>> known;
  for (const ServedPtr& served : core.catalog.all())
    for (const RollupTable& rollup : served->rollups) known[rollup.name] = {served, &rollup};
  if (known.empty()) return 0;
  std::string marks;
  storage::Params names;
  for (const auto& [name, where] : known) {
    marks += marks.empty() ? "?" : ",?";
    names.emplace_back(name);
  }
  bool any = false;
  OB_CHECK(core.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const auto one,
           session.scalar(fmt::format("SELECT 1 FROM records_deltas WHERE rollup IN ({}) LIMIT 1", marks), names));
    any = one.has_value();
    return {};
  }));
  if (!any) return 0;
  int folded = 0;
  OB_CHECK(core.database.write(context, [&](storage::Session& session) -> Result<void> {
    struct Sum {
      Cells cells;
      std::int64_t last = 0;
    };
    std::map<std::string, Sum> sums;
    folded = 0;
    {
      const char* locked = session.dialect() == storage::Dialect::sqlite ? "" : " FOR UPDATE SKIP LOCKED";
      OB_TRY(const auto rows,
             session.query(
                 fmt::format("DELETE FROM records_deltas WHERE id IN (SELECT id FROM records_deltas WHERE rollup IN "
                             "({}) ORDER BY id LIMIT {}{}) RETURNING id, rollup, cell_key, row_count, sums",
                             marks, kFoldedAtOnce, locked),
                 names));
      for (;; ++folded) {
        OB_TRY(const bool more, rows->next());
        if (!more) break;
        Sum& sum = sums[std::string(rows->text(1))];
        sum.last = std::max(sum.last, rows->integer(0));
        OB_TRY(const Cell cell, read_cell(*rows, 3));
        sum.cells[std::string(rows->text(2))].add(cell, 1);
      }
    }
    for (const auto& [name, sum] : sums) {
      const auto& [served, rollup] = known.at(name);
      OB_CHECK(add_to_table(session, *served, *rollup, sum.cells));
      OB_CHECK(
          session.send("UPDATE records_rollups SET position = CASE WHEN position > ? THEN position ELSE ? END, "
                       "at_ms = ? WHERE rollup = ?",
                       {sum.last, sum.last, core.clock.now_ms(), name}));
    }
    return {};
  }));
  return folded;
}

namespace {

/// Adds what a statement answers, `times` times: rows, sums and dimensions as columns, or the text of deltas.
Result<void> add_cells(storage::Session& session, const Served& served, const RollupTable& rollup,
                       const std::string& sql, std::int64_t times, Cells& cells) {
  const int width = static_cast<int>(rollup.sums.size()) * 2 + 1;
  return storage::each(session, sql, {}, [&](const storage::Rows& rows) {
    Cell cell{rows.integer(0), {}};
    for (int i = 1; i < width; ++i) cell.sums.push_back(rows.integer(i));
    Row row(served.columns.size());
    for (std::size_t i = 0; i < rollup.dimensions.size(); ++i)
      row[static_cast<std::size_t>(rollup.dimensions[i])] = rows.value(width + static_cast<int>(i));
    cells[key_of(row, rollup)].add(cell, times);
  });
}

/// What is missing in a rollup and in what waits for it.
Result<Cells> missing_cells(storage::Session& session, const Served& served, const RollupTable& rollup) {
  std::string dimensions, sums = "count(*)";
  for (const int column : rollup.dimensions)
    dimensions += (dimensions.empty() ? "" : ", ") + served.columns[static_cast<std::size_t>(column)].quoted;
  for (const int column : rollup.sums)
    sums +=
        fmt::format(", CAST(sum({0}) AS bigint), count({0})", served.columns[static_cast<std::size_t>(column)].quoted);
  Cells cells;
  const std::string detail = fmt::format("SELECT {0}, {1} FROM {2} GROUP BY {1}", sums, dimensions, served.table);
  OB_CHECK(add_cells(session, served, rollup, detail, 1, cells));
  const std::string kept = fmt::format("SELECT {}, {} FROM {}", cell_columns(served, rollup), dimensions, rollup.table);
  OB_CHECK(add_cells(session, served, rollup, kept, -1, cells));
  OB_TRY(const auto waiting,
         session.query("SELECT cell_key, row_count, sums FROM records_deltas WHERE rollup = ?", {rollup.name}));
  while (true) {
    OB_TRY(const bool more, waiting->next());
    if (!more) return cells;
    OB_TRY(const Cell cell, read_cell(*waiting, 1));
    cells[std::string(waiting->text(0))].add(cell, -1);
  }
}

} // namespace

Result<std::vector<RollupDifference>> check_rollups(Core& core, const Context& context, const Served& served) {
  std::vector<RollupDifference> differences;
  for (const RollupTable& rollup : served.rollups) {
    Cells cells;
    std::int64_t checks = 0;
    OB_CHECK(core.database.read(context, [&](storage::Session& session) -> Result<void> {
      OB_TRY(checks, session.integer("SELECT checks FROM records_rollups WHERE rollup = ?", {rollup.name}));
      OB_TRY(cells, missing_cells(session, served, rollup));
      return {};
    }));
    std::vector<storage::Params> lines;
    for (const auto& [key, cell] : cells)
      if (!cell.nothing()) lines.push_back({rollup.name, key, cell.rows, Json(cell.sums).dump()});
    if (lines.empty()) continue;
    differences.push_back({rollup.name, static_cast<std::int64_t>(lines.size())});
    OB_CHECK(core.database.write(context, [&](storage::Session& session) -> Result<void> {
      // Two nodes that find the same difference must not both mend it.
      OB_TRY(const std::int64_t first,
             session.execute("UPDATE records_rollups SET checks = checks + 1 WHERE rollup = ? AND checks = ?",
                             {rollup.name, checks}));
      if (first == 0) return {};
      OB_CHECK(session.bulk_insert("records_deltas", {"rollup", "cell_key", "row_count", "sums"}, lines));
      return {};
    }));
  }
  return differences;
}

namespace {

bool has(const Served& served, const RollupTable& rollup, std::string_view field) {
  const int column = served.column(field.substr(0, field.find('.')));
  return std::find(rollup.dimensions.begin(), rollup.dimensions.end(), column) != rollup.dimensions.end();
}

bool has_all(const Served& served, const RollupTable& rollup, const Expression& expression) {
  if (expression.kind == Expression::Kind::term) return has(served, rollup, expression.term.field);
  return std::all_of(expression.parts.begin(), expression.parts.end(),
                     [&](const Expression& part) { return has_all(served, rollup, part); });
}

/// A filter that cannot be read is left to the detail, which says what is wrong with it.
bool has_filter(const Served& served, const RollupTable& rollup, const std::string& filter) {
  if (filter.empty()) return true;
  const auto parsed = parse_filter(filter);
  return parsed.ok() && has_all(served, rollup, *parsed);
}

bool has_sum(const Served& served, const RollupTable& rollup, const std::string& part) {
  if (part == "count") return true;
  const std::size_t colon = part.find(':');
  const std::string function = part.substr(0, colon);
  if (colon == std::string::npos || (function != "sum" && function != "avg")) return false;
  const int column = served.column(part.substr(colon + 1));
  return std::find(rollup.sums.begin(), rollup.sums.end(), column) != rollup.sums.end();
}

} // namespace

const RollupTable* fitting(const Snapshot& snapshot, const Served& served, const AggregateQuery& query) {
  if (query.stamp == nullptr || !query.text.empty()) return nullptr;
  std::vector<access::Scope> scopes;
  if (!served.entity.is_public && !snapshot.rights->unlimited())
    scopes = snapshot.rights->scopes(served.entity.permission("read"));
  const RollupTable* best = nullptr;
  for (const RollupTable& rollup : served.rollups) {
    const auto dimension = [&](const std::string& name) { return has(served, rollup, name); };
    const bool fits = has_filter(served, rollup, query.filter) &&
                      std::all_of(query.group.begin(), query.group.end(), dimension) &&
                      std::all_of(query.aggregates.begin(), query.aggregates.end(),
                                  [&](const std::string& part) { return has_sum(served, rollup, part); }) &&
                      std::all_of(scopes.begin(), scopes.end(),
                                  [&](const access::Scope& scope) { return has_filter(served, rollup, scope.where); });
    if (fits && (best == nullptr || rollup.dimensions.size() < best->dimensions.size())) best = &rollup;
  }
  return best;
}

Result<RollupStamp> stamp_of(const Snapshot& snapshot, const RollupTable& rollup) {
  RollupStamp stamp{rollup.name, 0, 0};
  OB_TRY(
      const auto rows,
      snapshot.session.query("SELECT position, at_ms, CASE WHEN EXISTS (SELECT 1 FROM records_deltas WHERE rollup = ?) "
                             "THEN 1 ELSE 0 END FROM records_rollups WHERE rollup = ?",
                             {rollup.name, rollup.name}));
  OB_TRY(const bool found, rows->next());
  if (!found) return stamp;
  stamp.position = rows->integer(0);
  stamp.at_ms = rows->integer(2) != 0 ? rows->integer(1) : snapshot.core.clock.now_ms();
  return stamp;
}

} // namespace onebudget::records
