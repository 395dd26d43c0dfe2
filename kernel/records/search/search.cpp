#include "kernel/records/search/search.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/storage/each.hpp"
#include "sdk/search/search_words.hpp"

namespace onebudget::records {

namespace {

constexpr int kShape = 2; ///< of the words; a higher one makes every index anew
constexpr int kBatch = 2000;
constexpr std::size_t kMostWords = 512 * 1024; ///< PostgreSQL keeps at most 1 MiB of them
constexpr const char* kAny = "0";              ///< the word of a row that has more: it may hold any text

using Span = std::pair<std::int64_t, std::int64_t>; ///< ids from … to

bool sqlite(const storage::Session& session) { return session.dialect() == storage::Dialect::sqlite; }

/// A masked name is found by nothing that is kept in clear.
int name_column(const Served& served) {
  const Field* title = served.entity.field(served.entity.title_field);
  return title == nullptr || !title->mask.empty() ? -1 : served.column(title->name);
}

std::string words_of(const Served& served, const Row& row) {
  if (row.empty()) return {};
  SearchWords words;
  const int name = name_column(served);
  for (const std::string& field : served.entity.search) {
    const int column = served.column(field);
    const std::string_view text = text_of(row[static_cast<std::size_t>(column)]);
    words.add_text(text);
    if (column == name) words.add_name(text);
  }
  std::string all = words.str();
  return all.size() > kMostWords ? kAny : all;
}

/// The index forgets a text only when it is told the text again, because it keeps no copy (SQLite).
Result<void> put(storage::Session& session, const Served& served, const std::vector<storage::Params>& gone,
                 const std::vector<storage::Params>& fresh) {
  const std::string& table = served.search_table;
  for (const storage::Params& line : gone)
    OB_CHECK(
        sqlite(session)
            ? session.execute(fmt::format("INSERT INTO {0} ({0}, rowid, words) VALUES ('delete', ?, ?)", table), line)
            : session.execute("DELETE FROM " + table + " WHERE id = ?", {line[0]}));
  if (!fresh.empty()) OB_CHECK(session.bulk_insert(table, {sqlite(session) ? "rowid" : "id", "words"}, fresh));
  return {};
}

/// Ids whose rows have no words yet, of those from `low` to `high`. Locked, so that they stay so (PostgreSQL).
Result<std::vector<Span>> waiting_spans(storage::Session& session, const Served& served, std::int64_t low,
                                        std::int64_t high) {
  std::vector<Span> spans;
  OB_CHECK(storage::each(session,
                         fmt::format("SELECT low, high FROM records_search_pending WHERE entity = ? AND high >= ? AND "
                                     "low <= ?{}",
                                     sqlite(session) ? "" : " FOR SHARE"),
                         {served.name, low, high},
                         [&](const storage::Rows& rows) { spans.emplace_back(rows.integer(0), rows.integer(1)); }));
  return spans;
}

/// Words of the next rows that wait; answers whether there may be more of them.
Result<bool> index_some(storage::Session& session, const Served& served) {
  Span span;
  {
    OB_TRY(const auto rows,
           session.query(fmt::format("SELECT low, high FROM records_search_pending WHERE entity = ? ORDER BY low LIMIT "
                                     "1{}",
                                     sqlite(session) ? "" : " FOR UPDATE SKIP LOCKED"),
                         {served.name}));
    OB_TRY(const bool any, rows->next());
    if (!any) return false;
    span = {rows->integer(0), rows->integer(1)};
  }
  std::vector<storage::Params> lines;
  std::int64_t last = span.second;
  {
    OB_TRY(const auto rows,
           session.query(fmt::format("SELECT {} FROM {} t WHERE t.id >= ? AND t.id <= ? ORDER BY t.id LIMIT {}",
                                     served.all_columns("t"), served.table, kBatch),
                         {span.first, span.second}));
    for (int count = 0;; ++count) {
      OB_TRY(const bool more, rows->next());
      if (!more) break;
      Row row;
      for (int i = 0; i < static_cast<int>(served.columns.size()); ++i) row.push_back(rows->value(i));
      if (count + 1 == kBatch) last = integer_of(row[kId]);
      if (std::string words = words_of(served, row); !words.empty()) lines.push_back({row[kId], std::move(words)});
    }
  }
  if (!sqlite(session))
    OB_CHECK(
        session.send(fmt::format("DELETE FROM {} WHERE id >= ? AND id <= ?", served.search_table), {span.first, last}));
  OB_CHECK(put(session, served, {}, lines));
  const bool done = last == span.second;
  OB_CHECK(done ? session.execute("DELETE FROM records_search_pending WHERE entity = ? AND low = ?",
                                  {served.name, span.first})
                : session.execute("UPDATE records_search_pending SET low = ? WHERE entity = ? AND low = ?",
                                  {last + 1, served.name, span.first}));
  return true;
}

Predicate listed(const Snapshot& snapshot, const Served& served, const std::string& alias, const std::string& wanted) {
  const char* form = snapshot.sqlite() ? "{0}.id IN (SELECT rowid FROM {1} WHERE {1} MATCH ?"
                                       : "{0}.id IN (SELECT i.id FROM {1} i WHERE i.words @@ CAST(? AS tsquery)";
  return {fmt::format(fmt::runtime(form), alias, served.search_table), {wanted}};
}

} // namespace

storage::Migration search_migration() {
  return {"kernel.records", 3, "search_pending",
          "CREATE TABLE records_search_pending (entity ${text} NOT NULL, low ${id} NOT NULL, high ${id} NOT NULL, "
          "PRIMARY KEY (entity, low));\n"};
}

Result<void> prepare_search(storage::Session& session, const Served& served) {
  const std::string name = served.name + "?";
  const std::string shape = Json{
      {"search", served.entity.search},
      {"name", name_column(served) < 0 ? "" : served.entity.title_field},
      {"version", kShape}}.dump();
  OB_TRY(const auto stored,
         session.scalar("SELECT 1 FROM records_rollups WHERE rollup = ? AND shape = ?", {name, shape}));
  if (stored && !served.search_table.empty()) return {};
  OB_CHECK(session.send("DELETE FROM records_rollups WHERE rollup = ?", {name}));
  if (served.search_table.empty()) return {};
  const char* create =
      sqlite(session)
          ? "CREATE VIRTUAL TABLE {0} USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii');"
          : "CREATE TABLE {0} (id bigint PRIMARY KEY, words tsvector NOT NULL);\n"
            "CREATE INDEX {0}_words ON {0} USING gin (words);";
  OB_CHECK(session.script(fmt::format("DROP TABLE IF EXISTS {0};\n", served.search_table) +
                          fmt::format(fmt::runtime(create), served.search_table)));
  // Rows that are there already wait for index_pending().
  OB_CHECK(session.send("DELETE FROM records_search_pending WHERE entity = ?", {served.name}));
  OB_CHECK(
      session.send("INSERT INTO records_search_pending (entity, low, high) SELECT CAST(? AS text), min(id), max(id) "
                   "FROM " +
                       served.table + " HAVING count(*) > 0",
                   {served.name}));
  return session.send("INSERT INTO records_rollups (rollup, shape, position, at_ms, checks) VALUES (?, ?, 0, 0, 0)",
                      {name, shape});
}

Result<bool> index_pending(Core& core, const Context& context) {
  std::vector<std::string> entities;
  OB_CHECK(core.database.read(context, [&](storage::Session& session) -> Result<void> {
    return storage::each(session, "SELECT DISTINCT entity FROM records_search_pending", {},
                         [&](const storage::Rows& rows) { entities.emplace_back(rows.text(0)); });
  }));
  bool any = false;
  for (const std::string& entity : entities) {
    const ServedPtr served = core.catalog.find(entity);
    if (!served || served->search_table.empty()) continue;
    OB_CHECK(core.database.write(context, [&](storage::Session& session) -> Result<void> {
      OB_TRY(const bool some, index_some(session, *served));
      any = any || some;
      return {};
    }));
  }
  return any;
}

void SearchLines::add(const Served& served, const Row& before, const Row& after) {
  if (served.search_table.empty()) return;
  const auto same = [&](const std::string& field) {
    const auto column = static_cast<std::size_t>(served.column(field));
    return before[column] == after[column];
  };
  if (!before.empty() && !after.empty() && std::ranges::all_of(served.entity.search, same)) return;
  std::string old = words_of(served, before), now = words_of(served, after);
  const std::int64_t id = integer_of((before.empty() ? after : before)[kId]);
  const auto [line, first] = changed_[&served].try_emplace(id, std::move(old), now);
  if (!first) line->second.second = std::move(now);
  stored_ = stored_ || !before.empty();
}

void SearchLines::later(const Served& served, std::int64_t id) {
  if (served.search_table.empty()) return;
  std::vector<storage::Params>& spans = later_[&served];
  if (!spans.empty() && integer_of(spans.back()[2]) + 1 == id)
    spans.back()[2] = id;
  else
    spans.push_back({served.name, id, id});
}

Result<void> SearchLines::flush(storage::Session& session) {
  for (auto& [served, lines] : changed_) {
    std::vector<Span> spans;
    if (stored_) {
      OB_TRY(spans, waiting_spans(session, *served, lines.begin()->first, lines.rbegin()->first));
    }
    std::vector<storage::Params> gone, fresh;
    for (const auto& [id, words] : lines) {
      const auto holds = [at = id](const Span& span) { return span.first <= at && at <= span.second; };
      if (words.first == words.second || std::any_of(spans.begin(), spans.end(), holds)) continue;
      if (!words.first.empty()) gone.push_back({id, words.first});
      if (!words.second.empty()) fresh.push_back({id, words.second});
    }
    OB_CHECK(put(session, *served, gone, fresh));
  }
  for (const auto& [served, spans] : later_)
    OB_CHECK(session.bulk_insert("records_search_pending", {"entity", "low", "high"}, spans));
  changed_.clear();
  later_.clear();
  return {};
}

Predicate by_index(const Snapshot& snapshot, const Served& served, const std::string& alias, const std::string& wanted,
                   Predicate found) {
  if (served.search_table.empty()) return found;
  const bool lite = snapshot.sqlite();
  std::string pairs;
  for (const std::string& pair : wanted_pairs(wanted))
    pairs += fmt::format(fmt::runtime(lite ? "{}\"{}\"" : "{}'{}'"), pairs.empty() ? "" : lite ? " AND " : " & ", pair);
  if (!pairs.empty()) {
    Predicate both = listed(snapshot, served, alias,
                            fmt::format(fmt::runtime(lite ? "({}) OR \"{}\"" : "({}) | '{}'"), pairs, kAny));
    // What is not indexed yet may hold any text.
    both.sql = fmt::format(
        "({} UNION ALL SELECT r.id FROM records_search_pending p JOIN {} r ON r.id >= p.low AND "
        "r.id <= p.high WHERE p.entity = ?) AND ",
        both.sql, served.table);
    both.params.emplace_back(served.name);
    append(both, std::move(found));
    both.sql += ")";
    found = std::move(both);
  }
  const std::string pinyin = name_column(served) < 0 ? "" : wanted_pinyin(wanted);
  if (pinyin.empty()) return found;
  found.sql = "(" + found.sql + " OR ";
  append(found, listed(snapshot, served, alias, fmt::format(fmt::runtime(lite ? "\"{}\" *" : "'{}':*"), pinyin)));
  found.sql += "))";
  return found;
}

} // namespace onebudget::records
