#pragma once
// One ODBC connection, and the handles of the driver manager. Text travels as UTF-16, which every driver takes alike
// whatever the locale. Inside storage only. Not thread-safe.

#include <sql.h>
#include <sqlext.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/storage/odbc/dialect.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::storage::odbc {

/// A handle of the driver manager; freed when it goes.
class Handle {
 public:
  Handle(SQLSMALLINT kind, SQLHANDLE parent) : kind_(kind) {
    if (SQLAllocHandle(kind, parent, &handle_) == SQL_ERROR) handle_ = nullptr;
  }
  ~Handle() {
    if (handle_ != nullptr) SQLFreeHandle(kind_, handle_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  [[nodiscard]] SQLHANDLE get() const { return handle_; }

 private:
  SQLSMALLINT kind_;
  SQLHANDLE handle_ = nullptr;
};

/// UTF-16 in the units of the driver manager.
using Wide = std::vector<SQLWCHAR>;
Wide wide(std::string_view utf8);
std::string narrow(const SQLWCHAR* text, std::size_t units);

class OdbcSession;

class Connection {
 public:
  using SessionType = OdbcSession;
  /// `text` is an ODBC connection string.
  static Result<std::unique_ptr<Connection>> open(SQLHANDLE environment, const std::string& text);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<void> begin(bool writing, std::int64_t limit_ms);
  Result<void> commit();
  void rollback();
  [[nodiscard]] bool gone() const;
  [[nodiscard]] bool idle() const { return !spoiled_; }
  [[nodiscard]] bool may_repeat() const { return odbc::may_repeat(server_, state_, native_); }

  /// A statement handle with the text prepared, in the words of the server; fits `count` parameters.
  Result<std::unique_ptr<Handle>> prepare(std::string_view sql, std::size_t count);
  /// Runs one statement without parameters.
  Result<void> run(std::string_view sql);
  /// The fault that the driver noted at a handle.
  Fault fault_of(SQLSMALLINT kind, SQLHANDLE handle);

 private:
  explicit Connection(SQLHANDLE environment) : dbc_(SQL_HANDLE_DBC, environment) {}

  Handle dbc_;
  Server server_ = Server::postgresql;
  std::string state_;
  int native_ = 0;
  bool open_ = false, spoiled_ = false;
};

} // namespace onebudget::storage::odbc
