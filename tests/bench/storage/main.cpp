// Durable single-row writes of 64 clients, and bulk writes, against the bare driver in the same run: five interleaved
// runs, median with minimum and maximum, as a JSON list of {name, value, min, max}. PostgreSQL is measured when
// OB_TEST_PG holds a libpq URI. bench_storage [PERCENT]: a share of the rows, 100 without it.
#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/storage.hpp"

namespace {

using namespace onebudget;
using namespace onebudget::storage;

constexpr int kClients = 64, kRuns = 5;
int each = 30;         ///< writes of a client in a run
int raw_commits = 200; ///< bare commits one by one in a run
int bulk_row_count = 20'000;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "bench_storage: %s\n", why.c_str());
  std::exit(1);
}

double seconds(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

void together(const std::function<void(int)>& client) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) threads.emplace_back([&client, i] { client(i); });
  for (auto& thread : threads) thread.join();
}

/// One figure, from a ratio of each run.
void report(const char* name, std::vector<double> ratios, bool last = false) {
  std::sort(ratios.begin(), ratios.end());
  std::printf(" {\"name\": \"%s\", \"value\": %.2f, \"min\": %.2f, \"max\": %.2f}%s\n", name, ratios[ratios.size() / 2],
              ratios.front(), ratios.back(), last ? "" : ",");
}

std::unique_ptr<Database> open(const std::string& url) {
  DatabaseConfig config;
  config.url = url;
  config.writers = kClients;
  auto opened = Database::open(config);
  if (!opened) die(opened.fault().message.en);
  return *std::move(opened);
}

void run(Database& database, const WriteFn& fn) {
  if (const auto done = database.write(Context(), fn); !done) die(done.fault().message.en);
}

const WriteFn kOneRow = [](Session& session) -> Result<void> {
  OB_TRY(const auto added, session.execute("INSERT INTO bench_row (owner, amount, name) VALUES (?, ?, ?)",
                                           {std::int64_t{1}, std::int64_t{100}, std::string("a project's name")}));
  (void)added;
  return {};
};

void sixty_four_clients(Database& database) {
  together([&](int) {
    for (int i = 0; i < each; ++i) run(database, kOneRow);
  });
}

std::vector<Params> bulk_rows() {
  std::vector<Params> rows;
  for (std::int64_t i = 0; i < bulk_row_count; ++i) rows.push_back({i, i * 100, std::string("a project's name")});
  return rows;
}

const std::vector<std::string> kColumns = {"owner", "amount", "name"};
constexpr const char* kTable =
    "CREATE TABLE bench_row (id ${autoid}, owner ${id} NOT NULL, amount ${id} NOT NULL, name ${text} NOT NULL)";

/// SQLite's own file system, whose flushes take 4 ms longer: the disk of goals.md, which did about 250 commits a
/// second. Stands in front of the default one while it lives.
class SlowDisk {
 public:
  SlowDisk() : real_(sqlite3_vfs_find(nullptr)), shim_(*real_) {
    shim_.zName = "slow";
    shim_.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
      sqlite3_vfs* real = sqlite3_vfs_find("unix");
      const int code = real->xOpen(real, name, file, flags, out);
      if (file->pMethods != nullptr) file->pMethods = slowed(file->pMethods);
      return code;
    };
    sqlite3_vfs_register(&shim_, 1);
  }
  ~SlowDisk() {
    sqlite3_vfs_unregister(&shim_);
    sqlite3_vfs_register(real_, 1);
  }
  SlowDisk(const SlowDisk&) = delete;
  SlowDisk& operator=(const SlowDisk&) = delete;

 private:
  static const sqlite3_io_methods* slowed(const sqlite3_io_methods* real) {
    static std::mutex mutex;
    static std::map<const sqlite3_io_methods*, sqlite3_io_methods> methods;
    static int (*flush)(sqlite3_file*, int) = nullptr;
    const std::lock_guard lock(mutex);
    const auto found = methods.try_emplace(real, *real);
    if (found.second) {
      flush = real->xSync;
      found.first->second.xSync = [](sqlite3_file* file, int flags) {
        std::this_thread::sleep_for(std::chrono::milliseconds(4));
        return flush(file, flags);
      };
    }
    return &found.first->second;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs shim_;
};

void measure_sqlite(const char* name, bool last) {
  const auto folder = std::filesystem::temp_directory_path() / ("ob_bench_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::vector<double> ratios;
  {
    const auto database = open("sqlite:" + (folder / "kernel.db").string());
    run(*database, [](Session& session) { return session.script(ddl(Dialect::sqlite, kTable)); });
    sqlite3* raw = nullptr;
    if (sqlite3_open((folder / "raw.db").c_str(), &raw) != SQLITE_OK) die("raw.db");
    const std::string prepare = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; " + ddl(Dialect::sqlite, kTable);
    if (sqlite3_exec(raw, prepare.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) die(sqlite3_errmsg(raw));
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(raw, "INSERT INTO bench_row (owner, amount, name) VALUES (1, 100, 'a project''s name')", -1,
                       &insert, nullptr);
    for (int i = 0; i < kRuns; ++i) {
      const double bare = seconds([&] {
        for (int row = 0; row < raw_commits; ++row) {
          if (sqlite3_step(insert) != SQLITE_DONE) die(sqlite3_errmsg(raw));
          sqlite3_reset(insert);
        }
      });
      const double ours = seconds([&] { sixty_four_clients(*database); });
      ratios.push_back(kClients * each / ours / (raw_commits / bare));
    }
    sqlite3_finalize(insert);
    sqlite3_close(raw);
  }
  std::filesystem::remove_all(folder);
  report(name, ratios, last);
}

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Bare = std::unique_ptr<PGconn, Finish>;

void say(PGconn* connection, const char* sql) {
  PGresult* answer = PQexec(connection, sql);
  const ExecStatusType status = PQresultStatus(answer);
  PQclear(answer);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) die(PQerrorMessage(connection));
}

void insert(PGconn* connection, const char* owner) {
  const char* values[] = {owner, "100", "a project's name"};
  PGresult* answer = PQexecPrepared(connection, "one", 3, static_cast<const char* const*>(values), nullptr, nullptr, 0);
  const bool done = PQresultStatus(answer) == PGRES_COMMAND_OK;
  PQclear(answer);
  if (!done) die(PQerrorMessage(connection));
}

Bare bare_connection(const char* url) {
  Bare connection(PQconnectdb(url));
  if (PQstatus(connection.get()) != CONNECTION_OK) die(PQerrorMessage(connection.get()));
  PQclear(PQprepare(connection.get(), "one", "INSERT INTO bench_row (owner, amount, name) VALUES ($1, $2, $3)", 3,
                    nullptr));
  return connection;
}

/// Rows one by one in one transaction, without waiting for each answer.
void pipelined(PGconn* connection) {
  PQenterPipelineMode(connection);
  const char* values[] = {"1", "100", "a project's name"};
  constexpr int kAhead = 1'000;
  const auto drain = [&] {
    PQpipelineSync(connection);
    for (;;) {
      PGresult* answer = PQgetResult(connection);
      if (answer == nullptr) continue; // stands between the answers of two statements
      const ExecStatusType status = PQresultStatus(answer);
      PQclear(answer);
      if (status == PGRES_PIPELINE_SYNC) return;
      if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED) die(PQerrorMessage(connection));
    }
  };
  for (int row = 0; row < bulk_row_count; ++row) {
    PQsendQueryPrepared(connection, "one", 3, static_cast<const char* const*>(values), nullptr, nullptr, 0);
    if (row % kAhead == kAhead - 1) drain();
  }
  drain();
  PQexitPipelineMode(connection);
}

void measure_postgresql(const char* url) {
  const auto database = open(url);
  run(*database, [](Session& session) {
    return session.script("DROP TABLE IF EXISTS bench_row; " + ddl(Dialect::postgresql, kTable));
  });
  std::vector<Bare> bare;
  for (int i = 0; i < kClients; ++i) bare.push_back(bare_connection(url));
  const std::vector<Params> rows = bulk_rows();
  std::vector<double> writes, copies, pipelines;
  for (int i = 0; i < kRuns; ++i) {
    const double raw = seconds([&] {
      together([&](int client) {
        PGconn* connection = bare[static_cast<std::size_t>(client)].get();
        for (int row = 0; row < each; ++row) {
          say(connection, "BEGIN");
          insert(connection, "1");
          say(connection, "COMMIT");
        }
      });
    });
    const double ours = seconds([&] { sixty_four_clients(*database); });
    writes.push_back(raw / ours);
    PGconn* first = bare.front().get();
    const double one_by_one = seconds([&] {
      say(first, "BEGIN");
      for (int row = 0; row < bulk_row_count; ++row) insert(first, "2");
      say(first, "COMMIT");
    });
    const double piped = seconds([&] {
      say(first, "BEGIN");
      pipelined(first);
      say(first, "COMMIT");
    });
    const double copied = seconds([&] {
      run(*database, [&](Session& session) -> Result<void> {
        OB_TRY(const auto count, session.bulk_insert("bench_row", kColumns, rows));
        (void)count;
        return {};
      });
    });
    copies.push_back(one_by_one / copied);
    pipelines.push_back(piped / copied);
  }
  report("postgresql_durable_writes_64_clients_vs_raw_transactions", writes);
  report("postgresql_bulk_insert_vs_raw_row_inserts", copies);
  report("postgresql_bulk_insert_vs_raw_pipelined_inserts", pipelines, true);
  run(*database, [](Session& session) { return session.script("DROP TABLE bench_row"); });
}

} // namespace

int main(int count, char** values) {
  if (const int percent = count > 1 ? std::atoi(values[1]) : 100; percent > 0) {
    each = std::max(1, each * percent / 100);
    raw_commits = std::max(10, raw_commits * percent / 100);
    bulk_row_count = std::max(100, bulk_row_count * percent / 100);
  }
  const char* url = std::getenv("OB_TEST_PG");
  if (url != nullptr && *url == 0) url = nullptr;
  std::printf("[\n");
  measure_sqlite("sqlite_durable_writes_64_clients_vs_raw_commits", false);
  {
    const SlowDisk slow;
    measure_sqlite("sqlite_durable_writes_64_clients_vs_raw_commits_of_4_ms", url == nullptr);
  }
  if (url != nullptr) measure_postgresql(url);
  std::printf("]\n");
  return 0;
}
