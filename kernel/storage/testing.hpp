#pragma once
// Test support for every room above: the same tests on every kind of database. Needs GoogleTest; for tests only.
//
//   class LogTest : public storage::DatabaseTest {};
//   TEST_P(LogTest, keeps_what_was_written) { … database() … }
//   OB_ON_EVERY_DATABASE(LogTest);
//
// SQLite always runs; PostgreSQL when OB_TEST_PG holds a libpq URI (otherwise those tests are skipped, visibly), and by
// ODBC instead of libpq when OB_TEST_ODBC holds the driver's part of a connection string. Each
// test has an empty database of its own: a temporary file, or a schema of its own that is dropped afterwards.
// Other tests may hold transactions open on the same PostgreSQL server, so what waits for settled() rows (sealing,
// dispatching) must be called until it is done, not once: see until().

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kernel/storage/storage.hpp"

namespace onebudget::storage {

/// A fresh, empty database; gone when the object is.
class TestDatabase {
 public:
  /// Every kind that there are tests for.
  static std::vector<Dialect> all() { return {Dialect::sqlite, Dialect::postgresql}; }
  static bool available(Dialect dialect) { return dialect == Dialect::sqlite || server() != nullptr; }

  /// `clock` as in DatabaseConfig. Aborts the process with the reason when the database cannot be made.
  explicit TestDatabase(Dialect dialect, const Clock* clock = nullptr) : dialect_(dialect), clock_(clock) {
    static std::atomic<int> made{0};
    name_ = "ob_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    if (dialect == Dialect::sqlite) {
      directory_ = std::filesystem::temp_directory_path() / name_;
      std::filesystem::remove_all(directory_);
      std::filesystem::create_directories(directory_);
      url_ = "sqlite:" + (directory_ / "test.db").string();
    } else {
      administer("CREATE SCHEMA " + name_);
      const std::string base = server();
      url_ = by_odbc() ? odbc(base, "")
                       : base + (base.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + name_;
    }
    database_ = open_again();
  }
  ~TestDatabase() {
    database_.reset();
    if (dialect_ == Dialect::sqlite) {
      std::error_code ignored; // a temporary directory that stays behind fails no test
      std::filesystem::remove_all(directory_, ignored);
    } else {
      administer("DROP SCHEMA IF EXISTS " + name_ + " CASCADE");
    }
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  [[nodiscard]] const std::string& url() const { return url_; }
  static bool by_odbc() { return std::getenv("OB_TEST_ODBC") != nullptr; }
  /// PostgreSQL: the address with a name by which the server knows its connections.
  [[nodiscard]] std::string named(const std::string& name) const {
    return by_odbc() ? odbc(server(), " application_name=" + name) : url_ + "&application_name=" + name;
  }
  /// A second handle on the same data, as another node would have.
  [[nodiscard]] std::unique_ptr<Database> open_again() const { return open(url_, clock_); }
  /// Closes and opens anew, as a restart would.
  void restart() {
    database_.reset();
    database_ = open_again();
  }

 private:
  /// The same place by ODBC. `base` is postgresql://user@host:port/name.
  [[nodiscard]] std::string odbc(const std::string& base, const std::string& more) const {
    const std::size_t user = base.find("://") + 3, host = base.find('@') + 1, port = base.find(':', host) + 1,
                      name = base.find('/', port) + 1;
    return "odbc:" + std::string(std::getenv("OB_TEST_ODBC")) + ";Username=" + base.substr(user, host - 1 - user) +
           ";Server=" + base.substr(host, port - 1 - host) + ";Port=" + base.substr(port, name - 1 - port) +
           ";Database=" + base.substr(name) + ";pqopt={options=-csearch_path=" + name_ + more + "}";
  }
  static const char* server() { return std::getenv("OB_TEST_PG"); }
  static std::unique_ptr<Database> open(const std::string& url, const Clock* clock) {
    DatabaseConfig config;
    config.url = url;
    config.clock = clock;
    auto opened = Database::open(config);
    if (!opened) {
      std::fprintf(stderr, "test database: %s\n", opened.fault().message.en.c_str());
      std::abort();
    }
    return *std::move(opened);
  }
  static void administer(const std::string& sql) {
    const auto done =
        open(server(), nullptr)->write(Context(), [&sql](Session& session) { return session.script(sql); });
    if (!done) {
      std::fprintf(stderr, "test database: %s\n", done.fault().message.en.c_str());
      std::abort();
    }
  }

  Dialect dialect_;
  const Clock* clock_;
  std::string name_;
  std::filesystem::path directory_;
  std::string url_;
  std::unique_ptr<Database> database_;
};

/// Base of tests that run on every kind of database.
class DatabaseTest : public ::testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override {
    if (!TestDatabase::available(GetParam())) GTEST_SKIP() << "OB_TEST_PG is not set";
    test_ = std::make_unique<TestDatabase>(GetParam(), clock());
  }
  /// Override to give the database a clock of your own (deadlines).
  virtual const Clock* clock() { return nullptr; }

  Database& database() { return **test_; }
  TestDatabase& test() { return *test_; }
  /// Runs a script in a transaction of its own, with ${…} types.
  void script(const std::string& sql) {
    const auto done =
        database().write(Context(), [&](Session& session) { return session.script(ddl(session.dialect(), sql)); });
    ASSERT_TRUE(done.ok()) << done.fault().message.en;
  }
  /// One integer from a statement.
  std::int64_t integer(const std::string& sql, const Params& params = {}) {
    std::int64_t found = -1;
    const auto done = database().read(Context(), [&](Session& session) -> Result<void> {
      OB_TRY(const std::int64_t number, session.integer(sql, params));
      found = number;
      return {};
    });
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.fault().message.en);
    return found;
  }
  /// Calls `step` until it answers true, giving way to other processes in between; false after very many times.
  template <class Step>
  static bool until(Step step) {
    for (int i = 0; i < 2'000'000; ++i) {
      if (step()) return true;
      std::this_thread::yield();
    }
    return false;
  }

 private:
  std::unique_ptr<TestDatabase> test_;
};

inline std::string dialect_name(const ::testing::TestParamInfo<Dialect>& info) {
  return info.param == Dialect::sqlite ? "sqlite" : "postgresql";
}

} // namespace onebudget::storage

#define OB_ON_EVERY_DATABASE(Fixture)                                                                          \
  INSTANTIATE_TEST_SUITE_P(databases, Fixture, ::testing::ValuesIn(::onebudget::storage::TestDatabase::all()), \
                           ::onebudget::storage::dialect_name)
