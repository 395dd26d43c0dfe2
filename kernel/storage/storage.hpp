#pragma once
// storage: the only room that talks to a database. SQLite (embedded default), PostgreSQL 15 and ODBC behind one face.
// SQL given here uses `?` for parameters on both; portable column types are written as ${id} ${text} ${blob} ${json}
// ${real} in DDL and replaced per dialect (see ddl()). Nothing here knows what the rows mean.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/base/context.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::storage {

/// What rooms above may have to tell apart. A database behind ODBC is spoken to as PostgreSQL.
enum class Dialect { sqlite, postgresql };

struct Bytes {
  std::string data;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

/// A parameter or a cell: NULL, integer (also bool, money in fen, time in UTC ms), real, UTF-8 text, bytes.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Bytes>;
using Params = std::vector<Value>;

/// One parameter for CAST(? AS bigint[]) or text[] on PostgreSQL: the array of these. NULL stays NULL.
Value array_of(const Params& items);

/// A forward-only cursor straight on the driver's rows. Views stay valid until the next call of next().
/// Not thread-safe; must be gone before its Session is used for another statement that it would disturb.
class Rows {
 public:
  virtual ~Rows() = default;
  /// Moves to the next row; false at the end. A broken connection or a deadline is a fault.
  virtual Result<bool> next() = 0;
  [[nodiscard]] virtual int columns() const = 0;
  [[nodiscard]] virtual bool null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0; ///< 0 for NULL
  [[nodiscard]] virtual double real(int column) const = 0;
  [[nodiscard]] virtual std::string_view text(int column) const = 0; ///< also bytes of a blob; empty for NULL
  [[nodiscard]] virtual Value value(int column) const = 0;
};

/// One connection inside one transaction (or snapshot). Statements are prepared once and kept. Not thread-safe.
/// After a statement of a write() failed, the rest of the unit is refused ("storage.aborted") on both databases, and
/// the unit cannot commit: what must be tried is written as ON CONFLICT. Integers travel as 64 bits; text holds no NUL.
class Session {
 public:
  virtual ~Session() = default;
  [[nodiscard]] virtual Dialect dialect() const = 0;
  /// Runs a statement that answers rows (also INSERT … RETURNING). The statement has run, and its first row is there,
  /// when this answers; another statement may run beside an open Rows (PostgreSQL then buffers what is left of it).
  virtual Result<std::unique_ptr<Rows>> query(std::string_view sql, const Params& params = {}) = 0;
  /// Runs a statement that changes rows; answers how many. A broken unique constraint is FaultKind::conflict with
  /// code "storage.unique"; a broken foreign key or check is FaultKind::conflict "storage.constraint".
  virtual Result<std::int64_t> execute(std::string_view sql, const Params& params = {}) = 0;
  /// Runs a statement that changes rows, of which nobody needs to know how many. PostgreSQL sends it with the next one
  /// that is waited for, or with COMMIT; its fault is then that one's.
  virtual Result<void> send(std::string_view sql, const Params& params = {});
  /// Asks for a number with the next statement, of the same snapshot; asked() is the answer. `sql` is a bare literal.
  virtual Result<void> ask(std::string_view sql);
  /// Waits for it where no statement followed.
  virtual Result<std::int64_t> asked() { return asked_; }
  /// Runs several statements without parameters (DDL).
  virtual Result<void> script(std::string_view sql) = 0;
  /// Inserts many rows into one table by the driver's fastest way (prepared step loop, COPY); a few as send() does.
  virtual Result<std::int64_t> bulk_insert(std::string_view table, const std::vector<std::string>& columns,
                                           std::span<const Params> rows) = 0;

  /// On a snapshot that reads share (Database::together): its first question, once a room above took the answer; else
  /// null.
  std::optional<std::int64_t>* kept = nullptr;

  /// First row's first cell, or nothing.
  Result<std::optional<Value>> scalar(std::string_view sql, const Params& params = {});
  /// scalar() as an integer; 0 for no row and for NULL.
  Result<std::int64_t> integer(std::string_view sql, const Params& params = {});

 protected:
  std::int64_t asked_ = 0;
};

struct DatabaseConfig {
  /// "sqlite:/path/file.db", "postgresql://user@host:port/dbname" (libpq URI) or "odbc:" and an ODBC connection string
  /// ("odbc:DSN=name"); what a data source speaks is asked of it.
  std::string url;
  std::string replica_url;      ///< PostgreSQL: a standby for read_stale(), or empty
  int readers = 4;              ///< connections for reading
  int writers = 4;              ///< PostgreSQL: connections for writing; SQLite always has one writer thread
  const Clock* clock = nullptr; ///< against which deadlines run; must outlive the database; none = the system's
};

/// Counts since the database was opened, for metrics and health.
struct Statistics {
  std::int64_t units = 0;         ///< write() calls that were committed
  std::int64_t commits = 0;       ///< transactions committed for them; fewer than units where commits were grouped
  std::int64_t retries = 0;       ///< write() runs repeated after a serialization failure or a lost group
  std::int64_t queued = 0;        ///< SQLite: units that wait for the writer now
  std::int64_t replica_reads = 0; ///< read_stale() calls that the replica answered
  bool broken = false;            ///< SQLite: a flush to disk failed; writing is refused until the process starts anew
};

using WriteFn = std::function<Result<void>(Session&)>;

/// A database. Thread-safe.
class Database {
 public:
  virtual ~Database() = default;
  /// Opens (SQLite: creates) the database. SQLite runs in WAL with synchronous=FULL, foreign keys on.
  static Result<std::unique_ptr<Database>> open(const DatabaseConfig& config);

  [[nodiscard]] virtual Dialect dialect() const = 0;
  /// Runs `fn` on one consistent snapshot, read only. `fn` runs on the calling thread.
  Result<void> read(const Context& context, const WriteFn& fn);
  /// Runs `fn`, and every read() that it makes of this database on this thread sees one and the same snapshot, opened
  /// by the first of them. A write() of this thread ends it, so that later reads see what was written. A connection is
  /// held from the first read until then. `first` is asked of each such snapshot, with its first statement.
  void together(const std::function<void()>& fn, const char* first = nullptr);
  /// As read(), for what may be some seconds old: on the replica where there is one and it answers, else here. `fn` may
  /// run twice. Never for anything that decides what a caller may see or do.
  virtual Result<void> read_stale(const Context& context, const WriteFn& fn) { return read(context, fn); }
  /// Runs `fn` in one transaction and commits; when it answers ok, the change is durable. If `fn` answers a fault,
  /// nothing of it remains. `fn` may run on another thread (SQLite's writer groups several commits) and may be run
  /// again after a serialization failure, so it has no side effects besides the session. Never call read() or
  /// write() from inside `fn`.
  Result<void> write(const Context& context, const WriteFn& fn);
  [[nodiscard]] virtual Statistics statistics() const = 0;
  /// Copies the whole database to `file` while serving (SQLite online backup); PostgreSQL answers `unsupported` and
  /// names pg_dump.
  virtual Result<void> backup_to(const std::string& file) = 0;

  /// A snapshot as long as it lives.
  class OpenRead {
   public:
    virtual ~OpenRead() = default;
    [[nodiscard]] virtual Session& session() = 0;
  };

 protected:
  /// `fn` on a session; what it throws is a fault.
  static Result<void> guarded(const WriteFn& fn, Session& session);

 private:
  virtual Result<std::unique_ptr<OpenRead>> open_read(const Context& context) = 0;
  virtual Result<void> write_alone(const Context& context, const WriteFn& fn) = 0;
};

/// Reserves 63-bit ids in blocks, so that several nodes on one database never collide. Thread-safe.
class IdBlocks {
 public:
  explicit IdBlocks(Database& database, std::int64_t block = 1024);
  ~IdBlocks();
  IdBlocks(const IdBlocks&) = delete;
  IdBlocks& operator=(const IdBlocks&) = delete;
  /// A new id. Must not be called inside a write() of the same database (it may need its own transaction).
  Result<std::int64_t> next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One step of a schema's history. `owner` is "kernel.identity" or "plugin.standards"; numbers are per owner, from 1.
/// What is too long for one transaction goes behind a line "-- batch": one statement that changes at most some thousand
/// rows that still need it, run again until it changes none, each time in a transaction of its own; and behind a line
/// "-- remaining" a SELECT that counts the rows it has yet to change. One that was killed goes on where it was.
struct Migration {
  std::string owner;
  int number = 0;
  std::string name; ///< "accounts", from the file name 0001-accounts.sql
  std::string sql;  ///< portable text with ${…} types, or the text of this dialect
};

/// Replaces ${id} (63-bit integer), ${text} (code-point collation), ${blob}, ${json} (kept byte for byte), ${real},
/// ${autoid} (auto-numbered primary key) by the dialect's types; anything else in ${…} stays and fails as SQL.
/// ${xid} declares a column that PostgreSQL fills with the number of the writing transaction (unused on SQLite, where
/// commits have one order); settled() tells which rows are behind every open transaction.
std::string ddl(Dialect dialect, std::string_view text);

/// A condition on a ${xid} column: true for rows of transactions that are older than every open one, so that no row can
/// still appear before them. Always true on SQLite. Open transactions of other databases of the server count too.
std::string settled(Dialect dialect, std::string_view column);

/// How far a migration in batches is.
struct MigrationProgress {
  std::string shown;          ///< "kernel.identity/2-more"
  std::int64_t done = 0;      ///< rows changed, also before a restart
  std::int64_t remaining = 0; ///< rows still to change when it was last counted; -1 = it has no "-- remaining"
  std::int64_t left_ms = -1;  ///< estimate from the pace of this run; -1 = not known yet
};

/// Applies migrations in a given order across owners, once each, recorded with the SHA-256 of their text.
class Migrations {
 public:
  explicit Migrations(Database& database) : database_(database) {}
  /// Those of `wanted` that have not run, in order. A recorded one whose text changed is a fault that names it.
  Result<std::vector<Migration>> pending(const std::vector<Migration>& wanted);
  /// Runs the pending ones, each in its own transaction (batches: transactions) with its record. Stops at the first
  /// fault. On PostgreSQL a step waits at most some seconds for a table that others use, then lets those who came after
  /// it pass, and tries again. `told` is called after each batch; a fault of it stops there, to be resumed.
  using Told = std::function<Result<void>(const MigrationProgress&)>;
  Result<int> apply(const Context& context, const std::vector<Migration>& wanted, const Told& told = {});

 private:
  Database& database_;
};

} // namespace onebudget::storage
