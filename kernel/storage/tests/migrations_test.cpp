#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/testing.hpp"

namespace onebudget::storage {
namespace {

class MigrationsTest : public DatabaseTest {
 protected:
  static std::vector<Migration> two() {
    return {{"kernel.one", 1, "things", "CREATE TABLE thing (id ${id} PRIMARY KEY, name ${text} NOT NULL)"},
            {"plugin.two", 1, "parts", "CREATE TABLE part (id ${autoid}, thing ${id} REFERENCES thing (id))"}};
  }
};

TEST_P(MigrationsTest, each_runs_once_in_the_order_given) {
  Migrations migrations(database());
  const auto pending = migrations.pending(two());
  ASSERT_TRUE(pending.ok()) << pending.fault().message.en;
  EXPECT_EQ(pending->size(), 2u);
  EXPECT_EQ(*migrations.apply(Context(), two()), 2);
  EXPECT_EQ(*migrations.apply(Context(), two()), 0);
  EXPECT_TRUE(migrations.pending(two())->empty());
  auto more = two();
  more.push_back({"kernel.one", 2, "more", "INSERT INTO thing VALUES (1, 'a'); INSERT INTO part (thing) VALUES (1)"});
  EXPECT_EQ(*migrations.apply(Context(), more), 1);
  EXPECT_EQ(integer("SELECT id FROM part"), 1);
}

TEST_P(MigrationsTest, a_changed_one_is_refused_by_name) {
  Migrations migrations(database());
  ASSERT_TRUE(migrations.apply(Context(), two()).ok());
  auto changed = two();
  changed[1].sql += " ";
  const auto refused = migrations.apply(Context(), changed);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "storage.migration_changed");
  EXPECT_NE(refused.fault().message.en.find("plugin.two/1-parts"), std::string::npos);
}

TEST_P(MigrationsTest, a_database_of_a_newer_version_is_refused) {
  Migrations migrations(database());
  auto newer = two();
  newer.push_back({"kernel.one", 2, "more", "ALTER TABLE thing ADD COLUMN extra ${text}"});
  ASSERT_TRUE(migrations.apply(Context(), newer).ok());
  const auto refused = migrations.apply(Context(), two());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "storage.migration_unknown");
  // A plugin that is absent altogether is no reason to refuse.
  EXPECT_TRUE(migrations.apply(Context(), {two()[1]}).ok());
}

TEST_P(MigrationsTest, a_failing_one_leaves_nothing_and_stops_the_rest) {
  Migrations migrations(database());
  auto wanted = two();
  wanted.push_back({"kernel.one", 2, "bad", "CREATE TABLE half (id ${id}); INSERT INTO nowhere VALUES (1)"});
  wanted.push_back({"kernel.one", 3, "never", "CREATE TABLE never (id ${id})"});
  const auto failed = migrations.apply(Context(), wanted);
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.fault().message.en.find("kernel.one/2-bad"), std::string::npos);
  EXPECT_EQ(migrations.pending(wanted)->size(), 2u);
  wanted[2].sql = "CREATE TABLE half (id ${id})";
  EXPECT_EQ(*migrations.apply(Context(), wanted), 2);
}

TEST_P(MigrationsTest, numbers_with_a_gap_are_refused) {
  const auto refused = Migrations(database()).pending({{"kernel.one", 2, "late", "SELECT 1"}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "storage.migration_order");
}

TEST_P(MigrationsTest, several_nodes_may_start_at_once) {
  std::atomic<int> ran{0}, failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto node = test().open_again();
      const auto done = Migrations(*node).apply(Context(), two());
      if (done.ok())
        ++ran;
      else
        ++failed;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(integer("SELECT count(*) FROM ob_migration"), 2);
}

TEST_P(MigrationsTest, ids_of_several_nodes_never_meet) {
  const auto other = test().open_again();
  std::vector<std::vector<std::int64_t>> taken(4);
  {
    IdBlocks one(database(), 16), two(*other, 16);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < taken.size(); ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 100; ++i) {
          const auto id = (t % 2 == 0 ? one : two).next();
          if (id.ok()) taken[t].push_back(*id);
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  std::set<std::int64_t> all;
  for (const auto& some : taken) all.insert(some.begin(), some.end());
  EXPECT_EQ(all.size(), 400u);
  EXPECT_GT(*all.begin(), 0);
}

OB_ON_EVERY_DATABASE(MigrationsTest);

} // namespace
} // namespace onebudget::storage
