#include "kernel/storage/sqlite/session.hpp"

#include <utility>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/text/sql_text.hpp"

namespace onebudget::storage::sqlite {
namespace {

constexpr std::size_t kLongestValue = 256u << 20;

Result<void> bind_one(sqlite3_stmt* statement, int at, const Value& value, sqlite3_destructor_type life) {
  int code = SQLITE_OK;
  if (std::holds_alternative<std::monostate>(value)) {
    code = sqlite3_bind_null(statement, at);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    code = sqlite3_bind_int64(statement, at, *number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    code = sqlite3_bind_double(statement, at, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    // PostgreSQL cannot hold NUL in text; neither may SQLite, or a move between them would lose data.
    if (text->find('\0') != std::string::npos) return text_fault("NUL in text");
    if (text->size() > kLongestValue) return text_fault("text too long");
    code = sqlite3_bind_text64(statement, at, text->data(), text->size(), life, SQLITE_UTF8);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    if (bytes->data.size() > kLongestValue) return text_fault("bytes too long");
    // An empty std::string's data() is never null, so that empty bytes do not become NULL.
    code = sqlite3_bind_blob64(statement, at, bytes->data.data(), bytes->data.size(), life);
  }
  if (code != SQLITE_OK) return sqlite_fault(code, sqlite3_errmsg(sqlite3_db_handle(statement)));
  return {};
}

Result<void> bind(sqlite3_stmt* statement, const Params& params, sqlite3_destructor_type life) {
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(params.size())) {
    return sqlite_fault(SQLITE_ERROR, "the number of parameters does not fit the statement");
  }
  for (std::size_t i = 0; i < params.size(); ++i)
    OB_CHECK(bind_one(statement, static_cast<int>(i) + 1, params[i], life));
  return {};
}

class SqliteRows final : public Rows {
 public:
  SqliteRows(SqliteSession& session, Connection& connection, Loan loan, int first)
      : session_(session),
        connection_(connection),
        loan_(std::move(loan)),
        waiting_(first),
        columns_(sqlite3_column_count(loan_.get())) {}

  Result<bool> next() override {
    if (done_) return false;
    const int code = waiting_ != 0 ? std::exchange(waiting_, 0) : sqlite3_step(loan_.get());
    if (code == SQLITE_ROW) return true;
    done_ = true;
    if (code == SQLITE_DONE) return false;
    return session_.doomed(connection_.fault_of(code));
  }
  [[nodiscard]] int columns() const override { return columns_; }
  [[nodiscard]] bool null(int column) const override { return sqlite3_column_type(loan_.get(), column) == SQLITE_NULL; }
  [[nodiscard]] std::int64_t integer(int column) const override { return sqlite3_column_int64(loan_.get(), column); }
  [[nodiscard]] double real(int column) const override { return sqlite3_column_double(loan_.get(), column); }
  [[nodiscard]] std::string_view text(int column) const override {
    const void* data = sqlite3_column_blob(loan_.get(), column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(loan_.get(), column))};
  }
  [[nodiscard]] Value value(int column) const override {
    switch (sqlite3_column_type(loan_.get(), column)) {
      case SQLITE_INTEGER:
        return integer(column);
      case SQLITE_FLOAT:
        return real(column);
      case SQLITE_TEXT:
        return std::string(text(column));
      case SQLITE_BLOB:
        return Bytes{std::string(text(column))};
      default:
        return std::monostate{};
    }
  }

 private:
  SqliteSession& session_;
  Connection& connection_;
  Loan loan_;
  int waiting_; ///< result of the step that query() took already; 0 = none
  int columns_;
  bool done_ = false;
};

} // namespace

Result<void> SqliteSession::ready() const {
  if (doom_) return aborted_fault();
  if (connection_.late()) return deadline_fault();
  return {};
}

Fault SqliteSession::doomed(Fault fault) {
  if (dooms_ && !doom_) doom_ = fault;
  return fault;
}

/// While nothing was written to the file the answer is the last one; which that is, is known inside a read's snapshot.
Result<std::int64_t> SqliteSession::asked() {
  Connection::Answered& last = connection_.answered;
  const bool reading = sqlite3_txn_state(connection_.db(), "main") == SQLITE_TXN_READ;
  unsigned version = 0;
  if (reading) sqlite3_file_control(connection_.db(), "main", SQLITE_FCNTL_DATA_VERSION, &version);
  if (reading && last.version == version && last.sql == question_) return last.value;
  OB_TRY(const std::int64_t answer, integer(question_));
  if (reading) last = {std::string(question_), version, answer};
  return answer;
}

Result<std::unique_ptr<Rows>> SqliteSession::query(std::string_view sql, const Params& params) {
  if (auto fine = ready(); !fine) return doomed(std::move(fine).fault());
  auto loan = connection_.prepare(sql);
  if (!loan) return doomed(std::move(loan).fault());
  if (auto bound = bind(loan->get(), params, SQLITE_TRANSIENT); !bound) return doomed(std::move(bound).fault());
  const int first = sqlite3_step(loan->get());
  if (first != SQLITE_ROW && first != SQLITE_DONE) return doomed(connection_.fault_of(first));
  return std::unique_ptr<Rows>(std::make_unique<SqliteRows>(*this, connection_, *std::move(loan), first));
}

Result<std::int64_t> SqliteSession::execute_bound(const Loan& loan) {
  sqlite3* db = connection_.db();
  const auto before = sqlite3_total_changes64(db);
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(loan.get());
  if (code != SQLITE_DONE) return doomed(connection_.fault_of(code));
  // sqlite3_changes64() still holds the previous statement's figure after one that changes nothing.
  return sqlite3_total_changes64(db) == before ? 0 : sqlite3_changes64(db);
}

Result<std::int64_t> SqliteSession::execute(std::string_view sql, const Params& params) {
  if (auto fine = ready(); !fine) return doomed(std::move(fine).fault());
  auto loan = connection_.prepare(sql);
  if (!loan) return doomed(std::move(loan).fault());
  if (auto bound = bind(loan->get(), params, SQLITE_STATIC); !bound) return doomed(std::move(bound).fault());
  return execute_bound(*loan);
}

Result<void> SqliteSession::script(std::string_view sql) {
  if (auto fine = ready(); !fine) return doomed(std::move(fine).fault());
  auto done = connection_.script(sql);
  if (!done) return doomed(std::move(done).fault());
  return {};
}

Result<std::int64_t> SqliteSession::bulk_insert(std::string_view table, const std::vector<std::string>& columns,
                                                std::span<const Params> rows) {
  if (auto fine = ready(); !fine) return doomed(std::move(fine).fault());
  if (auto names = check_names(table, columns); !names) return doomed(std::move(names).fault());
  std::string sql = "INSERT INTO " + std::string(table) + " (" + joined(columns) + ") VALUES (?";
  for (std::size_t i = 1; i < columns.size(); ++i) sql += ", ?";
  sql += ')';
  auto loan = connection_.prepare(sql);
  if (!loan) return doomed(std::move(loan).fault());
  for (const Params& row : rows) {
    if (auto bound = bind(loan->get(), row, SQLITE_STATIC); !bound) return doomed(std::move(bound).fault());
    const int code = sqlite3_step(loan->get());
    if (code != SQLITE_DONE) return doomed(connection_.fault_of(code));
    sqlite3_reset(loan->get());
  }
  return static_cast<std::int64_t>(rows.size());
}

} // namespace onebudget::storage::sqlite
