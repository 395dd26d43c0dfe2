// Transactions: what is durable, what is alone, what waits, what is refused.
#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/testing.hpp"

namespace onebudget::storage {
namespace {

Result<void> run(Session& session, std::string_view sql, const Params& params = {}) {
  OB_TRY(const auto changed, session.execute(sql, params));
  (void)changed;
  return {};
}

class TransactionTest : public DatabaseTest {
 protected:
  const Clock* clock() override { return &clock_; }
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    script(
        "CREATE TABLE account (id ${id} PRIMARY KEY, sum ${id} NOT NULL); INSERT INTO account VALUES (1, 0), (2, 0)");
  }
  Result<void> add(std::int64_t account, std::int64_t by) {
    return database().write(Context(), [=](Session& session) {
      return run(session, "UPDATE account SET sum = sum + ? WHERE id = ?", {by, account});
    });
  }
  ManualClock clock_;
};

TEST_P(TransactionTest, a_fault_leaves_nothing_behind) {
  const auto done = database().write(Context(), [](Session& session) -> Result<void> {
    OB_CHECK(run(session, "UPDATE account SET sum = 5"));
    return fault(FaultKind::rule, "test.no", {"不", "no"});
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.fault().code, "test.no");
  EXPECT_EQ(integer("SELECT sum(sum) FROM account"), 0);
}

TEST_P(TransactionTest, an_exception_leaves_nothing_behind_and_becomes_a_fault) {
  const auto done = database().write(Context(), [](Session& session) -> Result<void> {
    OB_CHECK(run(session, "UPDATE account SET sum = 5"));
    throw std::runtime_error("boom");
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.fault().code, "storage.exception");
  EXPECT_EQ(integer("SELECT sum(sum) FROM account"), 0);
  const auto read = database().read(Context(), [](Session&) -> Result<void> { throw 7; });
  EXPECT_EQ(read.fault().code, "storage.exception");
}

TEST_P(TransactionTest, sixty_four_writers_lose_nothing) {
  constexpr int kThreads = 64, kEach = 20;
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        if (!add(1 + (t + i) % 2, t + 1)) ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(integer("SELECT sum(sum) FROM account"), kEach * kThreads * (kThreads + 1) / 2);
  const Statistics now = database().statistics();
  EXPECT_EQ(now.units, kThreads * kEach + 1);
  EXPECT_LE(now.commits, now.units);
}

TEST_P(TransactionTest, a_failing_unit_among_many_takes_no_other_with_it) {
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 32; ++t) {
    threads.emplace_back([&, t] {
      const auto done = database().write(Context(), [t](Session& session) -> Result<void> {
        OB_CHECK(run(session, "UPDATE account SET sum = sum + 1 WHERE id = 1"));
        if (t % 4 == 1) return run(session, "INSERT INTO account VALUES (1, 1)");
        if (t % 4 == 2) return fault(FaultKind::rule, "test.no", {"不", "no"});
        return {};
      });
      if (!done) ++failed;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 16);
  EXPECT_EQ(integer("SELECT sum FROM account WHERE id = 1"), 16);
}

TEST_P(TransactionTest, a_snapshot_does_not_see_later_writes) {
  ASSERT_TRUE(database()
                  .read(Context(),
                        [this](Session& session) -> Result<void> {
                          OB_TRY(const auto before, session.integer("SELECT sum FROM account WHERE id = 1"));
                          EXPECT_EQ(before, 0);
                          std::thread([this] {
                            EXPECT_TRUE(add(1, 7).ok());
                          }).join(); // another caller, while this snapshot is open
                          OB_TRY(const auto same, session.integer("SELECT sum FROM account WHERE id = 1"));
                          EXPECT_EQ(same, 0);
                          return {};
                        })
                  .ok());
  EXPECT_EQ(integer("SELECT sum FROM account WHERE id = 1"), 7);
}

TEST_P(TransactionTest, what_was_written_is_there_after_a_restart) {
  ASSERT_TRUE(add(2, 9).ok());
  test().restart();
  EXPECT_EQ(integer("SELECT sum FROM account WHERE id = 2"), 9);
}

TEST_P(TransactionTest, a_second_handle_sees_what_the_first_wrote) {
  const auto other = test().open_again();
  ASSERT_TRUE(add(1, 3).ok());
  ASSERT_TRUE(
      other->write(Context(), [](Session& session) { return run(session, "UPDATE account SET sum = sum * 2"); }).ok());
  EXPECT_EQ(integer("SELECT sum FROM account WHERE id = 1"), 6);
}

TEST_P(TransactionTest, work_past_its_deadline_is_refused_before_it_begins) {
  Context context;
  context.deadline_ns = clock_.mono_ns() + 5'000'000'000;
  EXPECT_TRUE(
      database().write(context, [](Session& session) { return run(session, "UPDATE account SET sum = 1"); }).ok());
  clock_.advance_ms(5'001);
  const auto write =
      database().write(context, [](Session& session) { return run(session, "UPDATE account SET sum = 2"); });
  ASSERT_FALSE(write.ok());
  EXPECT_EQ(write.fault().code, "storage.deadline");
  const auto read = database().read(context, [](Session&) -> Result<void> { return {}; });
  EXPECT_EQ(read.fault().code, "storage.deadline");
  EXPECT_EQ(integer("SELECT sum(sum) FROM account"), 2);
}

TEST_P(TransactionTest, more_readers_than_connections_take_turns) {
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 24; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        if (integer("SELECT count(*) FROM account") == 2) ++done;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, 240);
}

TEST_P(TransactionTest, many_databases_may_be_open_at_once) {
  std::vector<std::unique_ptr<Database>> open;
  for (int i = 0; i < 12; ++i) open.push_back(test().open_again());
  for (auto& one : open) {
    EXPECT_TRUE(
        one->write(Context(),
                   [](Session& session) { return run(session, "UPDATE account SET sum = sum + 1 WHERE id = 1"); })
            .ok());
  }
  EXPECT_EQ(integer("SELECT sum FROM account WHERE id = 1"), 12);
}

OB_ON_EVERY_DATABASE(TransactionTest);

/// SQLite alone: the writer's groups.
class GroupTest : public TransactionTest {};

TEST_P(GroupTest, units_that_wait_together_are_committed_once) {
  const std::int64_t commits = database().statistics().commits;
  std::latch running(1);
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    EXPECT_TRUE(database()
                    .write(Context(),
                           [&](Session& session) -> Result<void> {
                             running.count_down();
                             while (database().statistics().queued < 63) std::this_thread::yield();
                             return run(session, "UPDATE account SET sum = sum + 1 WHERE id = 1");
                           })
                    .ok());
  });
  running.wait();
  for (int i = 0; i < 63; ++i) threads.emplace_back([&] { EXPECT_TRUE(add(1, 1).ok()); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(database().statistics().commits, commits + 1);
  EXPECT_EQ(integer("SELECT sum FROM account WHERE id = 1"), 64);
}

TEST_P(GroupTest, a_unit_interrupted_by_its_deadline_does_not_cost_the_others_of_its_group) {
  std::latch running(1);
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    EXPECT_TRUE(database()
                    .write(Context(),
                           [&](Session& session) -> Result<void> {
                             if (!running.try_wait()) running.count_down();
                             while (database().statistics().queued < 1 && database().statistics().retries == 0)
                               std::this_thread::yield();
                             return run(session, "UPDATE account SET sum = sum + 1 WHERE id = 1");
                           })
                    .ok());
  });
  running.wait();
  threads.emplace_back([&] {
    Context context;
    context.deadline_ns = clock_.mono_ns() + 600'000'000'000;
    const auto done = database().write(context, [&](Session& session) {
      clock_.advance_ms(600'001); // so that the statement is interrupted inside
      return session.script(
          "INSERT INTO account SELECT value + 10, 1 FROM (WITH RECURSIVE n(value) AS "
          "(SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 1000000) SELECT value FROM n)");
    });
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.fault().code, "storage.deadline");
  });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(integer("SELECT sum FROM account WHERE id = 1"), 1);
  EXPECT_EQ(integer("SELECT count(*) FROM account"), 2);
}

TEST_P(GroupTest, the_file_is_in_wal_mode_and_flushed_in_full) {
  EXPECT_EQ(integer("SELECT count(*) FROM pragma_table_info('account')"), 2);
  const auto pragma =
      database().write(Context(), [](Session& session) { return session.script("PRAGMA synchronous = OFF"); });
  EXPECT_FALSE(pragma.ok());
}

INSTANTIATE_TEST_SUITE_P(databases, GroupTest, ::testing::Values(Dialect::sqlite), dialect_name);

/// PostgreSQL alone: broken connections and serialization.
class ServerTest : public TransactionTest {};

TEST_P(ServerTest, a_connection_that_the_server_ended_is_replaced) {
  const std::string name = "ob_test_" + std::to_string(::getpid()) + "_victim";
  DatabaseConfig config;
  config.url = test().named(name);
  config.clock = &clock_;
  auto opened = Database::open(config);
  ASSERT_TRUE(opened.ok());
  const auto victim = *std::move(opened);
  for (int round = 0; round < 3; ++round) {
    // It has idle connections for reading and for writing; both end.
    ASSERT_TRUE(
        victim
            ->write(Context(),
                    [](Session& session) { return run(session, "UPDATE account SET sum = sum + 1 WHERE id = 1"); })
            .ok());
    ASSERT_TRUE(victim
                    ->read(Context(),
                           [&](Session& session) -> Result<void> {
                             OB_TRY(const auto sum, session.integer("SELECT sum FROM account WHERE id = 1"));
                             EXPECT_EQ(sum, round + 1);
                             return {};
                           })
                    .ok());
    ASSERT_TRUE(database()
                    .write(Context(),
                           [&](Session& session) -> Result<void> {
                             OB_TRY(const auto ended,
                                    session.integer("SELECT count(pg_terminate_backend(pid, 5000)) FROM "
                                                    "pg_stat_activity WHERE application_name = ?",
                                                    {name}));
                             EXPECT_GE(ended, 2);
                             return {};
                           })
                    .ok());
  }
}

TEST_P(ServerTest, a_connection_that_breaks_inside_a_unit_is_a_fault_and_changes_nothing) {
  const auto done = database().write(Context(), [](Session& session) -> Result<void> {
    OB_CHECK(run(session, "UPDATE account SET sum = 5"));
    const auto ended = session.integer("SELECT count(pg_terminate_backend(pg_backend_pid()))");
    EXPECT_FALSE(ended.ok());
    return run(session, "UPDATE account SET sum = 6");
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(integer("SELECT sum(sum) FROM account"), 0);
  EXPECT_TRUE(add(1, 4).ok());
}

TEST_P(ServerTest, units_that_lock_each_other_run_again) {
  std::atomic<int> first_tries{0};
  const auto crossing = [&](std::int64_t one, std::int64_t two) {
    bool first = true;
    return database().write(Context(), [&, one, two, first](Session& session) mutable -> Result<void> {
      OB_CHECK(run(session, "UPDATE account SET sum = sum + 1 WHERE id = ?", {one}));
      if (first) {
        first = false;
        ++first_tries;
        while (first_tries < 2) std::this_thread::yield();
      }
      return run(session, "UPDATE account SET sum = sum + 1 WHERE id = ?", {two});
    });
  };
  std::thread other([&] { EXPECT_TRUE(crossing(1, 2).ok()); });
  EXPECT_TRUE(crossing(2, 1).ok());
  other.join();
  EXPECT_EQ(integer("SELECT sum(sum) FROM account"), 4);
  EXPECT_GE(database().statistics().retries, 1);
}

TEST_P(ServerTest, a_slow_statement_ends_at_the_deadline) {
  Context context;
  context.deadline_ns = clock_.mono_ns() + 50'000'000;
  const auto done = database().read(context, [](Session& session) -> Result<void> {
    OB_TRY(const auto rows, session.query("SELECT pg_sleep(60)"));
    (void)rows;
    return {};
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.fault().code, "storage.deadline");
}

INSTANTIATE_TEST_SUITE_P(databases, ServerTest, ::testing::Values(Dialect::postgresql), dialect_name);

TEST(Open, an_unknown_or_unreachable_database_is_a_fault_that_says_what_to_do) {
  for (const char* url : {"", "sqlite:", "mysql://x", "postgresql://a@127.0.0.1:1/none", "postgresql://bad host/x",
                          "sqlite:/no/such/directory/x.db"}) {
    DatabaseConfig config;
    config.url = url;
    const auto opened = Database::open(config);
    ASSERT_FALSE(opened.ok()) << url;
    EXPECT_TRUE(opened.fault().code == "storage.url" || opened.fault().code == "storage.connection")
        << url << opened.fault().code;
    EXPECT_FALSE(opened.fault().message.zh.empty());
  }
}

} // namespace
} // namespace onebudget::storage
