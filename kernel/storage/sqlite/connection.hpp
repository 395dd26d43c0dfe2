#pragma once
// One SQLite connection with its prepared statements. Inside storage only. Not thread-safe.

#include <Poco/Data/Session.h>
#include <sqlite3.h>

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kernel/base/clock.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::storage::sqlite {

/// A statement on loan from its connection; resets it and gives it back when it goes.
class Connection;
class Loan {
 public:
  Loan(Connection* connection, sqlite3_stmt* statement, bool kept)
      : connection_(connection), statement_(statement), kept_(kept) {}
  Loan(Loan&& other) noexcept;
  Loan& operator=(Loan&&) = delete;
  ~Loan();
  [[nodiscard]] sqlite3_stmt* get() const { return statement_; }

 private:
  Connection* connection_;
  sqlite3_stmt* statement_;
  bool kept_; ///< in the connection's cache; otherwise finalised by the loan
};

class Connection {
 public:
  /// Sets the pragmas of a reader or of the writer. Throws Poco::Data exceptions (caught by the pool).
  Connection(Poco::Data::Session& session, const Clock& clock, bool writer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  static void* native(Poco::Data::Session& session);

  /// Prepared once and kept (at most kKept, least recently used go first). A statement that is on loan already is
  /// prepared a second time.
  Result<Loan> prepare(std::string_view sql);
  /// Runs a statement that this room wrote itself.
  Result<void> run(std::string_view sql);
  Result<void> script(std::string_view sql);

  /// Statements past this monotonic time are interrupted; 0 = never.
  void set_deadline(std::int64_t deadline_ns) { deadline_ns_ = deadline_ns; }
  /// While a unit's own statements run, it may neither end the transaction nor attach files nor change pragmas.
  void set_guest(bool guest) { guest_ = guest; }
  [[nodiscard]] bool guest() const { return guest_; }
  [[nodiscard]] bool late() const { return deadline_ns_ != 0 && clock_.mono_ns() >= deadline_ns_; }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  [[nodiscard]] sqlite3* db() const { return db_; }
  /// The fault of the last call, for its result code.
  [[nodiscard]] Fault fault_of(int code) const;
  void unpin(sqlite3_stmt* statement);

  /// What a question was answered when the file was at `version`.
  struct Answered {
    std::string sql;
    unsigned version = 0;
    std::int64_t value = 0;
  };
  Answered answered;

 private:
  struct Kept {
    std::string sql;
    sqlite3_stmt* statement = nullptr;
    bool on_loan = false;
  };
  void shrink();

  static constexpr std::size_t kKept = 256;
  sqlite3* db_;
  const Clock& clock_;
  std::int64_t deadline_ns_ = 0;
  bool guest_ = false;
  std::list<Kept> kept_; ///< most recently used first
  std::unordered_map<std::string_view, std::list<Kept>::iterator> by_sql_;
  std::unordered_map<sqlite3_stmt*, std::list<Kept>::iterator> by_statement_;
};

} // namespace onebudget::storage::sqlite
