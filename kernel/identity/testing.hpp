#pragma once
// A whole identity room on an empty database. For the tests of this room only.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernel/identity/identity.hpp"
#include "kernel/storage/testing.hpp"

namespace onebudget::identity {

inline constexpr const char* kGoodPassword = "Harbour-7-lamp";

/// Argon2id at its cheapest: the tests are about rules, not about cost.
inline Policy cheap_policy() {
  Policy policy;
  policy.cost.memory_kib = 64;
  policy.cost.passes = 1;
  return policy;
}

class TestRoom {
 public:
  explicit TestRoom(storage::Dialect dialect) : test_(dialect), ids_(*test_), audit(*test_, clock) {
    std::vector<storage::Migration> wanted = audit::Log::migrations();
    for (storage::Migration& one : Identity::migrations()) wanted.push_back(std::move(one));
    const auto done = storage::Migrations(*test_).apply(kernel(), wanted);
    EXPECT_TRUE(done) << (done ? "" : done.fault().message.en);
    reopen();
    directory_ = std::filesystem::temp_directory_path() / ("ob_identity_" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~TestRoom() {
    std::error_code ignored; // a temporary directory that stays behind fails no test
    std::filesystem::remove_all(directory_, ignored);
  }
  TestRoom(const TestRoom&) = delete;
  TestRoom& operator=(const TestRoom&) = delete;

  void reopen() { identity_ = std::make_unique<Identity>(*test_, ids_, audit, clock, policy); }
  storage::Database& database() { return *test_; }
  [[nodiscard]] std::string directory() const { return directory_.string(); }
  [[nodiscard]] Context kernel() const { return Context::system(clock); }
  [[nodiscard]] Context nobody() const {
    Context context = kernel();
    context.caller = {};
    context.client_ip = "10.0.0.1";
    return context;
  }
  [[nodiscard]] Context person(const Account& account) const {
    Context context = nobody();
    context.caller.kind = CallerKind::person;
    context.caller.user = account.id;
    context.caller.name = account.username;
    return context;
  }
  Account account(const std::string& username) {
    auto made = identity().create(kernel(), {username, "测试员", "", kGoodPassword, {}, false});
    EXPECT_TRUE(made) << (made ? "" : made.fault().message.en);
    return made ? *std::move(made) : Account();
  }
  Identity& identity() { return *identity_; }

  ManualClock clock;
  Policy policy = cheap_policy();

 private:
  storage::TestDatabase test_;
  storage::IdBlocks ids_;
  std::filesystem::path directory_;
  std::unique_ptr<Identity> identity_;

 public:
  audit::Log audit;
};

class OnBothDatabases : public ::testing::TestWithParam<storage::Dialect> {
 protected:
  void SetUp() override {
    if (!storage::TestDatabase::available(GetParam())) GTEST_SKIP() << "OB_TEST_PG is not set";
    room = std::make_unique<TestRoom>(GetParam());
  }
  std::unique_ptr<TestRoom> room;
};

} // namespace onebudget::identity
