#include "kernel/storage/odbc/connection.hpp"

#include <Poco/UTFString.h>
#include <Poco/UnicodeConverter.h>

#include <algorithm>
#include <utility>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/text/sql_text.hpp"

namespace onebudget::storage::odbc {
namespace {

constexpr std::size_t kLongestMessage = 1'024;
constexpr std::intptr_t kLoginSeconds = 10;

SQLPOINTER number(std::intptr_t value) {
  return reinterpret_cast<SQLPOINTER>(value); // NOLINT(performance-no-int-to-ptr): ODBC passes numbers so
}

bool fine(SQLRETURN code) { return SQL_SUCCEEDED(code) || code == SQL_NO_DATA; }

} // namespace

Wide wide(std::string_view utf8) {
  Poco::UTF16String text;
  if (utf8.empty()) return {};
  Poco::UnicodeConverter::convert(utf8.data(), utf8.size(), text);
  return {text.begin(), text.end()};
}

std::string narrow(const SQLWCHAR* text, std::size_t units) {
  std::string out;
  if (units == 0) return out;
  Poco::UnicodeConverter::convert(reinterpret_cast<const Poco::UTF16Char*>(text), units, out);
  return out;
}

Result<std::unique_ptr<Connection>> Connection::open(SQLHANDLE environment, const std::string& text) {
  std::unique_ptr<Connection> made(new Connection(environment));
  SQLHDBC dbc = made->dbc_.get();
  if (dbc == nullptr) return connection_fault("no ODBC handle");
  SQLSetConnectAttr(dbc, SQL_ATTR_LOGIN_TIMEOUT, number(kLoginSeconds), 0);
  Wide wanted = wide(text);
  if (!fine(SQLDriverConnectW(dbc, nullptr, wanted.data(), static_cast<SQLSMALLINT>(wanted.size()), nullptr, 0, nullptr,
                              SQL_DRIVER_NOPROMPT))) {
    const Fault why = made->fault_of(SQL_HANDLE_DBC, dbc);
    return connection_fault(why.message.en);
  }
  made->open_ = true;
  SQLWCHAR name[128] = {};
  SQLSMALLINT bytes = 0;
  SQLGetInfoW(dbc, SQL_DBMS_NAME, static_cast<SQLWCHAR*>(name), sizeof name, &bytes);
  OB_TRY(made->server_,
         server_of(narrow(static_cast<const SQLWCHAR*>(name), static_cast<std::size_t>(bytes) / sizeof(SQLWCHAR))));
  if (!fine(SQLSetConnectAttr(dbc, SQL_ATTR_AUTOCOMMIT, number(SQL_AUTOCOMMIT_OFF), 0)))
    return made->fault_of(SQL_HANDLE_DBC, dbc);
  return made;
}

Connection::~Connection() {
  if (!open_) return;
  SQLEndTran(SQL_HANDLE_DBC, dbc_.get(), SQL_ROLLBACK);
  SQLDisconnect(dbc_.get());
}

bool Connection::gone() const {
  SQLUINTEGER dead = SQL_CD_FALSE;
  SQLGetConnectAttr(dbc_.get(), SQL_ATTR_CONNECTION_DEAD, &dead, 0, nullptr);
  return dead == SQL_CD_TRUE || state_.starts_with("08") || state_.starts_with("57P");
}

Fault Connection::fault_of(SQLSMALLINT kind, SQLHANDLE handle) {
  SQLWCHAR state[6] = {}, message[kLongestMessage] = {};
  SQLINTEGER native = 0;
  SQLSMALLINT units = 0;
  SQLGetDiagRecW(kind, handle, 1, static_cast<SQLWCHAR*>(state), &native, static_cast<SQLWCHAR*>(message),
                 kLongestMessage, &units);
  state_ = narrow(static_cast<const SQLWCHAR*>(state), 5);
  native_ = native;
  const auto length =
      std::min<std::size_t>(static_cast<std::size_t>(std::max<SQLSMALLINT>(units, 0)), kLongestMessage - 1);
  const std::string detail = narrow(static_cast<const SQLWCHAR*>(message), length);
  if (gone()) {
    spoiled_ = true;
    return postgresql_fault("", detail);
  }
  return server_fault(server_, state_, native, detail);
}

Result<std::unique_ptr<Handle>> Connection::prepare(std::string_view sql, std::size_t count) {
  if (statements(sql).size() != 1) return postgresql_fault("42601", "exactly one statement is run at a time");
  OB_TRY(const std::string text, spoken(server_, sql));
  auto statement = std::make_unique<Handle>(SQL_HANDLE_STMT, dbc_.get());
  if (statement->get() == nullptr) return fault_of(SQL_HANDLE_DBC, dbc_.get());
  Wide words = wide(text);
  SQLSMALLINT expected = 0;
  if (!fine(SQLPrepareW(statement->get(), words.data(), static_cast<SQLINTEGER>(words.size()))) ||
      !fine(SQLNumParams(statement->get(), &expected))) {
    return fault_of(SQL_HANDLE_STMT, statement->get());
  }
  if (static_cast<std::size_t>(expected) != count)
    return postgresql_fault("42601", "the number of parameters does not fit the statement");
  return statement;
}

Result<void> Connection::run(std::string_view sql) {
  OB_TRY(const std::string text, spoken(server_, sql));
  const Handle statement(SQL_HANDLE_STMT, dbc_.get());
  Wide words = wide(text);
  if (!fine(SQLExecDirectW(statement.get(), words.data(), static_cast<SQLINTEGER>(words.size()))))
    return fault_of(SQL_HANDLE_STMT, statement.get());
  return {};
}

Result<void> Connection::begin(bool writing, std::int64_t limit_ms) {
  state_.clear();
  native_ = 0;
  for (const std::string& sql : opening(server_, writing, limit_ms)) OB_CHECK(run(sql));
  return {};
}

Result<void> Connection::commit() {
  if (fine(SQLEndTran(SQL_HANDLE_DBC, dbc_.get(), SQL_COMMIT))) return {};
  const Fault why = fault_of(SQL_HANDLE_DBC, dbc_.get());
  return gone() ? unknown_outcome_fault() : why;
}

void Connection::rollback() {
  if (!fine(SQLEndTran(SQL_HANDLE_DBC, dbc_.get(), SQL_ROLLBACK))) spoiled_ = true;
}

} // namespace onebudget::storage::odbc
