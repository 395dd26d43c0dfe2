#include "kernel/records/write/reseal.hpp"

#include <fmt/format.h>

#include "kernel/records/write/history.hpp"

namespace onebudget::records {

namespace {

constexpr int kBatch = 500;

class Resealer {
 public:
  Resealer(const Vault& vault, storage::Session& session, const Served& served)
      : vault_(vault), session_(session), served_(served) {}

  /// Rows behind `last`, which moves on; false when there are no more.
  Result<bool> rows(std::int64_t& last) {
    std::string columns = "id";
    for (const int column : served_.encrypted)
      columns += ", " + served_.columns[static_cast<std::size_t>(column)].quoted;
    OB_TRY(auto rows, session_.query(fmt::format("SELECT {} FROM {} WHERE id > ? ORDER BY id LIMIT {}", columns,
                                                 served_.table, kBatch),
                                     {last}));
    OB_TRY(const auto lines, taken(*rows));
    rows.reset();
    for (const Row& line : lines) {
      last = integer_of(line.front());
      for (std::size_t i = 0; i < served_.encrypted.size(); ++i)
        OB_CHECK(cell(last, served_.encrypted[i], line[i + 1]));
    }
    return lines.size() == kBatch;
  }

  Result<bool> history(std::int64_t& record, std::int64_t& version) {
    OB_TRY(auto rows,
           session_.query(fmt::format("SELECT record, version, changes FROM records_history WHERE entity = ? "
                                      "AND (record > ? OR (record = ? AND version > ?)) "
                                      "ORDER BY record, version LIMIT {}",
                                      kBatch),
                          {served_.number, record, record, version}));
    OB_TRY(const auto lines, taken(*rows));
    rows.reset();
    for (const Row& line : lines) {
      record = integer_of(line[0]);
      version = integer_of(line[1]);
      OB_TRY(Json changes, parse_json(text_of(line[2])));
      bool changed = false;
      for (Json& change : changes)
        for (const char* side : {"b", "a"}) {
          const int column = served_.column(change.value("f", ""));
          storage::Value value = stored_value(change.value(side, Json()));
          OB_TRY(const bool fresh, sealed_anew(record, column, value));
          if (!fresh) continue;
          change[side] = std::string(text_of(value));
          changed = true;
        }
      if (changed)
        OB_CHECK(
            session_.execute("UPDATE records_history SET changes = ? WHERE entity = ? AND record = ? AND version = ?",
                             {changes.dump(), served_.number, record, version}));
    }
    return lines.size() == kBatch;
  }

  [[nodiscard]] std::int64_t sealed() const { return sealed_; }

 private:
  static Result<std::vector<Row>> taken(storage::Rows& rows) {
    std::vector<Row> lines;
    while (true) {
      OB_TRY(const bool more, rows.next());
      if (!more) return lines;
      Row& line = lines.emplace_back();
      for (int i = 0; i < rows.columns(); ++i) line.push_back(rows.value(i));
    }
  }

  /// False when there is nothing to do for the value.
  Result<bool> sealed_anew(std::int64_t id, int column, storage::Value& value) {
    const bool encrypted = column >= kFirstField && served_.columns[static_cast<std::size_t>(column)].field->encrypted;
    if (!encrypted || is_null(value) || !vault_.stale(text_of(value))) return false;
    OB_CHECK(vault_.open(served_, column, id, value));
    OB_TRY(value, vault_.seal(served_, column, id, value));
    ++sealed_;
    return true;
  }

  /// Whoever wrote the cell meanwhile has sealed it: then the old text is no longer there.
  Result<void> cell(std::int64_t id, int column, const storage::Value& old) {
    storage::Value value = old;
    OB_TRY(const bool fresh, sealed_anew(id, column, value));
    if (!fresh) return {};
    storage::Value plain = old;
    OB_CHECK(vault_.open(served_, column, id, plain));
    const Column& shape = served_.columns[static_cast<std::size_t>(column)];
    OB_CHECK(session_.execute(fmt::format("UPDATE {0} SET {1} = ?, {2} = ? WHERE id = ? AND {1} = ?", served_.table,
                                          shape.quoted, quote_name(digest_column(shape.name))),
                              {value, vault_.digest(served_, column, text_of(plain)), id, old}));
    return {};
  }

  const Vault& vault_;
  storage::Session& session_;
  const Served& served_;
  std::int64_t sealed_ = 0;
};

/// How far a walk is: a row, or a version of one.
struct Position {
  std::int64_t record = 0, version = 0;
};

/// Batches of one kind, each in its transaction, which may have to run again. False when `go_on` ended them.
Result<bool> each(Core& core, const Context& context, const Served& served, const GoOn& go_on, std::int64_t& sealed,
                  const std::function<Result<bool>(Resealer&, Position&)>& batch) {
  Position at, next;
  for (bool more = true; more; at = next) {
    std::int64_t done = 0;
    OB_CHECK(core.database.write(context, [&](storage::Session& session) -> Result<void> {
      Resealer resealer(core.vault, session, served);
      next = at;
      OB_TRY(more, batch(resealer, next));
      done = resealer.sealed();
      return {};
    }));
    sealed += done;
    if (!go_on(sealed)) return false;
  }
  return true;
}

} // namespace

Result<bool> reseal(Core& core, const Context& context, const Served& served, const GoOn& go_on, std::int64_t& sealed) {
  const auto rows = [](Resealer& one, Position& at) { return one.rows(at.record); };
  const auto lines = [](Resealer& one, Position& at) { return one.history(at.record, at.version); };
  OB_TRY(const bool rows_done, each(core, context, served, go_on, sealed, rows));
  if (!rows_done) return false;
  OB_TRY(const bool all_done, each(core, context, served, go_on, sealed, lines));
  if (!all_done) return false;
  OB_CHECK(core.database.write(context,
                               [&](storage::Session& session) { return note_sealed(session, core.vault, served); }));
  served.plain = false;
  return true;
}

} // namespace onebudget::records
