#include "kernel/storage/odbc/session.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/text/sql_text.hpp"

namespace onebudget::storage::odbc {
namespace {

constexpr std::size_t kLongestValue = std::size_t{256} << 20;

bool fine(SQLRETURN code) { return SQL_SUCCEEDED(code) || code == SQL_NO_DATA; }

/// Parameters in the driver's form; holds what the driver points to until the statement has run.
class Bound {
 public:
  explicit Bound(const Params& params) : values_(params), texts_(params.size()), lengths_(params.size()) {}

  Result<bool> bind(SQLHSTMT statement) {
    for (std::size_t at = 0; at < values_.size(); ++at) {
      OB_TRY(const SQLRETURN code, bind_one(statement, at));
      if (!fine(code)) return false;
    }
    return true;
  }

 private:
  Result<SQLRETURN> bind_one(SQLHSTMT statement, std::size_t at) {
    const auto to = [&](SQLSMALLINT c_type, SQLSMALLINT sql_type, const void* data, SQLLEN bytes) {
      lengths_[at] = bytes;
      const SQLULEN size = bytes > 0 ? static_cast<SQLULEN>(bytes) : 1;
      return SQLBindParameter(statement, static_cast<SQLUSMALLINT>(at + 1), SQL_PARAM_INPUT, c_type, sql_type, size, 0,
                              const_cast<void*>(data), std::max<SQLLEN>(bytes, 0), &lengths_[at]);
    };
    const Value& value = values_[at];
    if (const auto* number = std::get_if<std::int64_t>(&value))
      return to(SQL_C_SBIGINT, SQL_BIGINT, number, sizeof *number);
    if (const auto* real = std::get_if<double>(&value)) return to(SQL_C_DOUBLE, SQL_DOUBLE, real, sizeof *real);
    if (const auto* bytes = std::get_if<Bytes>(&value)) {
      if (bytes->data.size() > kLongestValue) return text_fault("bytes too long");
      return to(SQL_C_BINARY, SQL_LONGVARBINARY, bytes->data.data(), static_cast<SQLLEN>(bytes->data.size()));
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
      if (text->find('\0') != std::string::npos) return text_fault("NUL in text");
      if (text->size() > kLongestValue) return text_fault("text too long");
      texts_[at] = wide(*text);
      const auto size = static_cast<SQLLEN>(texts_[at].size() * sizeof(SQLWCHAR));
      texts_[at].push_back(0);
      return to(SQL_C_WCHAR, SQL_WLONGVARCHAR, texts_[at].data(), size);
    }
    // A NULL says nothing of its type, and servers do not agree on what an untyped one may stand for.
    SQLSMALLINT type = SQL_VARCHAR, digits = 0, nullable = 0;
    SQLULEN size = 0;
    SQLDescribeParam(statement, static_cast<SQLUSMALLINT>(at + 1), &type, &size, &digits, &nullable);
    return to(SQL_C_CHAR, type, "", SQL_NULL_DATA);
  }

  const Params& values_;
  std::vector<Wide> texts_;
  std::vector<SQLLEN> lengths_;
};

class OdbcRows final : public Rows {
 public:
  OdbcRows(OdbcSession& session, std::unique_ptr<Handle> statement)
      : session_(session), statement_(std::move(statement)) {}

  /// Learns the columns and takes the first row.
  Result<void> begin() {
    SQLSMALLINT count = 0;
    SQLNumResultCols(statement_->get(), &count);
    for (SQLSMALLINT at = 1; at <= count; ++at) {
      // Drivers answer nothing at all to who does not want the name.
      std::array<SQLWCHAR, 256> name{};
      SQLSMALLINT length = 0, type = 0;
      const SQLRETURN code =
          SQLDescribeColW(statement_->get(), static_cast<SQLUSMALLINT>(at), name.data(),
                          static_cast<SQLSMALLINT>(name.size()), &length, &type, nullptr, nullptr, nullptr);
      if (!fine(code)) return session_.failed(statement_->get());
      types_.push_back(type);
    }
    row_.resize(types_.size());
    shown_.resize(types_.size());
    OB_TRY(waiting_, fetch());
    done_ = !waiting_;
    return {};
  }

  Result<bool> next() override {
    if (std::exchange(waiting_, false)) return true;
    if (done_) return false;
    OB_TRY(const bool more, fetch());
    done_ = !more;
    return more;
  }
  [[nodiscard]] int columns() const override { return static_cast<int>(types_.size()); }
  [[nodiscard]] bool null(int column) const override { return std::holds_alternative<std::monostate>(cell(column)); }
  [[nodiscard]] Value value(int column) const override { return cell(column); }
  [[nodiscard]] std::int64_t integer(int column) const override {
    if (const auto* number = std::get_if<std::int64_t>(&cell(column))) return *number;
    std::int64_t number = 0;
    if (const auto* text = std::get_if<std::string>(&cell(column));
        text != nullptr && std::from_chars(text->data(), text->data() + text->size(), number).ec == std::errc())
      return number;
    return static_cast<std::int64_t>(real(column));
  }
  [[nodiscard]] double real(int column) const override {
    if (const auto* number = std::get_if<double>(&cell(column))) return *number;
    if (const auto* whole = std::get_if<std::int64_t>(&cell(column))) return static_cast<double>(*whole);
    const auto* text = std::get_if<std::string>(&cell(column));
    return text != nullptr ? std::strtod(text->c_str(), nullptr) : 0;
  }
  [[nodiscard]] std::string_view text(int column) const override {
    if (const auto* text = std::get_if<std::string>(&cell(column))) return *text;
    if (const auto* bytes = std::get_if<Bytes>(&cell(column))) return bytes->data;
    std::string& shown = shown_[static_cast<std::size_t>(column)];
    const auto* number = std::get_if<std::int64_t>(&cell(column));
    shown = number != nullptr ? std::to_string(*number) : null(column) ? "" : std::to_string(real(column));
    return shown;
  }

 private:
  [[nodiscard]] const Value& cell(int column) const { return row_[static_cast<std::size_t>(column)]; }

  Result<bool> fetch() {
    if (types_.empty()) return false;
    const SQLRETURN code = SQLFetch(statement_->get());
    if (code == SQL_NO_DATA) return false;
    if (!fine(code)) return session_.failed(statement_->get());
    for (std::size_t at = 0; at < types_.size(); ++at) {
      OB_TRY(row_[at], take(static_cast<SQLUSMALLINT>(at + 1), types_[at]));
    }
    return true;
  }

  Result<Value> take(SQLUSMALLINT column, SQLSMALLINT type) {
    switch (type) {
      case SQL_BIT:
      case SQL_TINYINT:
      case SQL_SMALLINT:
      case SQL_INTEGER:
      case SQL_BIGINT:
        return take_plain<std::int64_t>(column, SQL_C_SBIGINT);
      case SQL_REAL:
      case SQL_FLOAT:
      case SQL_DOUBLE:
        return take_plain<double>(column, SQL_C_DOUBLE);
      case SQL_BINARY:
      case SQL_VARBINARY:
      case SQL_LONGVARBINARY: {
        bool null = false;
        OB_TRY(std::string bytes, take_long(column, SQL_C_BINARY, 0, null));
        return null ? Value() : Value(Bytes{std::move(bytes)});
      }
      default:
        return take_text(column, type == SQL_NUMERIC || type == SQL_DECIMAL);
    }
  }

  template <class T>
  Result<Value> take_plain(SQLUSMALLINT column, SQLSMALLINT c_type) {
    T value{};
    SQLLEN length = 0;
    if (!fine(SQLGetData(statement_->get(), column, c_type, &value, sizeof value, &length)))
      return session_.failed(statement_->get());
    return length == SQL_NULL_DATA ? Value() : Value(value);
  }

  Result<Value> take_text(SQLUSMALLINT column, bool number) {
    bool null = false;
    OB_TRY(const std::string bytes, take_long(column, SQL_C_WCHAR, sizeof(SQLWCHAR), null));
    if (null) return Value();
    Wide units(bytes.size() / sizeof(SQLWCHAR));
    std::memcpy(units.data(), bytes.data(), units.size() * sizeof(SQLWCHAR));
    std::string text = narrow(units.data(), units.size());
    if (!number) return Value(std::move(text));
    // Sums of integers are numeric in many servers; they are integers to us.
    std::int64_t whole = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (error == std::errc() && end == text.data() + text.size()) return Value(whole);
    return Value(std::strtod(text.c_str(), nullptr));
  }

  /// All bytes of a cell, in as many pieces as the driver gives. `tail` is the size of the terminator it adds.
  Result<std::string> take_long(SQLUSMALLINT column, SQLSMALLINT c_type, std::size_t tail, bool& null) {
    std::string all;
    char piece[4096];
    for (;;) {
      SQLLEN length = 0;
      const SQLRETURN code =
          SQLGetData(statement_->get(), column, c_type, static_cast<char*>(piece), sizeof piece, &length);
      if (code == SQL_NO_DATA) return all;
      if (!fine(code)) return session_.failed(statement_->get());
      null = length == SQL_NULL_DATA;
      if (null) return all;
      const bool cut = length == SQL_NO_TOTAL || static_cast<std::size_t>(length) > sizeof piece - tail;
      all.append(static_cast<const char*>(piece), cut ? sizeof piece - tail : static_cast<std::size_t>(length));
      if (!cut) return all;
    }
  }

  OdbcSession& session_;
  std::unique_ptr<Handle> statement_;
  std::vector<SQLSMALLINT> types_;
  std::vector<Value> row_;
  mutable std::vector<std::string> shown_; ///< texts of numbers
  bool waiting_ = false, done_ = true;     ///< until begin() has found a row
};

/// A unit may not end its own transaction, whatever the driver thinks of it.
bool ends_transaction(std::string_view sql) {
  static constexpr std::string_view kWords[] = {"BEGIN", "START",     "COMMIT",  "END",    "ROLLBACK",
                                                "ABORT", "SAVEPOINT", "RELEASE", "PREPARE"};
  const std::string word = first_word(sql);
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

} // namespace

Fault OdbcSession::doomed(Fault fault) {
  if (!doom_) doom_ = fault;
  return fault;
}

Result<std::unique_ptr<Handle>> OdbcSession::run(std::string_view sql, const Params& params) {
  if (doom_) return aborted_fault();
  if (ends_transaction(sql)) return doomed(postgresql_fault("2D000", "a unit may not end its transaction"));
  auto statement = connection_.prepare(sql, params.size());
  if (!statement) return doomed(std::move(statement).fault());
  Bound bound(params);
  auto ready = bound.bind((*statement)->get());
  if (!ready) return doomed(std::move(ready).fault());
  const SQLRETURN code = *ready ? SQLExecute((*statement)->get()) : SQL_ERROR;
  if (!fine(code)) return failed((*statement)->get());
  touched_none_ = code == SQL_NO_DATA;
  SQLFreeStmt((*statement)->get(), SQL_RESET_PARAMS);
  return statement;
}

Result<std::unique_ptr<Rows>> OdbcSession::query(std::string_view sql, const Params& params) {
  OB_TRY(std::unique_ptr<Handle> statement, run(sql, params));
  auto rows = std::make_unique<OdbcRows>(*this, std::move(statement));
  // A change with RETURNING that touched no row has no result to fetch from.
  if (!touched_none_) OB_CHECK(rows->begin());
  return std::unique_ptr<Rows>(std::move(rows));
}

Result<std::int64_t> OdbcSession::execute(std::string_view sql, const Params& params) {
  OB_TRY(const std::unique_ptr<Handle> statement, run(sql, params));
  SQLLEN count = 0;
  const std::string word = first_word(sql);
  if (word == "SELECT" || word == "CREATE" || word == "ALTER" || word == "DROP") return 0;
  if (!fine(SQLRowCount(statement->get(), &count))) return failed(statement->get());
  return std::max<std::int64_t>(count, 0);
}

Result<void> OdbcSession::script(std::string_view sql) {
  if (doom_) return aborted_fault();
  for (const std::string_view statement : statements(sql)) {
    if (ends_transaction(statement)) return doomed(postgresql_fault("2D000", "a script may not end its transaction"));
    if (auto done = connection_.run(statement); !done) return doomed(std::move(done).fault());
  }
  return {};
}

Result<std::int64_t> OdbcSession::bulk_insert(std::string_view table, const std::vector<std::string>& columns,
                                              std::span<const Params> rows) {
  if (doom_) return aborted_fault();
  if (auto names = check_names(table, columns); !names) return doomed(std::move(names).fault());
  std::string sql = "INSERT INTO " + std::string(table) + " (" + joined(columns) + ") VALUES (?";
  for (std::size_t i = 1; i < columns.size(); ++i) sql += ", ?";
  auto statement = connection_.prepare(sql + ")", columns.size());
  if (!statement) return doomed(std::move(statement).fault());
  for (const Params& row : rows) {
    if (row.size() != columns.size())
      return doomed(postgresql_fault("42601", "a row's width does not fit the columns"));
    Bound bound(row);
    auto ready = bound.bind((*statement)->get());
    if (!ready) return doomed(std::move(ready).fault());
    if (!*ready || !fine(SQLExecute((*statement)->get()))) return failed((*statement)->get());
  }
  return static_cast<std::int64_t>(rows.size());
}

} // namespace onebudget::storage::odbc
