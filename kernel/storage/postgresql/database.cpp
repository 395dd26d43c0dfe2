#include "kernel/storage/postgresql/database.hpp"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <utility>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/pooled.hpp"
#include "kernel/storage/postgresql/connection.hpp"
#include "kernel/storage/postgresql/session.hpp"

namespace onebudget::storage::postgresql {
namespace {

class PostgresDatabase final : public PooledDatabase<Pool<Connection>> {
 public:
  PostgresDatabase(const std::string& text, const std::string& replica, const DatabaseConfig& config,
                   const Clock& clock)
      : PooledDatabase(config, clock) {
    readers_ = pool(text, config.readers);
    writers_ = pool(text, config.writers);
    if (!replica.empty()) replica_ = pool(replica, config.readers);
  }

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

  Result<void> backup_to(const std::string&) override {
    return fault(FaultKind::rule, "storage.backup_by_tool",
                 {"PostgreSQL 请使用 pg_dump 备份(onebudgetctl backup 会调用它)。",
                  "Back up PostgreSQL with pg_dump (onebudgetctl backup calls it)."});
  }

 private:
  std::unique_ptr<Pool<Connection>> pool(const std::string& text, int size) {
    return std::make_unique<Pool<Connection>>("PostgreSQL", text, std::max(1, size), [this](Poco::Data::Session& made) {
      return std::make_unique<Connection>(made, epoch_);
    });
  }

  SchemaEpoch epoch_{0};
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
  std::string replica;
  if (!config.replica_url.empty()) {
    OB_TRY(replica, connection_text(config.replica_url));
  }
  auto database = std::make_unique<PostgresDatabase>(text, replica, config, clock);
  OB_CHECK(database->open());
  return std::unique_ptr<Database>(std::move(database));
}

} // namespace onebudget::storage::postgresql
