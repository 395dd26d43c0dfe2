#include "kernel/storage/backup.hpp"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "kernel/storage/backup/files.hpp"
#include "kernel/storage/faults.hpp"
#include "sdk/text/json_door.hpp"

namespace onebudget::storage {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr const char* kManifest = "manifest.json";
constexpr std::size_t kLongestManifest = std::size_t{64} * 1024;

bool is_sqlite(const std::string& url) { return url.starts_with("sqlite:"); }
std::string data_file(Dialect dialect) { return dialect == Dialect::sqlite ? "data.db" : "data.dump"; }
std::string path_in(const std::string& directory, const std::string& name) {
  return (fs::path(directory) / name).string();
}

/// "key='value' …" without the password, which goes into the environment: arguments are visible to everybody.
struct ToolConnection {
  std::string text;
  std::vector<std::string> environment;
};

Result<ToolConnection> tool_connection(const std::string& url) {
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &error);
  if (options == nullptr) {
    const std::string detail = error != nullptr ? error : "";
    PQfreemem(error);
    return url_fault(detail);
  }
  ToolConnection found;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (std::string_view(option->keyword) == "password") {
      found.environment.push_back(std::string("PGPASSWORD=") + option->val);
      continue;
    }
    std::string quoted;
    for (const char* c = option->val; *c != '\0'; ++c) {
      if (*c == '\'' || *c == '\\') quoted += '\\';
      quoted += *c;
    }
    found.text += std::string(option->keyword) + "='" + quoted + "' ";
  }
  PQconninfoFree(options);
  return found;
}

Result<void> dump(const std::string& url, const std::string& file) {
  if (is_sqlite(url)) {
    const std::string source = url.substr(7);
    if (!fs::exists(source)) return absent_fault(source);
    DatabaseConfig config;
    config.url = url;
    config.readers = 1;
    OB_TRY(const auto database, Database::open(config));
    OB_CHECK(database->backup_to(file));
  } else {
    OB_TRY(const ToolConnection connection, tool_connection(url));
    OB_CHECK(run_tool({"pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file=" + file,
                       "--dbname=" + connection.text},
                      connection.environment));
    ::chmod(file.c_str(), 0600);
  }
  return flush(file);
}

Result<void> write_manifest(const std::string& directory, const BackupReport& report) {
  const Json manifest = {{"format", kFormat},
                         {"database", report.dialect == Dialect::sqlite ? "sqlite" : "postgresql"},
                         {"file", data_file(report.dialect)},
                         {"bytes", report.bytes},
                         {"sm3", report.sm3},
                         {"created_ms", report.created_ms}};
  OB_CHECK(write_new(path_in(directory, kManifest), manifest.dump(2) + "\n"));
  return flush(directory);
}

Result<BackupReport> read_manifest(const std::string& directory) {
  OB_TRY(const std::string text, read_small(path_in(directory, kManifest), kLongestManifest));
  const auto parsed = parse_json(text);
  if (!parsed || !parsed->is_object()) return damaged_fault(kManifest);
  const Json& manifest = *parsed;
  const auto is = [&manifest](const char* name, bool number) {
    return manifest.contains(name) && (number ? manifest[name].is_number_integer() : manifest[name].is_string());
  };
  if (!is("format", true) || !is("database", false) || !is("bytes", true) || !is("sm3", false) ||
      !is("created_ms", true) || manifest["format"] != kFormat) {
    return damaged_fault(kManifest);
  }
  BackupReport report;
  const std::string database = manifest["database"];
  if (database != "sqlite" && database != "postgresql") return damaged_fault(kManifest);
  report.dialect = database == "sqlite" ? Dialect::sqlite : Dialect::postgresql;
  report.file = path_in(directory, data_file(report.dialect));
  report.bytes = manifest["bytes"];
  report.sm3 = manifest["sm3"];
  report.created_ms = manifest["created_ms"];
  return report;
}

/// First row of a pragma, or "ok" when it has none.
std::string ask(sqlite3* db, const char* pragma) {
  sqlite3_stmt* statement = nullptr;
  std::string answer = "ok";
  if (sqlite3_prepare_v2(db, pragma, -1, &statement, nullptr) != SQLITE_OK) return sqlite3_errmsg(db);
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    const unsigned char* text = sqlite3_column_text(statement, 0);
    answer = text != nullptr ? reinterpret_cast<const char*>(text) : "NULL";
  } else if (code != SQLITE_DONE) {
    answer = sqlite3_errmsg(db);
  }
  sqlite3_finalize(statement);
  return answer;
}

Result<void> check_sqlite(const std::string& file) {
  // Immutable: no journal beside it is looked at, and none is made.
  std::string uri = "file:";
  for (const char c : fs::absolute(file).string())
    uri += c == '?' ? "%3f" : (c == '#' ? "%23" : (c == '%' ? "%25" : std::string(1, c)));
  sqlite3* db = nullptr;
  const int code =
      sqlite3_open_v2((uri + "?immutable=1").c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  std::string found = code == SQLITE_OK ? ask(db, "PRAGMA integrity_check(1)") : "cannot be opened";
  if (found == "ok") {
    const std::string references = ask(db, "PRAGMA foreign_key_check");
    if (references != "ok") found = "broken reference in " + references;
  }
  sqlite3_close(db);
  if (found != "ok") return damaged_fault(file + ": " + found);
  return {};
}

Result<void> check_target(const std::string& url) {
  if (is_sqlite(url)) {
    const std::string file = url.substr(7);
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      if (fs::exists(file + suffix)) return exists_fault(file + suffix);
    }
    return {};
  }
  DatabaseConfig config;
  config.url = url;
  config.readers = config.writers = 1;
  OB_TRY(const auto database, Database::open(config));
  return database->read(Context(), [](Session& session) -> Result<void> {
    OB_TRY(const auto tables,
           session.integer("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                           " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname NOT LIKE 'pg\\_%'"
                           " AND n.nspname <> 'information_schema'"));
    if (tables > 0) return exists_fault("database with tables");
    return {};
  });
}

Result<BackupReport> backup_into(const std::string& url, const std::string& directory, std::int64_t now_ms) {
  BackupReport report;
  report.dialect = is_sqlite(url) ? Dialect::sqlite : Dialect::postgresql;
  report.file = path_in(directory, data_file(report.dialect));
  report.created_ms = now_ms;
  OB_CHECK(dump(url, report.file));
  OB_TRY(std::string digest, file_digest(report.file, report.bytes));
  report.sm3 = std::move(digest);
  OB_CHECK(write_manifest(directory, report));
  return verify_backup(directory);
}

} // namespace

Result<BackupReport> backup(const std::string& url, const std::string& directory, std::int64_t now_ms) {
  std::error_code error;
  if (fs::exists(directory, error) && !fs::is_empty(directory, error)) return exists_fault(directory);
  fs::create_directories(directory, error);
  if (error) return file_fault(directory + ": " + error.message());
  fs::permissions(directory, fs::perms::owner_all, error);
  auto done = backup_into(url, directory, now_ms);
  if (!done) {
    // The directory was empty: these two files are this backup's own.
    for (const std::string& name :
         {std::string(kManifest), data_file(is_sqlite(url) ? Dialect::sqlite : Dialect::postgresql)}) {
      fs::remove(path_in(directory, name), error);
    }
  }
  return done;
}

Result<BackupReport> describe_backup(const std::string& directory) { return read_manifest(directory); }

Result<BackupReport> verify_backup(const std::string& directory) {
  OB_TRY(BackupReport report, read_manifest(directory));
  std::int64_t bytes = 0;
  OB_TRY(const std::string digest, file_digest(report.file, bytes));
  if (bytes != report.bytes) return damaged_fault(report.file + ": size");
  if (digest != report.sm3) return damaged_fault(report.file + ": SM3");
  if (report.dialect == Dialect::sqlite) {
    OB_CHECK(check_sqlite(report.file));
  } else {
    OB_CHECK(run_tool({"pg_restore", "--list", report.file}, {}));
  }
  return report;
}

Result<BackupReport> restore_backup(const std::string& directory, const std::string& url) {
  OB_TRY(BackupReport report, verify_backup(directory));
  if ((report.dialect == Dialect::sqlite) != is_sqlite(url))
    return url_fault("the backup is of another kind of database");
  OB_CHECK(check_target(url));
  if (report.dialect == Dialect::sqlite) {
    OB_CHECK(copy_new(report.file, url.substr(7)));
  } else {
    OB_TRY(const ToolConnection connection, tool_connection(url));
    OB_CHECK(run_tool({"pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
                       "--dbname=" + connection.text, report.file},
                      connection.environment));
  }
  return report;
}

} // namespace onebudget::storage
