#include "kernel/records/search/search.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "sdk/search/search_words.hpp"

namespace onebudget::records {

namespace {

constexpr int kShape = 1; ///< of the words; a higher one makes every index anew
constexpr int kBatch = 2000;
constexpr std::size_t kMostWords = 512 * 1024; ///< PostgreSQL keeps at most 1 MiB of them
constexpr const char* kAny = "0";              ///< the word of a row that has more: it may hold any text

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

Result<void> fill(storage::Session& session, const Served& served) {
  int count = kBatch;
  for (std::int64_t last = 0; count == kBatch;) {
    std::vector<storage::Params> lines;
    {
      OB_TRY(const auto rows, session.query(fmt::format("SELECT {} FROM {} t WHERE t.id > ? ORDER BY t.id LIMIT {}",
                                                        served.all_columns("t"), served.table, kBatch),
                                            {last}));
      for (count = 0;; ++count) {
        OB_TRY(const bool more, rows->next());
        if (!more) break;
        Row row;
        for (int i = 0; i < static_cast<int>(served.columns.size()); ++i) row.push_back(rows->value(i));
        last = integer_of(row[kId]);
        if (std::string words = words_of(served, row); !words.empty()) lines.push_back({last, std::move(words)});
      }
    }
    OB_CHECK(put(session, served, {}, lines));
  }
  return {};
}

Predicate listed(const Snapshot& snapshot, const Served& served, const std::string& alias, const std::string& wanted) {
  const char* form = snapshot.sqlite() ? "{0}.id IN (SELECT rowid FROM {1} WHERE {1} MATCH ?)"
                                       : "{0}.id IN (SELECT i.id FROM {1} i WHERE i.words @@ CAST(? AS tsquery))";
  return {fmt::format(fmt::runtime(form), alias, served.search_table), {wanted}};
}

} // namespace

Result<void> prepare_search(storage::Session& session, const Served& served) {
  const std::string name = served.name + "?";
  const std::string shape = Json{
      {"search", served.entity.search},
      {"name", name_column(served) < 0 ? "" : served.entity.title_field},
      {"version", kShape}}.dump();
  OB_TRY(const auto stored,
         session.scalar("SELECT 1 FROM records_rollups WHERE rollup = ? AND shape = ?", {name, shape}));
  if (stored && !served.search_table.empty()) return {};
  OB_CHECK(session.execute("DELETE FROM records_rollups WHERE rollup = ?", {name}));
  if (served.search_table.empty()) return {};
  const char* create = sqlite(session)
                           ? "CREATE VIRTUAL TABLE {0} USING fts5(words, content='', detail=none, tokenize='ascii');"
                           : "CREATE TABLE {0} (id bigint PRIMARY KEY, words tsvector NOT NULL);\n"
                             "CREATE INDEX {0}_words ON {0} USING gin (words);";
  OB_CHECK(session.script(fmt::format("DROP TABLE IF EXISTS {0};\n", served.search_table) +
                          fmt::format(fmt::runtime(create), served.search_table)));
  OB_CHECK(fill(session, served));
  OB_CHECK(session.execute(
      "INSERT INTO records_rollups (rollup, shape, position, at_ms, checks) VALUES (?, ?, 0, 0, 0)", {name, shape}));
  return {};
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
}

Result<void> SearchLines::flush(storage::Session& session) {
  for (const auto& [served, lines] : changed_) {
    std::vector<storage::Params> gone, fresh;
    for (const auto& [id, words] : lines) {
      if (words.first == words.second) continue;
      if (!words.first.empty()) gone.push_back({id, words.first});
      if (!words.second.empty()) fresh.push_back({id, words.second});
    }
    OB_CHECK(put(session, *served, gone, fresh));
  }
  changed_.clear();
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
    both.sql = "(" + both.sql + " AND ";
    append(both, std::move(found));
    both.sql += ")";
    found = std::move(both);
  }
  const std::string pinyin = name_column(served) < 0 ? "" : wanted_pinyin(wanted);
  if (pinyin.empty()) return found;
  found.sql = "(" + found.sql + " OR ";
  append(found, listed(snapshot, served, alias, fmt::format(fmt::runtime(lite ? "\"{}\" *" : "'{}':*"), pinyin)));
  found.sql += ")";
  return found;
}

} // namespace onebudget::records
