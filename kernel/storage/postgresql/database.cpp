#include "kernel/storage/postgresql/database.hpp"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <libpq-fe.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <utility>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/pool.hpp"
#include "kernel/storage/postgresql/connection.hpp"
#include "kernel/storage/postgresql/session.hpp"

namespace onebudget::storage::postgresql {
namespace {

constexpr int kMostRetries = 3;
constexpr const char* kReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr const char* kWriting = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const std::string& text, const DatabaseConfig& config, const Clock& clock)
      : clock_(clock),
        readers_("PostgreSQL", text, std::max(1, config.readers), make()),
        writers_("PostgreSQL", text, std::max(1, config.writers), make()),
        tries_(std::max(config.readers, config.writers) + 2) {}

  Result<void> open() {
    return read(Context(), [](Session& session) -> Result<void> {
      OB_TRY(const std::int64_t version, session.integer("SELECT current_setting('server_version_num')::bigint"));
      if (version < 150'000) {
        return fault(FaultKind::unavailable, "storage.version",
                     {"需要 PostgreSQL 15 或更高版本。", "PostgreSQL 15 or newer is needed."});
      }
      OB_TRY(const auto encoding, session.scalar("SELECT current_setting('server_encoding')"));
      if (encoding != Value(std::string("UTF8"))) {
        return fault(FaultKind::unavailable, "storage.encoding",
                     {"数据库编码必须为 UTF8,请以 UTF8 重建数据库。",
                      "The database must use UTF8; create it anew with that encoding."});
      }
      return {};
    });
  }

  [[nodiscard]] Dialect dialect() const override { return Dialect::postgresql; }

  [[nodiscard]] Statistics statistics() const override {
    Statistics now;
    now.units = now.commits = commits_;
    now.retries = retries_;
    return now;
  }

  Result<void> read_alone(const Context& context, const WriteFn& fn) override {
    OB_TRY(const auto lease, begin(readers_, kReading, context.deadline_ns));
    Result<void> done = call(*lease, fn, false);
    lease->rollback();
    if (!lease->idle()) lease.discard();
    return done;
  }

  Result<void> write(const Context& context, const WriteFn& fn) override {
    for (int repeat = 0;; ++repeat) {
      OB_TRY(const auto lease, begin(writers_, kWriting, context.deadline_ns));
      Result<void> done = call(*lease, fn, true);
      if (done) done = lease->commit();
      if (done) {
        ++commits_;
        return done;
      }
      const bool again = lease->may_repeat() && repeat < kMostRetries;
      lease->rollback();
      if (!lease->idle()) lease.discard();
      if (!again) return done;
      ++retries_;
    }
  }

  Result<void> backup_to(const std::string&) override {
    return fault(FaultKind::rule, "storage.backup_by_tool",
                 {"PostgreSQL 请使用 pg_dump 备份(onebudgetctl backup 会调用它)。",
                  "Back up PostgreSQL with pg_dump (onebudgetctl backup calls it)."});
  }

 private:
  using Lease = Pool<Connection>::Lease;

  Pool<Connection>::Make make() {
    return [this](Poco::Data::Session& session) { return std::make_unique<Connection>(session, epoch_); };
  }

  /// A connection inside a transaction. One that broke while idle shows itself here; nothing has run yet, so the next
  /// one is tried.
  Result<Lease> begin(Pool<Connection>& pool, const char* opening, std::int64_t deadline_ns) {
    for (int attempt = 1;; ++attempt) {
      OB_TRY(auto lease, pool.lease(clock_, deadline_ns));
      std::int64_t limit_ms = 0;
      if (deadline_ns != 0) {
        limit_ms = (deadline_ns - clock_.mono_ns()) / 1'000'000;
        if (limit_ms <= 0) return deadline_fault();
      }
      auto begun = lease->begin(opening, limit_ms);
      if (begun) return Result<Lease>(std::move(lease));
      const bool gone = lease->gone();
      lease.discard();
      if (!gone || attempt >= tries_) return std::move(begun).fault();
    }
  }

  static Result<void> call(Connection& connection, const WriteFn& fn, bool dooms) {
    PostgresSession session(connection);
    try {
      auto done = fn(session);
      if (done && dooms && session.doom()) return *session.doom();
      return done;
    } catch (const std::exception& error) {
      return exception_fault(error.what());
    } catch (...) {
      return exception_fault("not a std::exception");
    }
  }

  const Clock& clock_;
  SchemaEpoch epoch_{0};
  std::atomic<std::int64_t> commits_{0}, retries_{0};
  Pool<Connection> readers_;
  Pool<Connection> writers_;
  int tries_;
};

std::string quoted(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

} // namespace

Result<std::string> connection_text(const std::string& url) {
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &error);
  if (options == nullptr) {
    const std::string why = error != nullptr ? error : "";
    PQfreemem(error);
    return url_fault(why);
  }
  std::map<std::string, std::string> chosen{
      {"tcp_user_timeout", "30000"}, {"connect_timeout", "10"}, {"application_name", "onebudget"}};
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) chosen[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  std::string text;
  for (const auto& [keyword, value] : chosen) {
    // POCO cuts its text at spaces, whatever the quotes say.
    if (value.find_first_of(" \t\r\n") != std::string::npos) {
      return url_fault("no spaces in " + keyword + " (a password with spaces belongs into PGPASSFILE)");
    }
    if (!text.empty()) text += ' ';
    text += keyword + "=" + quoted(value);
  }
  return text;
}

Result<std::unique_ptr<Database>> open_database(const DatabaseConfig& config, const Clock& clock) {
  Poco::Data::PostgreSQL::Connector::registerConnector();
  OB_TRY(const std::string text, connection_text(config.url));
  auto database = std::make_unique<PostgresDatabase>(text, config, clock);
  OB_CHECK(database->open());
  return std::unique_ptr<Database>(std::move(database));
}

} // namespace onebudget::storage::postgresql
