// Migrations that are too long for one transaction.
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/backup/files.hpp"
#include "kernel/storage/testing.hpp"

namespace onebudget::storage {
namespace {

constexpr const char* kMark =
    "ALTER TABLE thing ADD COLUMN mark ${id};\n"
    "-- batch\n"
    "UPDATE thing SET mark = id * 2 WHERE id IN (SELECT id FROM thing WHERE mark IS NULL ORDER BY id LIMIT 3)\n"
    "-- remaining\n"
    "SELECT count(*) FROM thing WHERE mark IS NULL\n";

std::vector<Migration> wanted(const std::string& sql = kMark) { return {{"kernel.one", 1, "mark", sql}}; }

class BatchesTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    script("CREATE TABLE thing (id ${id} PRIMARY KEY)");
    for (int id = 1; id <= 10; ++id) script("INSERT INTO thing (id) VALUES (" + std::to_string(id) + ")");
  }
  bool all_marked() { return integer("SELECT count(*) FROM thing WHERE mark = id * 2") == 10; }
};

TEST_P(BatchesTest, run_until_nothing_changes_and_say_how_far_they_are) {
  std::vector<std::int64_t> done, remaining;
  const auto applied = Migrations(database()).apply(Context(), wanted(), [&](const MigrationProgress& at) {
    EXPECT_EQ(at.shown, "kernel.one/1-mark");
    EXPECT_GE(at.left_ms, 0);
    done.push_back(at.done);
    remaining.push_back(at.remaining);
    return Result<void>();
  });
  ASSERT_TRUE(applied.ok()) << applied.fault().message.en;
  EXPECT_EQ(done, (std::vector<std::int64_t>{3, 6, 9, 10}));
  EXPECT_EQ(remaining, (std::vector<std::int64_t>{7, 4, 1, 0}));
  EXPECT_TRUE(all_marked());
  EXPECT_EQ(*Migrations(database()).apply(Context(), wanted()), 0);
}

TEST_P(BatchesTest, that_were_stopped_go_on_where_they_were) {
  int batches = 0;
  const auto stopped = Migrations(database()).apply(Context(), wanted(), [&](const MigrationProgress&) -> Result<void> {
    if (++batches < 2) return {};
    return fault(FaultKind::unavailable, "test.stop", {"停", "stop"});
  });
  EXPECT_EQ(stopped.fault().code, "test.stop");
  EXPECT_EQ(integer("SELECT count(*) FROM thing WHERE mark IS NULL"), 4);
  EXPECT_EQ(Migrations(database()).pending(wanted())->size(), 1u);
  const auto other = Migrations(database()).apply(Context(), wanted(std::string(kMark) + "-- changed"));
  EXPECT_EQ(other.fault().code, "storage.migration_changed");
  std::int64_t done = 0;
  ASSERT_TRUE(Migrations(database())
                  .apply(Context(), wanted(),
                         [&](const MigrationProgress& at) {
                           done = at.done;
                           return Result<void>();
                         })
                  .ok());
  EXPECT_EQ(done, 10);
  EXPECT_TRUE(all_marked());
  EXPECT_EQ(integer("SELECT count(*) FROM ob_migration_batch"), 0);
}

TEST_P(BatchesTest, of_a_process_that_was_killed_are_finished_by_the_next) {
  const auto child = run_tool({"/proc/self/exe", "--gtest_filter=BatchesChild.*"}, {"OB_CHILD_URL=" + test().url()});
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(integer("SELECT count(*) FROM thing WHERE mark IS NULL"), 4);
  ASSERT_EQ(*Migrations(database()).apply(Context(), wanted()), 1);
  EXPECT_TRUE(all_marked());
}

TEST_P(BatchesTest, of_two_nodes_change_each_row_once) {
  std::atomic<int> failed{0};
  std::vector<std::thread> nodes;
  for (int i = 0; i < 3; ++i) {
    nodes.emplace_back([&] {
      const auto node = test().open_again();
      if (!Migrations(*node).apply(Context(), wanted())) ++failed;
    });
  }
  for (auto& node : nodes) node.join();
  EXPECT_EQ(failed, 0);
  EXPECT_TRUE(all_marked());
  EXPECT_EQ(integer("SELECT count(*) FROM ob_migration WHERE owner = 'kernel.one'"), 1);
}

OB_ON_EVERY_DATABASE(BatchesTest);

/// The process that is killed between two batches.
TEST(BatchesChild, dies_behind_its_second_batch) {
  const char* url = std::getenv("OB_CHILD_URL");
  if (url == nullptr) GTEST_SKIP() << "runs in a process of its own";
  DatabaseConfig config;
  config.url = url;
  auto opened = Database::open(config);
  ASSERT_TRUE(opened.ok());
  int batches = 0;
  (void)Migrations(**opened).apply(Context(), wanted(), [&](const MigrationProgress&) {
    if (++batches == 2) ::raise(SIGKILL);
    return Result<void>();
  });
}

/// PostgreSQL alone: a change of a table that others read.
class WaitingTest : public BatchesTest {};

TEST_P(WaitingTest, a_migration_that_waits_for_a_table_lets_later_readers_pass) {
  const auto migrating = test().open_again();
  std::atomic<bool> done{false};
  std::thread migration;
  ASSERT_TRUE(
      database()
          .read(Context(),
                [&](Session& session) -> Result<void> {
                  OB_TRY(const auto seen, session.integer("SELECT count(*) FROM thing"));
                  EXPECT_EQ(seen, 10); // and so this snapshot holds the table
                  migration = std::thread([&] {
                    EXPECT_TRUE(Migrations(*migrating).apply(Context(), wanted()).ok());
                    done = true;
                  });
                  EXPECT_TRUE(until([&] {
                    return integer("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'thing'::regclass") >
                           0;
                  }));
                  EXPECT_EQ(integer("SELECT count(*) FROM thing"), 10); // behind the migration in the queue
                  EXPECT_FALSE(done);
                  return {};
                })
          .ok());
  migration.join();
  EXPECT_TRUE(all_marked());
}

INSTANTIATE_TEST_SUITE_P(databases, WaitingTest, ::testing::Values(Dialect::postgresql), dialect_name);

} // namespace
} // namespace onebudget::storage
