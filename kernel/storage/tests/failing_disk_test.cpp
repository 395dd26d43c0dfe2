// What happens when the disk refuses to flush: nobody is told "written", and no second flush is tried. And when it is
// slow: writers share its flushes.
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <latch>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/testing.hpp"

namespace onebudget::storage {
namespace {

/// SQLite's own file system, with flushes that fail when told to. Registered once; stands in front of the default.
class Disk {
 public:
  static Disk& get() {
    static Disk disk;
    return disk;
  }
  void fail_with(int code) { code_ = code; }
  /// Runs in every flush before it is passed on; nullptr = nothing.
  void during_flush(std::function<void()> work) { during_ = std::move(work); }
  [[nodiscard]] int flushes() const { return flushes_; }

 private:
  Disk() : real_(sqlite3_vfs_find(nullptr)), shim_(*real_) {
    shim_.zName = "failing";
    shim_.xOpen = &open;
    sqlite3_vfs_register(&shim_, 1);
  }
  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    Disk& disk = get();
    const int code = disk.real_->xOpen(disk.real_, name, file, flags, out);
    if (file->pMethods == nullptr) return code;
    const std::lock_guard lock(disk.mutex_);
    const auto found = disk.methods_.try_emplace(file->pMethods, *file->pMethods);
    if (found.second) {
      disk.real_sync_ = file->pMethods->xSync;
      found.first->second.xSync = &sync;
    }
    file->pMethods = &found.first->second;
    return code;
  }
  static int sync(sqlite3_file* file, int flags) {
    Disk& disk = get();
    ++disk.flushes_;
    if (disk.during_) disk.during_();
    const int code = disk.code_;
    return code != SQLITE_OK ? code : disk.real_sync_(file, flags);
  }

  sqlite3_vfs* real_;
  sqlite3_vfs shim_;
  std::mutex mutex_;
  std::map<const sqlite3_io_methods*, sqlite3_io_methods> methods_;
  int (*real_sync_)(sqlite3_file*, int) = nullptr;
  std::function<void()> during_;
  std::atomic<int> code_{SQLITE_OK}, flushes_{0};
};

class FailingDiskTest : public DatabaseTest {
 protected:
  const Clock* clock() override { return &clock_; }
  void SetUp() override {
    Disk::get().fail_with(SQLITE_OK);
    DatabaseTest::SetUp();
    script("CREATE TABLE account (id ${id} PRIMARY KEY, sum ${id} NOT NULL); INSERT INTO account VALUES (1, 0)");
  }
  void TearDown() override { Disk::get().fail_with(SQLITE_OK); }
  Result<void> add() {
    return database().write(Context(), [](Session& session) -> Result<void> {
      OB_TRY(const auto changed, session.execute("UPDATE account SET sum = sum + 1"));
      (void)changed;
      return {};
    });
  }
  ManualClock clock_;
};

TEST_P(FailingDiskTest, a_failed_flush_fails_its_whole_group_stops_writing_and_is_not_repeated) {
  std::latch running(1);
  std::vector<std::thread> threads;
  std::atomic<int> refused{0};
  threads.emplace_back([&] {
    const auto done = database().write(Context(), [&](Session& session) -> Result<void> {
      running.count_down();
      while (database().statistics().queued < 7) std::this_thread::yield();
      OB_TRY(const auto changed, session.execute("UPDATE account SET sum = sum + 1"));
      (void)changed;
      Disk::get().fail_with(SQLITE_IOERR_FSYNC);
      return {};
    });
    if (!done.ok() && done.fault().code == "storage.io") ++refused;
  });
  running.wait();
  const int flushes = Disk::get().flushes(); // the first unit waits for the others, so nothing is flushed meanwhile
  for (int i = 0; i < 7; ++i) {
    threads.emplace_back([&] {
      const auto done = add();
      if (!done.ok() && done.fault().code == "storage.io") ++refused;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused, 8);
  EXPECT_EQ(Disk::get().flushes(), flushes + 1);
  EXPECT_TRUE(database().statistics().broken);

  Disk::get().fail_with(SQLITE_OK); // even if the disk says that all is well again
  const auto after = add();
  ASSERT_FALSE(after.ok());
  EXPECT_EQ(after.fault().code, "storage.broken");
  EXPECT_EQ(Disk::get().flushes(), flushes + 1);
  EXPECT_EQ(integer("SELECT sum FROM account"), 0); // reading goes on
  test().restart();
  EXPECT_TRUE(add().ok());
}

TEST_P(FailingDiskTest, a_full_disk_refuses_writes_and_recovers_without_a_restart) {
  ASSERT_TRUE(add().ok());
  Disk::get().fail_with(SQLITE_FULL);
  const auto refused = add();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "storage.full");
  EXPECT_EQ(integer("SELECT sum FROM account"), 1);
  Disk::get().fail_with(SQLITE_OK);
  EXPECT_TRUE(add().ok());
  EXPECT_EQ(integer("SELECT sum FROM account"), 2);
}

TEST_P(FailingDiskTest, who_comes_back_after_a_flush_shares_the_next_one_with_who_waited_for_it) {
  // By the clock each flush takes 400 seconds, so that the next group waits as long as it ever does. On a machine that
  // is kept busy whoever comes back may still be late: then it is tried again.
  std::int64_t commits = 0;
  for (int tries = 0; tries < 20 && commits != 2; ++tries) {
    ASSERT_TRUE(add().ok());
    const auto before = database().statistics();
    std::atomic<bool> first{true};
    Disk::get().during_flush([&] {
      clock_.advance_ms(400'000);
      if (!first.exchange(false)) return;
      while (database().statistics().queued < 1) std::this_thread::yield(); // the second writer comes during the flush
    });
    std::thread one([&] {
      EXPECT_TRUE(add().ok());
      std::this_thread::sleep_for(std::chrono::milliseconds(2)); // not at once: the writer would be done with the other
      EXPECT_TRUE(add().ok());
    });
    while (first) std::this_thread::yield();
    EXPECT_TRUE(add().ok());
    one.join();
    Disk::get().during_flush(nullptr);
    const auto after = database().statistics();
    EXPECT_EQ(after.units - before.units, 3);
    commits = after.commits - before.commits;
  }
  EXPECT_EQ(commits, 2);
}

INSTANTIATE_TEST_SUITE_P(databases, FailingDiskTest, ::testing::Values(Dialect::sqlite), dialect_name);

} // namespace
} // namespace onebudget::storage
