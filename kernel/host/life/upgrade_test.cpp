// Another version beside the running one: switched without a lost call, undone when it fails, remembered over a
// restart.

#include <atomic>
#include <thread>

#include "kernel/host/testdata/declarations.hpp"

namespace onebudget::host {
namespace {

using test::House;

class UpgradeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    house_.put(test::sample_manifest("other"), "fixture_other", test::sample_files());
    house_.up();
    ASSERT_TRUE(house_.host->enable(house_.system(), "other").ok());
  }

  static std::string wider_entity() {
    auto entity = *parse_json(test::guest_entity(), {});
    entity["fields"].push_back({{"name", "seat"},
                                {"type", "text"},
                                {"max", 10},
                                {"title", {{"zh", "座位"}, {"en", "Seat"}}},
                                {"required", true},
                                {"default", "A1"}});
    return entity.dump();
  }
  void put_next(const std::vector<std::pair<std::string, std::string>>& more = {}) {
    auto files = test::sample_files();
    files[0].second = wider_entity();
    files.insert(files.end(), more.begin(), more.end());
    house_.put(test::sample_manifest("other", "0.2.0"), "fixture_other_2", files);
    ASSERT_TRUE(house_.host->discover().ok());
  }
  std::string upgrade(const std::string& id = "other", const std::string& to = {}) {
    const auto done = house_.host->upgrade(house_.system(), id, to);
    return done ? "ok " + done->version : done.fault().fields.empty() ? done.fault().code : done.fault().fields[0].code;
  }
  std::string rollback() {
    const auto done = house_.host->rollback(house_.system(), "other");
    return done ? "ok " + done->version : done.fault().code;
  }
  bool pings() { return house_.call("other", "GET", "/ping").ok(); }
  bool has_seat() { return house_.records->entity("other.guest")->field("seat") != nullptr; }
  std::string create(const Json& values) {
    const auto made = house_.records->create(house_.system(), "other.guest", values, records::Form::rest);
    return made ? "ok" : made.fault().code;
  }

  test::Folder folder_;
  House house_{folder_.path()};
};

TEST_F(UpgradeTest, GoesForwardAndBackAndKeepsTheRows) {
  ASSERT_EQ(create({{"name", "one"}}), "ok");
  put_next();
  EXPECT_EQ(house_.host->plugin("other")->version, "0.1.0") << "a version that lies there does not run by itself";
  const auto plan = house_.host->plan(house_.system(), "other", "0.2.0");
  ASSERT_TRUE(plan.ok() && plan->refusals.empty());
  EXPECT_EQ(plan->version, "0.2.0");
  EXPECT_FALSE(has_seat()) << "planning changes nothing";
  EXPECT_EQ(upgrade(), "ok 0.2.0");
  EXPECT_TRUE(pings() && has_seat());
  EXPECT_EQ(create({{"name", "two"}, {"seat", "B2"}}), "ok");
  EXPECT_EQ(rollback(), "ok 0.1.0");
  EXPECT_TRUE(pings() && !has_seat());
  EXPECT_EQ(create({{"name", "three"}}), "ok") << "the older version writes beside the newer column";
  EXPECT_EQ(house_.host->plugin("other")->previous, "0.2.0");
  EXPECT_EQ(house_.records->list(house_.system(), "other.guest", {})->items.find("seat"), std::string::npos);
}

TEST_F(UpgradeTest, StaysAtItsVersionOverARestart) {
  put_next();
  ASSERT_EQ(upgrade(), "ok 0.2.0");
  house_.host.reset();
  house_.up();
  EXPECT_EQ(house_.host->plugin("other")->version, "0.2.0");
  ASSERT_EQ(rollback(), "ok 0.1.0");
  house_.host.reset();
  house_.up();
  EXPECT_EQ(house_.state("other"), PluginState::enabled) << house_.reason("other");
  EXPECT_EQ(house_.host->plugin("other")->version, "0.1.0") << "though a newer one lies there";
  EXPECT_TRUE(pings());
}

TEST_F(UpgradeTest, LosesNoCall) {
  put_next();
  std::atomic<bool> stop{false};
  std::atomic<int> good{0}, bad{0};
  std::thread caller([&] {
    while (!stop) (pings() ? good : bad)++;
  });
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(upgrade(), "ok 0.2.0");
    EXPECT_EQ(rollback(), "ok 0.1.0");
  }
  stop = true;
  caller.join();
  EXPECT_EQ(bad, 0);
  EXPECT_GT(good, 0);
}

TEST_F(UpgradeTest, LeavesTheOldVersionServingWhenTheNewOneFails) {
  test::put_faulty(house_, "none");
  ASSERT_TRUE(house_.host->discover().ok());
  ASSERT_TRUE(house_.host->enable(house_.system(), "faulty").ok());
  auto declared = test::faulty_manifest();
  declared["version"] = "0.2.0";
  for (const std::string fault : {"later_fail_init", "later_fail_activate"}) {
    house_.put(declared, "fixture_" + fault, {{"entities/guest.json", wider_entity()}});
    ASSERT_TRUE(house_.host->discover().ok());
    EXPECT_NE(upgrade("faulty").substr(0, 3), "ok ") << fault;
    EXPECT_EQ(house_.state("faulty"), PluginState::enabled);
    EXPECT_EQ(house_.host->plugin("faulty")->version, "0.1.0");
    EXPECT_EQ(house_.records->entity("faulty.guest")->field("seat"), nullptr);
    EXPECT_TRUE(house_.call("faulty", "GET", "/go").ok());
  }
  house_.put(declared, "fixture_later_none", {{"entities/guest.json", wider_entity()}});
  ASSERT_TRUE(house_.host->discover().ok());
  EXPECT_EQ(upgrade("faulty"), "ok 0.2.0");
}

TEST_F(UpgradeTest, RefusesWhatTheOldVersionCouldNotLiveWith) {
  put_next({{"migrations/0001-less.sql", "DROP TABLE p_other_guest;"}});
  EXPECT_EQ(upgrade(), "host.contracting");
  auto declared = test::sample_manifest("other", "0.2.0");
  declared["reload"] = "restart_only";
  std::filesystem::remove_all(folder_.path() + "/plugins/other/0.2.0");
  house_.put(declared, "fixture_other_2", test::sample_files());
  ASSERT_TRUE(house_.host->discover().ok());
  EXPECT_EQ(upgrade(), "host.restart_only");
  EXPECT_EQ(upgrade("other", "0.3.0"), "host.no_version");
  EXPECT_EQ(upgrade("ghost"), "host.unknown");
  EXPECT_EQ(rollback(), "host.no_version") << "nothing ran before";
  ASSERT_TRUE(house_.host->disable(house_.system(), "other").ok());
  EXPECT_EQ(upgrade(), "host.not_running");
  EXPECT_EQ(upgrade("other", "0.1.0"), "host.not_running");
}

} // namespace
} // namespace onebudget::host
