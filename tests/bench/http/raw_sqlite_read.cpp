// The bare counterpart of one record by id: a prepared SELECT by primary key through SQLite's own interface.
// raw_sqlite_read DATABASE TABLE prints CPU microseconds a read.
#include <sqlite3.h>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

namespace {

constexpr int kReads = 100'000;

double cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

} // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  sqlite3* database = nullptr;
  if (sqlite3_open_v2(arguments[1], &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) return 1;
  const std::string table = arguments[2];
  sqlite3_stmt* ids = nullptr;
  sqlite3_stmt* one = nullptr;
  sqlite3_prepare_v2(database, ("SELECT id FROM " + table + " LIMIT 1000").c_str(), -1, &ids, nullptr);
  sqlite3_prepare_v2(database, ("SELECT * FROM " + table + " WHERE id = ?").c_str(), -1, &one, nullptr);
  if (ids == nullptr || one == nullptr) return 1;
  std::vector<std::int64_t> known;
  while (sqlite3_step(ids) == SQLITE_ROW) known.push_back(sqlite3_column_int64(ids, 0));
  sqlite3_finalize(ids);
  if (known.empty()) return 1;
  std::size_t bytes = 0;
  const double before = cpu_us();
  for (int i = 0; i < kReads; ++i) {
    sqlite3_bind_int64(one, 1, known[static_cast<std::size_t>(i) % known.size()]);
    if (sqlite3_step(one) != SQLITE_ROW) return 1;
    for (int column = 0; column < sqlite3_column_count(one); ++column)
      if (sqlite3_column_text(one, column) != nullptr)
        bytes += static_cast<std::size_t>(sqlite3_column_bytes(one, column));
    sqlite3_reset(one);
  }
  const double spent = cpu_us() - before;
  sqlite3_finalize(one);
  sqlite3_close(database);
  std::printf("%.3f\n", bytes > 0 ? spent / kReads : 0.0);
  return 0;
}
