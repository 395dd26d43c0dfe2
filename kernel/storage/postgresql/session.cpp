#include "kernel/storage/postgresql/session.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <utility>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/postgresql/rows.hpp"
#include "kernel/storage/text/sql_text.hpp"

namespace onebudget::storage::postgresql {
namespace {

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kSpecial = "\\\n\r\t", kNames = "\\nrt";
  for (const char c : text) {
    const auto at = static_cast<unsigned char>(c) <= '\r' || c == '\\' ? kSpecial.find(c) : std::string_view::npos;
    if (at != std::string_view::npos) out += '\\';
    out += at == std::string_view::npos ? c : kNames[at];
  }
}

void append_hex(std::string& out, std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += "\\\\x";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

Result<void> append_copy_value(std::string& out, const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) {
    out += "\\N";
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, *number).ptr;
    out.append(digits, end);
  } else if (const auto* real = std::get_if<double>(&value)) {
    fmt::format_to(std::back_inserter(out), "{}", *real); // "nan" and "inf" are understood by the server
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    if (text->find('\0') != std::string::npos) return text_fault("NUL in text");
    append_escaped(out, *text);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    append_hex(out, bytes->data);
  }
  return {};
}

/// Whether a statement says itself that it answers few rows: a result for each would cost more than all of them at
/// once.
bool is_page(std::string_view sql) {
  constexpr std::string_view kLimit = " LIMIT ";
  constexpr int kMost = 1001;
  const std::size_t at = sql.rfind(kLimit);
  if (at == std::string_view::npos) return false;
  int rows = 0;
  const auto [end, error] = std::from_chars(sql.data() + at + kLimit.size(), sql.data() + sql.size(), rows);
  return error == std::errc() && end == sql.data() + sql.size() && rows <= kMost;
}

} // namespace

Fault PostgresSession::doomed(Fault fault) {
  if (!doom_) doom_ = fault;
  return fault;
}

Result<void> PostgresSession::ready() {
  if (open_ != nullptr) {
    if (auto freed = open_->buffer_rest(); !freed) return doomed(std::move(freed).fault());
    open_ = nullptr;
  }
  if (doom_) return aborted_fault();
  return {};
}

Result<std::string> PostgresSession::prepared(std::string_view sql, const Params& params, Packed& packed) {
  OB_CHECK(ready());
  if (auto done = packed.pack(params); !done) return doomed(std::move(done).fault());
  auto name = connection_.prepare(sql, packed);
  if (!name) return doomed(std::move(name).fault());
  return name;
}

Result<std::unique_ptr<Rows>> PostgresSession::query(std::string_view sql, const Params& params) {
  Packed packed;
  OB_TRY(const std::string name, prepared(sql, params, packed));
  if (auto sent = connection_.send_last(connection_.sent(name, packed)); !sent) return doomed(std::move(sent).fault());
  if (!is_page(sql)) PQsetSingleRowMode(connection_.native());
  auto rows = std::make_unique<PostgresRows>(*this, connection_);
  open_ = rows.get();
  OB_CHECK(rows->begin());
  return std::unique_ptr<Rows>(std::move(rows));
}

Result<std::int64_t> PostgresSession::execute(std::string_view sql, const Params& params) {
  Packed packed;
  OB_TRY(const std::string name, prepared(sql, params, packed));
  const auto answer = connection_.run(connection_.sent(name, packed));
  if (!answer) return doomed(answer.fault());
  const ExecStatusType status = PQresultStatus(answer->get());
  if (status == PGRES_TUPLES_OK && PQcmdStatus(answer->get())[0] == 'S') return 0;
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return doomed(connection_.fault_of(answer->get()));
  const std::string_view text = PQcmdTuples(answer->get());
  std::int64_t changed = 0;
  std::from_chars(text.data(), text.data() + text.size(), changed);
  return changed;
}

Result<void> PostgresSession::send(std::string_view sql, const Params& params) {
  return queue(sql, params, Connection::Owed::success);
}

Result<void> PostgresSession::ask(std::string_view sql) { return queue(sql, {}, Connection::Owed::number); }

Result<void> PostgresSession::queue(std::string_view sql, const Params& params, Connection::Owed owed) {
  Packed packed;
  OB_TRY(const std::string name, prepared(sql, params, packed));
  if (auto sent = connection_.send(name, packed, owed); !sent) return doomed(std::move(sent).fault());
  return {};
}

Result<std::int64_t> PostgresSession::asked() {
  OB_CHECK(ready());
  auto number = connection_.number();
  if (!number) return doomed(std::move(number).fault());
  return number;
}

Result<void> PostgresSession::script(std::string_view sql) {
  OB_CHECK(ready());
  connection_.schema_moved();
  if (auto done = connection_.plain(); !done) return doomed(std::move(done).fault());
  const Answer answer(PQexec(connection_.native(), std::string(sql).c_str()));
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
    return doomed(connection_.fault_of(answer.get()));
  if (PQtransactionStatus(connection_.native()) != PQTRANS_INTRANS) {
    return doomed(postgresql_fault("2D000", "a script may not end its transaction"));
  }
  return {};
}

Result<std::int64_t> PostgresSession::copy_rows(const std::string& opening, std::span<const Params> rows,
                                                std::size_t width) {
  constexpr std::size_t kChunk = 64 * 1024;
  PGconn* connection = connection_.native();
  OB_CHECK(connection_.plain());
  {
    const Answer answer(PQexec(connection, opening.c_str()));
    if (PQresultStatus(answer.get()) != PGRES_COPY_IN) return connection_.fault_of(answer.get());
  }
  std::optional<Fault> own;
  std::string buffer;
  buffer.reserve(kChunk + 4096);
  const auto flush = [&] {
    if (!buffer.empty() && PQputCopyData(connection, buffer.data(), static_cast<int>(buffer.size())) != 1) {
      own = connection_.fault_of(nullptr);
    }
    buffer.clear();
  };
  for (const Params& row : rows) {
    if (row.size() != width) own = postgresql_fault("42601", "a row's width does not fit the columns");
    for (std::size_t i = 0; !own && i < width; ++i) {
      if (i > 0) buffer += '\t';
      if (auto done = append_copy_value(buffer, row[i]); !done) own = std::move(done).fault();
    }
    if (own) break;
    buffer += '\n';
    if (buffer.size() >= kChunk) flush();
    if (own) break;
  }
  if (!own) flush();
  PQputCopyEnd(connection, own ? "refused" : nullptr);
  const Answer answer(PQgetResult(connection));
  while (PGresult* result = PQgetResult(connection)) PQclear(result);
  if (own) return *std::move(own);
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return connection_.fault_of(answer.get());
  return static_cast<std::int64_t>(rows.size());
}

Result<std::int64_t> PostgresSession::bulk_insert(std::string_view table, const std::vector<std::string>& columns,
                                                  std::span<const Params> rows) {
  OB_CHECK(ready());
  if (auto names = check_names(table, columns); !names) return doomed(std::move(names).fault());
  if (rows.empty()) return 0;
  // COPY is three round trips; a statement per count of rows stays prepared.
  constexpr std::size_t kFew = 8;
  if (rows.size() > kFew) {
    auto copied =
        copy_rows("COPY " + std::string(table) + " (" + joined(columns) + ") FROM STDIN", rows, columns.size());
    if (!copied) return doomed(std::move(copied).fault());
    return copied;
  }
  std::string row = "(", sql = "INSERT INTO " + std::string(table) + " (" + joined(columns) + ") VALUES ";
  for (std::size_t i = 0; i < columns.size(); ++i) row += i == 0 ? "?" : ",?";
  Params params;
  params.reserve(rows.size() * columns.size());
  for (const Params& one : rows) {
    if (one.size() != columns.size())
      return doomed(postgresql_fault("42601", "a row's width does not fit the columns"));
    sql += (&one == rows.data() ? "" : ", ") + row + ")";
    params.insert(params.end(), one.begin(), one.end());
  }
  OB_CHECK(send(sql, params));
  return static_cast<std::int64_t>(rows.size());
}

} // namespace onebudget::storage::postgresql
