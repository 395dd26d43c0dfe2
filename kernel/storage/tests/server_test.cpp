// A PostgreSQL that goes away and comes back, and one that follows another.
#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/storage.hpp"
#include "kernel/storage/tests/private_server.hpp"

#include <gtest/gtest.h>

namespace onebudget::storage {
namespace {

constexpr int kWriters = 8;
constexpr std::int64_t kBetweenRestarts = 200;

class PrivateServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!PrivateServer::available()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
    primary_ = std::make_unique<PrivateServer>("primary");
    ASSERT_TRUE(primary_->make() && primary_->start()) << primary_->fault();
  }
  static std::unique_ptr<Database> open(const std::string& url, const std::string& replica = "") {
    DatabaseConfig config;
    config.url = url;
    config.replica_url = replica;
    config.writers = kWriters;
    auto opened = Database::open(config);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.fault().message.en);
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  static Result<void> add(Database& database, std::int64_t id) {
    return database.write(Context(), [id](Session& session) -> Result<void> {
      OB_TRY(const auto added, session.execute("INSERT INTO thing VALUES (?)", {id}));
      (void)added;
      return {};
    });
  }
  static bool make_table(Database& database) {
    return database
        .write(Context(), [](Session& session) { return session.script("CREATE TABLE thing (id bigint PRIMARY KEY)"); })
        .ok();
  }
  /// Of a read that may be some seconds old; -1 for a fault.
  static std::int64_t stale(Database& database, const std::string& sql) {
    std::int64_t found = -1;
    (void)database.read_stale(Context(), [&](Session& session) -> Result<void> {
      OB_TRY(found, session.integer(sql));
      return {};
    });
    return found;
  }
  std::unique_ptr<PrivateServer> primary_;
};

TEST_F(PrivateServerTest, a_server_killed_and_started_under_load_loses_nothing_that_was_acknowledged) {
  const auto database = open(primary_->url());
  ASSERT_TRUE(make_table(*database));
  std::atomic<bool> enough{false};
  std::atomic<std::int64_t> acknowledged{0}, odd{0};
  std::vector<std::vector<std::int64_t>> kept(kWriters);
  std::vector<std::thread> threads;
  for (std::int64_t writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (std::int64_t i = 0; !enough; ++i) {
        const std::int64_t id = i * kWriters + writer;
        const auto done = add(*database, id);
        if (done) {
          kept[static_cast<std::size_t>(writer)].push_back(id);
          ++acknowledged;
        } else if (done.fault().kind != FaultKind::unavailable) {
          ++odd;
        } else {
          std::this_thread::yield();
        }
      }
    });
  }
  for (int round = 1; round <= 3; ++round) {
    while (acknowledged < round * kBetweenRestarts) std::this_thread::yield();
    EXPECT_TRUE(primary_->stop(round % 2 == 1 ? "immediate" : "fast")) << primary_->fault();
    EXPECT_TRUE(primary_->start()) << primary_->fault();
  }
  const std::int64_t before = acknowledged;
  while (acknowledged < before + kBetweenRestarts) std::this_thread::yield(); // it writes again, on the same handle
  enough = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(odd, 0);
  std::set<std::int64_t> there;
  ASSERT_TRUE(database
                  ->read(Context(),
                         [&](Session& session) -> Result<void> {
                           OB_TRY(const auto rows, session.query("SELECT id FROM thing"));
                           for (;;) {
                             OB_TRY(const bool more, rows->next());
                             if (!more) return {};
                             there.insert(rows->integer(0));
                           }
                         })
                  .ok());
  for (const auto& ids : kept) {
    for (const std::int64_t id : ids) EXPECT_EQ(there.count(id), 1u) << id;
  }
}

TEST_F(PrivateServerTest, a_replica_answers_what_may_be_old_and_the_primary_when_it_is_away) {
  PrivateServer standby("standby");
  ASSERT_TRUE(standby.follow(*primary_) && standby.start()) << standby.fault();
  const auto database = open(primary_->url(), standby.url());
  ASSERT_TRUE(make_table(*database));
  ASSERT_TRUE(add(*database, 7).ok());
  while (stale(*database, "SELECT count(*) FROM pg_class WHERE relname = 'thing'") != 1 ||
         stale(*database, "SELECT count(*) FROM thing") != 1)
    std::this_thread::yield();
  EXPECT_EQ(stale(*database, "SELECT pg_is_in_recovery()::int"), 1);
  EXPECT_GE(database->statistics().replica_reads, 3);
  ASSERT_TRUE(standby.stop("immediate"));
  EXPECT_EQ(stale(*database, "SELECT pg_is_in_recovery()::int"), 0);
  EXPECT_EQ(stale(*database, "SELECT id FROM thing"), 7);
}

} // namespace
} // namespace onebudget::storage
