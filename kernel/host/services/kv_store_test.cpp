#include "kernel/host/services/kv_store.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>

#include "kernel/host/host.hpp"
#include "kernel/storage/testing.hpp"

namespace onebudget::host {
namespace {

class KvStoreTest : public storage::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(storage::Migrations(database()).apply(context(), Host::migrations()).ok());
    kv_ = std::make_unique<KvStore>(database());
  }
  [[nodiscard]] Context context() const { return Context::system(clock_); }
  std::string get(const std::string& plugin, const std::string& name) {
    const auto value = kv_->get(context(), plugin, name);
    EXPECT_TRUE(value.ok());
    return value && *value ? **value : "(absent)";
  }

  ManualClock clock_;
  std::unique_ptr<KvStore> kv_;
};

TEST_P(KvStoreTest, KeepsWhatEachPluginPutsApart) {
  ASSERT_TRUE(kv_->put(context(), "a", "k", std::string("one\0two", 7), 0).ok());
  ASSERT_TRUE(kv_->put(context(), "b", "k", "other", 0).ok());
  EXPECT_EQ(get("a", "k"), std::string("one\0two", 7));
  EXPECT_EQ(get("b", "k"), "other");
  EXPECT_TRUE(*kv_->remove(context(), "a", "k"));
  EXPECT_FALSE(*kv_->remove(context(), "a", "k"));
  EXPECT_EQ(get("a", "k"), "(absent)");
  EXPECT_EQ(get("b", "k"), "other");
}

TEST_P(KvStoreTest, ForgetsWhatHasATimeToLive) {
  ASSERT_TRUE(kv_->put(context(), "a", "k", "v", 1000).ok());
  EXPECT_EQ(get("a", "k"), "v");
  clock_.advance_ms(1000);
  EXPECT_EQ(get("a", "k"), "(absent)");
  EXPECT_TRUE(*kv_->compare_and_set(context(), "a", "k", std::nullopt, "again"));
}

TEST_P(KvStoreTest, SetsOnlyWhatIsAsExpected) {
  EXPECT_TRUE(*kv_->compare_and_set(context(), "a", "k", std::nullopt, "1"));
  EXPECT_FALSE(*kv_->compare_and_set(context(), "a", "k", std::nullopt, "2"));
  EXPECT_FALSE(*kv_->compare_and_set(context(), "a", "k", "0", "2"));
  EXPECT_TRUE(*kv_->compare_and_set(context(), "a", "k", "1", "2"));
  EXPECT_EQ(get("a", "k"), "2");
}

TEST_P(KvStoreTest, CountsExactlyWhenAskedNowAndThen) {
  for (int i = 1; i <= 40; ++i) {
    EXPECT_EQ(*kv_->increment(context(), "a", "serial", 1), i);
    clock_.advance_ms(500);
  }
  EXPECT_EQ(*kv_->increment(context(), "a", "serial", 5), 45);
  EXPECT_EQ(get("a", "serial"), "45");
  ASSERT_TRUE(kv_->put(context(), "a", "text", "seven", 0).ok());
  EXPECT_EQ(kv_->increment(context(), "a", "text", 1).fault().code, "host.kv_value");
}

TEST_P(KvStoreTest, NeverAnswersANumberTwiceWithEightThreadsOnTwoNodes) {
  KvStore other_node(database());
  std::mutex mutex;
  std::set<std::int64_t> seen;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) {
        const auto value = (t % 2 == 0 ? *kv_ : other_node).increment(context(), "a", "serial", 1);
        ASSERT_TRUE(value.ok());
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(seen.insert(*value).second) << *value;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(seen.size(), 16'000U);
}

TEST_P(KvStoreTest, ScansInOrderByPrefix) {
  for (const auto* name : {"x/2", "x/1", "y", "x/3", "编号/一"})
    ASSERT_TRUE(kv_->put(context(), "a", name, "", 0).ok());
  EXPECT_EQ(*kv_->scan(context(), "a", "x/", "", 2), (std::vector<std::string>{"x/1", "x/2"}));
  EXPECT_EQ(*kv_->scan(context(), "a", "x/", "x/2", 2), (std::vector<std::string>{"x/3"}));
  EXPECT_EQ(*kv_->scan(context(), "a", "编", "", 10), (std::vector<std::string>{"编号/一"}));
}

TEST_P(KvStoreTest, RefusesBadNamesAndValuesThatAreTooLarge) {
  EXPECT_EQ(kv_->put(context(), "a", "", "v", 0).fault().code, "host.kv_name");
  EXPECT_EQ(kv_->put(context(), "a", "a\nb", "v", 0).fault().code, "host.kv_name");
  EXPECT_EQ(kv_->put(context(), "a", std::string(201, 'x'), "v", 0).fault().code, "host.kv_name");
  EXPECT_EQ(kv_->put(context(), "a", "k", std::string(KvStore::kMostValue + 1, 'x'), 0).fault().code, "host.kv_value");
}

TEST_P(KvStoreTest, HasAQuotaPerPlugin) {
  const std::string large(KvStore::kMostValue, 'x');
  Result<void> last;
  int stored = 0;
  for (; stored < 2000 && last; ++stored) last = kv_->put(context(), "a", "k" + std::to_string(stored), large, 0);
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.fault().code, "host.kv_quota");
  EXPECT_TRUE(kv_->put(context(), "b", "k", large, 0).ok());
  EXPECT_TRUE(*kv_->remove(context(), "a", "k0"));
  EXPECT_TRUE(*kv_->remove(context(), "a", "k1"));
  EXPECT_TRUE(kv_->put(context(), "a", "again", large, 0).ok());
}

OB_ON_EVERY_DATABASE(KvStoreTest);

} // namespace
} // namespace onebudget::host
