#include "kernel/storage/sqlite/database.hpp"

#include <Poco/Data/SQLite/Connector.h>
#include <sys/stat.h>

#include <exception>
#include <filesystem>
#include <utility>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/sqlite/session.hpp"

namespace onebudget::storage::sqlite {
namespace {

class Read final : public Database::OpenRead {
 public:
  explicit Read(Pool<Connection>::Lease lease) : lease_(std::move(lease)), session_(*lease_, false) {
    lease_->set_guest(true);
  }
  ~Read() override {
    lease_->set_guest(false);
    lease_->set_deadline(0);
    if (lease_->in_transaction() && !lease_->run("ROLLBACK")) lease_.discard();
  }
  Read(const Read&) = delete;
  Read& operator=(const Read&) = delete;
  [[nodiscard]] Session& session() override { return session_; }

 private:
  Pool<Connection>::Lease lease_;
  SqliteSession session_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::string& file, int readers, const Clock& clock)
      : file_(file),
        clock_(clock),
        writer_(file, clock),
        readers_("SQLite", file, readers, [&clock](Poco::Data::Session& session) {
          return std::make_unique<Connection>(session, clock, false);
        }) {}

  Result<void> open() { return writer_.open(); }
  [[nodiscard]] Dialect dialect() const override { return Dialect::sqlite; }
  [[nodiscard]] Statistics statistics() const override { return writer_.statistics(); }

  Result<std::unique_ptr<OpenRead>> open_read(const Context& context) override {
    OB_TRY(auto lease, readers_.lease(clock_, context.deadline_ns));
    lease->set_deadline(context.deadline_ns);
    if (lease->late()) return deadline_fault();
    OB_CHECK(lease->run("BEGIN"));
    return std::unique_ptr<OpenRead>(std::make_unique<Read>(std::move(lease)));
  }

  Result<void> write_alone(const Context& context, const WriteFn& fn) override { return writer_.write(context, fn); }

  Result<void> backup_to(const std::string& file) override {
    if (std::filesystem::exists(file)) {
      return fault(FaultKind::conflict, "storage.exists",
                   {"目标文件已存在,不会覆盖:" + file, "The target file exists and is not overwritten: " + file});
    }
    OB_TRY(const auto lease, readers_.lease(clock_, 0));
    sqlite3* target = nullptr;
    int code = sqlite3_open_v2(file.c_str(), &target,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE, nullptr);
    if (code == SQLITE_OK) code = copy(lease->db(), target);
    Result<void> done;
    if (code != SQLITE_OK) done = sqlite_fault(code, target != nullptr ? sqlite3_errmsg(target) : "out of memory");
    sqlite3_close(target);
    if (!done) {
      std::error_code ignored; // what was copied is no backup; that it may stay behind does not change the answer
      std::filesystem::remove(file, ignored);
      return done;
    }
    ::chmod(file.c_str(), 0600);
    return done;
  }

 private:
  /// All pages in one step: the reader's snapshot stays one, and writers go on beside it in the write-ahead log.
  static int copy(sqlite3* source, sqlite3* target) {
    sqlite3_backup* backup = sqlite3_backup_init(target, "main", source, "main");
    if (backup == nullptr) return sqlite3_errcode(target);
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE && stepped != SQLITE_OK) return stepped;
    return finished;
  }

  std::string file_;
  const Clock& clock_;
  Writer writer_;
  Pool<Connection> readers_;
};

} // namespace

Result<std::unique_ptr<Database>> open_database(const std::string& file, const DatabaseConfig& config,
                                                const Clock& clock) {
  // A connection is used by one thread at a time, so SQLite need not lock it for every cell that is read. Refused,
  // without harm, when something in the process has used SQLite before.
  static const int kUnlocked = sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
  (void)kUnlocked;
  // POCO tries for a minute to open what cannot be opened, so ask first.
  sqlite3* probe = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &probe, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  sqlite3_close(probe);
  if (code != SQLITE_OK) return connection_fault(file + ": " + sqlite3_errstr(code));
  Poco::Data::SQLite::Connector::registerConnector();
  auto database = std::make_unique<SqliteDatabase>(file, std::max(1, config.readers), clock);
  OB_CHECK(database->open());
  return std::unique_ptr<Database>(std::move(database));
}

} // namespace onebudget::storage::sqlite
