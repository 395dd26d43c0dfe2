// Enabling, refusing, failing, disabling and restarting, with real libraries on a real database.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "kernel/host/testdata/declarations.hpp"

namespace onebudget::host {
namespace {

using test::House;
using test::put_faulty;
using test::put_sample;

class EnableTest : public ::testing::Test {
 protected:
  test::Folder folder_;
  House house_{folder_.path()};

  Result<PluginInfo> enable(const std::string& id) { return house_.host->enable(house_.system(), id); }
  Result<PluginInfo> disable(const std::string& id) { return house_.host->disable(house_.system(), id); }
  bool pings(const std::string& id) {
    const auto answer = house_.call(id, "GET", "/ping");
    return answer.ok() && answer->status == 200 && answer->body == "{\"ok\":true}";
  }
  std::string ping_fault(const std::string& id) {
    const auto answer = house_.call(id, "GET", "/ping");
    return answer.ok() ? "none" : answer.fault().code;
  }
};

TEST_F(EnableTest, ServesAPluginWhileItIsEnabledAndNotOtherwise) {
  put_sample(house_);
  auto& host = house_.up();
  const auto routes = [&host] {
    int count = 0;
    host.each_route([&count](const std::string&, const declarations::DeclaredRoute&) { return ++count < 0; });
    return count;
  };
  EXPECT_EQ(house_.state("sample"), PluginState::available);
  EXPECT_EQ(ping_fault("sample"), "host.disabled");
  for (int round = 0; round < 3; ++round) {
    const auto enabled = enable("sample");
    ASSERT_TRUE(enabled.ok()) << enabled.fault().message.en;
    EXPECT_EQ(enabled->state, PluginState::enabled);
    EXPECT_TRUE(pings("sample"));
    EXPECT_EQ(routes(), 12);
    ASSERT_EQ(house_.health.ask().size(), 1U);
    EXPECT_EQ(house_.health.ask().front().state, observe::HealthState::ready);
    ASSERT_NE(house_.records->entity("sample.guest"), nullptr);
    const auto disabled = disable("sample");
    ASSERT_TRUE(disabled.ok()) << disabled.fault().message.en;
    EXPECT_EQ(disabled->state, PluginState::disabled);
    EXPECT_EQ(ping_fault("sample"), "host.disabled");
    EXPECT_EQ(routes(), 0);
    EXPECT_TRUE(house_.health.ask().empty());
    EXPECT_EQ(house_.records->entity("sample.guest"), nullptr);
  }
  EXPECT_EQ(enable("ghost").fault().code, "host.unknown");
}

TEST_F(EnableTest, PlanShowsWhatEnableThenDoes) {
  auto files = test::sample_files();
  files.emplace_back("migrations/0001-notes.sql", "CREATE TABLE p_sample_notes (id ${id} NOT NULL PRIMARY KEY);");
  house_.put(test::sample_manifest(), "fixture_sample", files);
  auto& host = house_.up();
  const auto plan = host.plan(house_.system(), "sample");
  ASSERT_TRUE(plan.ok()) << plan.fault().message.en;
  EXPECT_TRUE(plan->refusals.empty());
  EXPECT_EQ(plan->migrations, std::vector<std::string>{"0001-notes"});
  EXPECT_EQ(plan->version, "0.1.0");
  EXPECT_EQ(house_.records->entity("sample.guest"), nullptr) << "planning changes nothing";
  const auto enabled = enable("sample");
  ASSERT_TRUE(enabled.ok()) << enabled.fault().message.en;
  const auto codes = [](const std::vector<access::Permission>& list) {
    std::vector<std::string> out;
    for (const auto& permission : list) out.push_back(permission.code);
    return out;
  };
  EXPECT_EQ(codes(plan->permissions), codes(enabled->permissions));
  const auto declared = codes(house_.access->permissions());
  for (const auto& code : codes(plan->permissions))
    EXPECT_NE(std::ranges::find(declared, code), declared.end()) << code;
  const auto after = host.plan(house_.system(), "sample");
  ASSERT_TRUE(after.ok());
  EXPECT_TRUE(after->migrations.empty());
  EXPECT_LT(after->actions.size(), plan->actions.size()) << "the tables are there now";
  EXPECT_TRUE(house_.database
                  ->read(house_.system(),
                         [](storage::Session& session) -> Result<void> {
                           OB_CHECK(session.integer("SELECT COUNT(*) FROM p_sample_notes"));
                           return {};
                         })
                  .ok());
}

/// A plugin whose library is refused as data: plan and enable say the same, and nothing of it is loaded.
class RefusedTest : public EnableTest, public ::testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(RefusedTest, IsRefusedByPlanAndEnableAlike) {
  const auto [library, code] = GetParam();
  auto declared = test::manifest("sample");
  house_.put(declared, library);
  put_sample(house_, "other");
  house_.up();
  ASSERT_TRUE(enable("other").ok());
  const auto plan = house_.host->plan(house_.system(), "sample");
  ASSERT_TRUE(plan.ok());
  ASSERT_FALSE(plan->refusals.empty());
  const auto has = std::ranges::any_of(plan->refusals, [&](const auto& refusal) { return refusal.code == code; });
  EXPECT_TRUE(has) << plan->refusals.front().code;
  const auto enabled = enable("sample");
  ASSERT_FALSE(enabled.ok());
  EXPECT_EQ(enabled.fault().code, "host.refused");
  ASSERT_EQ(enabled.fault().fields.size(), plan->refusals.size());
  for (std::size_t i = 0; i < plan->refusals.size(); ++i) {
    EXPECT_EQ(enabled.fault().fields[i].code, plan->refusals[i].code);
    EXPECT_FALSE(plan->refusals[i].message.zh.empty());
    EXPECT_FALSE(plan->refusals[i].remedy.en.empty());
  }
  EXPECT_TRUE(pings("other"));
}

INSTANTIATE_TEST_SUITE_P(
    Libraries, RefusedTest,
    ::testing::Values(std::pair{"fixture_wrong_note", "elf.note"}, std::pair{"fixture_plain", "elf.note"},
                      std::pair{"fixture_no_entry", "elf.entry"}, std::pair{"fixture_next_major", "elf.entry"},
                      std::pair{"fixture_two_exports", "elf.exports"}, std::pair{"fixture_forbidden", "elf.forbidden"},
                      std::pair{"fixture_exec_stack", "elf.stack"}, std::pair{"fixture_needs_other", "elf.needed"},
                      std::pair{"", "host.file"}));

/// A plugin that fails while it starts is left out; the server and the others go on.
class FailingTest : public EnableTest, public ::testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(FailingTest, IsLeftFailedWithItsReasonAndTheOthersServe) {
  const auto [fault, code] = GetParam();
  house_.options.control_ms = std::string(fault).starts_with("hang") ? 200 : 60'000;
  put_faulty(house_, fault);
  put_sample(house_);
  house_.up();
  ASSERT_TRUE(enable("sample").ok());
  const auto enabled = enable("faulty");
  ASSERT_FALSE(enabled.ok());
  EXPECT_EQ(enabled.fault().code, code) << enabled.fault().message.en;
  EXPECT_NE(enabled.fault().kind, FaultKind::internal) << "its message would not reach the administrator";
  EXPECT_EQ(house_.state("faulty"), PluginState::failed);
  EXPECT_EQ(house_.reason("faulty"), code);
  EXPECT_EQ(house_.records->entity("faulty.guest"), nullptr);
  const auto permissions = house_.access->permissions();
  EXPECT_TRUE(
      std::ranges::none_of(permissions, [](const auto& permission) { return permission.code.starts_with("faulty."); }));
  EXPECT_EQ(house_.call("faulty", "GET", "/go").fault().code, "host.disabled");
  EXPECT_TRUE(pings("sample"));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, FailingTest,
    ::testing::Values(std::pair{"throw_in_create", "host.throws"}, std::pair{"throw_in_init", "host.throws"},
                      std::pair{"fail_init", "faulty.licence"}, std::pair{"fail_activate", "faulty.busy"},
                      std::pair{"hang_in_init", "host.hangs"}, std::pair{"refuse_entry", "host.entry"},
                      std::pair{"other_id", "host.descriptor"}, std::pair{"newer_minor", "host.descriptor"},
                      std::pair{"missing_slot", "host.descriptor"}, std::pair{"short_table", "host.descriptor"},
                      std::pair{"no_handlers", "host.handlers"}));

TEST_F(EnableTest, KeepsThePluginsOwnWordsForWhyItFailed) {
  put_faulty(house_, "fail_init");
  house_.up();
  const auto enabled = enable("faulty");
  EXPECT_EQ(enabled.fault().message.en, "The licence file is missing.");
  put_faulty(house_, "refuse_entry");
  ASSERT_TRUE(house_.host->discover().ok());
  EXPECT_NE(enable("faulty").fault().message.en.find("this build needs a newer server"), std::string::npos);
}

TEST_F(EnableTest, ShowsAPluginWithABadManifestAndServesTheOthers) {
  auto declared = test::manifest("broken");
  declared.erase("title");
  house_.put(declared, "fixture_plain");
  test::write_file(folder_.path() + "/plugins/worse/1.0.0/plugin.json", "{not json");
  put_sample(house_);
  house_.up();
  EXPECT_EQ(house_.state("broken"), PluginState::failed);
  EXPECT_EQ(house_.host->plugin("broken")->reason->field, "/title");
  EXPECT_EQ(house_.state("worse"), PluginState::failed);
  EXPECT_EQ(enable("broken").fault().fields.front().field, "/title");
  auto dependent = test::sample_manifest("other");
  dependent["requires"]["plugins"] = {{"worse", ">=1.0.0"}};
  house_.put(dependent, "fixture_other", test::sample_files());
  test::write_file(folder_.path() + "/plugins/sample/0.1.0/entities/guest.json", "{\"entity\": \"guest\"}");
  ASSERT_TRUE(house_.host->discover().ok());
  EXPECT_EQ(enable("other").fault().fields.front().code, "host.dependency_broken");
  EXPECT_TRUE(house_.host->plugin("sample")->reason->field.starts_with("entities/guest.json#/"));
  put_sample(house_);
  ASSERT_TRUE(house_.host->discover().ok());
  ASSERT_TRUE(enable("sample").ok());
  EXPECT_TRUE(pings("sample"));
}

TEST_F(EnableTest, NamesWhatADependentPluginMissesAndWhatToDo) {
  auto declared = test::sample_manifest("other");
  declared["requires"]["plugins"] = {{"sample", ">=0.1.0 <1.0.0"}};
  house_.put(declared, "fixture_other", test::sample_files());
  put_sample(house_);
  house_.up();
  const auto early = enable("other");
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.fault().fields.front().code, "host.dependency_disabled");
  EXPECT_NE(early.fault().message.en.find("Enable the plugin sample first"), std::string::npos);
  ASSERT_TRUE(enable("sample").ok());
  ASSERT_TRUE(enable("other").ok());
  const auto needed = disable("sample");
  EXPECT_EQ(needed.fault().code, "host.needed");
  EXPECT_NE(needed.fault().message.en.find("other"), std::string::npos);
  EXPECT_TRUE(pings("sample"));
  EXPECT_TRUE(disable("other").ok());
  EXPECT_TRUE(disable("sample").ok());
}

TEST_F(EnableTest, RefusesAnotherAbiMajorMissingServicesAndIsolation) {
  auto declared = test::sample_manifest();
  declared["abi"] = {{"major", 7}, {"min_minor", 0}};
  declared["requires"]["services"].push_back("ob.blob/1");
  declared["requires"]["services"].push_back("ghost/1");
  declared["isolation"] = "isolated_only";
  house_.put(declared, "fixture_sample", test::sample_files());
  house_.up();
  const auto plan = house_.host->plan(house_.system(), "sample");
  ASSERT_TRUE(plan.ok());
  std::string codes;
  for (const auto& refusal : plan->refusals) codes += refusal.code + " ";
  EXPECT_EQ(codes, "host.abi host.isolation host.service_missing host.service_missing elf.note ");
}

TEST_F(EnableTest, RefusesAFileThatIsNotTheOneOfTheManifestAndUnsignedOnesWhenTold) {
  auto declared = test::sample_manifest();
  declared["digest"] = {{"entities/guest.json", {{"sha256", std::string(64, '0')}}}};
  house_.put(declared, "fixture_sample", test::sample_files());
  house_.up();
  EXPECT_EQ(enable("sample").fault().fields.front().code, "host.digest");
  declared["digest"] = {{"../../../etc/passwd", {{"sha256", std::string(64, '0')}}}};
  house_.put(declared, "fixture_sample", test::sample_files());
  ASSERT_TRUE(house_.host->discover().ok());
  EXPECT_EQ(enable("sample").fault().fields.front().code, "manifest.format");
  house_.host.reset();
  put_sample(house_);
  house_.options.unsigned_allowed = false;
  house_.up();
  EXPECT_EQ(enable("sample").fault().fields.front().code, "host.unsigned");
}

TEST_F(EnableTest, RunsTheNewestVersion) {
  put_sample(house_, "other");
  house_.put(test::sample_manifest("other", "0.2.0"), "fixture_other_2", test::sample_files());
  house_.up();
  EXPECT_EQ(enable("other")->version, "0.2.0");
  EXPECT_TRUE(pings("other"));
}

TEST_F(EnableTest, RunsFromItsCopyWhenTheFileGoesAway) {
  put_sample(house_);
  house_.up();
  ASSERT_TRUE(enable("sample").ok());
  std::filesystem::remove_all(folder_.path() + "/plugins/sample");
  EXPECT_TRUE(pings("sample"));
  EXPECT_FALSE(std::filesystem::is_empty(folder_.path() + "/store"));
}

TEST_F(EnableTest, RefusesADamagedLibraryWithoutDying) {
  put_sample(house_);
  const auto library = folder_.path() + "/plugins/sample/0.1.0/libsample.so";
  house_.up();
  for (const auto size : {0U, 1U, 63U, 64U, 1000U, 4096U}) {
    put_sample(house_);
    std::filesystem::resize_file(library, size);
    EXPECT_EQ(enable("sample").fault().code, "host.refused") << size;
  }
}

TEST_F(EnableTest, WaitsForRunningCallsAndRefusesNewOnes) {
  put_sample(house_);
  house_.up();
  ASSERT_TRUE(enable("sample").ok());
  std::array<int, 2> to_plugin{}, from_plugin{};
  ASSERT_EQ(pipe(to_plugin.data()), 0);
  ASSERT_EQ(pipe(from_plugin.data()), 0);
  Result<RouteAnswer> answer = RouteAnswer{};
  std::thread caller([&] {
    answer = house_.call("sample", "GET", "/wait", "",
                         {{"in", std::to_string(to_plugin[0])}, {"out", std::to_string(from_plugin[1])}});
  });
  char byte = 0;
  ASSERT_EQ(read(from_plugin[0], &byte, 1), 1); // the call is inside
  Result<PluginInfo> disabled = PluginInfo{};
  std::thread stopper([&] { disabled = disable("sample"); });
  while (pings("sample")) std::this_thread::yield();
  EXPECT_EQ(ping_fault("sample"), "host.disabled");
  ASSERT_EQ(write(to_plugin[1], &byte, 1), 1);
  caller.join();
  stopper.join();
  ASSERT_TRUE(answer.ok()) << answer.fault().message.en;
  EXPECT_EQ(answer->body, "{\"waited\":true}");
  EXPECT_TRUE(disabled.ok());
  for (const int end : {to_plugin[0], to_plugin[1], from_plugin[0], from_plugin[1]}) close(end);
}

TEST_F(EnableTest, GivesUpOnCallsThatDoNotEndAndOnADeactivateThatHangs) {
  house_.options.control_ms = 200;
  put_faulty(house_, "hang_in_deactivate");
  put_sample(house_);
  house_.up();
  ASSERT_TRUE(enable("faulty").ok());
  ASSERT_TRUE(enable("sample").ok());
  EXPECT_EQ(disable("faulty").fault().code, "host.hangs");
  EXPECT_EQ(house_.state("faulty"), PluginState::failed);
  EXPECT_EQ(enable("faulty").fault().code, "host.given_up");
  EXPECT_TRUE(pings("sample"));
}

TEST_F(EnableTest, EndsAPluginThatThrowsWhileItIsDisabled) {
  put_faulty(house_, "throw_in_deactivate");
  house_.up();
  ASSERT_TRUE(enable("faulty").ok());
  EXPECT_TRUE(disable("faulty").ok());
  EXPECT_EQ(house_.state("faulty"), PluginState::disabled);
}

TEST_F(EnableTest, RefusesATopicOfTheKernelAndAPairOfUndeclaredPermissions) {
  auto guest = Json::parse(test::guest_entity());
  guest["states"] = Json::parse(R"({"field":"status","initial":"new","values":[{"code":"new","title":{"zh":"新"}},
    {"code":"greeted","title":{"zh":"已问候"}}],"transitions":[{"name":"greet","title":{"zh":"问候"},"from":["new"],
    "to":"greeted","permission":"greet"}]})");
  auto declared = test::sample_manifest();
  declared["events"]["publishes"].push_back("sample.guest.greeted");
  auto files = test::sample_files();
  for (auto& [name, content] : files)
    if (name == "entities/guest.json") content = guest.dump();
  house_.put(declared, "fixture_sample", files);
  auto& host = house_.up();
  ASSERT_EQ(house_.state("sample"), PluginState::failed);
  EXPECT_EQ(host.plugin("sample")->reason->message.en,
            "The kernel tells of the transition greet under the topic sample.guest.greeted.");
}

TEST_F(EnableTest, DutiesThatExcludeEachOtherAreRefusedWhileItIsEnabledAndHoldersNamed) {
  auto declared = test::sample_manifest();
  declared["conflicts"] = {{{"permissions", {"sample.use", "sample.guest.delete"}},
                            {"title", {{"zh", "使用与删除"}, {"en", "Using and deleting"}}},
                            {"source", "test"}}};
  house_.put(declared, "fixture_sample", test::sample_files());
  auto& host = house_.up();
  access::Role both;
  both.code = "both";
  both.title = {"两者", "Both"};
  both.permissions = {"sample.*"};
  ASSERT_TRUE(house_.access->create_role(house_.system(), both).ok()) << "nothing is declared yet";
  const auto enabled = enable("sample");
  ASSERT_TRUE(enabled.ok()) << enabled.fault().message.en;
  EXPECT_TRUE(enabled->conflicts.empty()) << "nobody holds the role";
  both.code = "again";
  const auto refused = house_.access->create_role(house_.system(), both);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().fields.front().code, "role.conflict");
  EXPECT_NE(refused.fault().fields.front().message.en.find("sample.use and sample.guest.delete"), std::string::npos);
  ASSERT_TRUE(disable("sample").ok());
  EXPECT_TRUE(house_.access->create_role(house_.system(), both).ok());
  EXPECT_TRUE(host.plan(house_.system(), "sample")->refusals.empty());
}

TEST_F(EnableTest, StartsWhatWasEnabledAgainInTheOrderOfDependencies) {
  auto declared = test::sample_manifest("other");
  declared["requires"]["plugins"] = {{"sample", ">=0.1.0"}};
  house_.put(declared, "fixture_other", test::sample_files());
  put_sample(house_);
  put_faulty(house_, "none");
  house_.up();
  ASSERT_TRUE(enable("sample").ok());
  ASSERT_TRUE(enable("other").ok());
  ASSERT_TRUE(enable("faulty").ok());
  ASSERT_TRUE(disable("faulty").ok());
  const auto since = house_.host->plugin("sample")->enabled_at_ms;
  house_.clock.advance_ms(60'000);
  house_.host.reset();
  house_.up();
  EXPECT_EQ(house_.state("sample"), PluginState::enabled);
  EXPECT_EQ(house_.state("other"), PluginState::enabled);
  EXPECT_EQ(house_.state("faulty"), PluginState::disabled);
  EXPECT_EQ(house_.host->plugin("sample")->enabled_at_ms, since);
  EXPECT_TRUE(pings("other"));
  // A plugin that went away or broke is left out and said so; the others start.
  house_.host.reset();
  std::filesystem::remove_all(folder_.path() + "/plugins/sample");
  house_.up();
  EXPECT_EQ(house_.state("sample"), PluginState::failed);
  EXPECT_EQ(house_.reason("other"), "host.dependency_missing");
}

TEST_F(EnableTest, LeavesOutAPluginThatEndedTheServerTwice) {
  put_sample(house_);
  house_.up();
  ASSERT_TRUE(enable("sample").ok());
  house_.host.reset();
  ASSERT_TRUE(house_.database
                  ->write(house_.system(),
                          [](storage::Session& session) -> Result<void> {
                            OB_CHECK(session.execute("UPDATE host_plugin SET attempts = 2 WHERE id = 'sample'"));
                            return {};
                          })
                  .ok());
  house_.up();
  EXPECT_EQ(house_.state("sample"), PluginState::failed);
  EXPECT_EQ(house_.reason("sample"), "host.quarantined");
  EXPECT_TRUE(enable("sample").ok());
  EXPECT_TRUE(pings("sample"));
}

TEST_F(EnableTest, OthersNeverNoticeThatAPluginComesAndGoesUnderLoad) {
  put_sample(house_);
  put_sample(house_, "other");
  house_.up();
  ASSERT_TRUE(enable("sample").ok());
  std::atomic<bool> stop{false};
  std::atomic<int> served{0}, failed{0}, strange{0}, other_served{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      while (!stop) {
        if (t % 2 == 0) {
          ++(pings("sample") ? served : failed);
        } else {
          const auto fault = ping_fault("other");
          if (fault == "none")
            ++other_served;
          else if (fault != "host.disabled")
            ++strange;
        }
      }
    });
  }
  for (int round = 0; round < 15; ++round) {
    EXPECT_TRUE(enable("other").ok());
    const auto before = other_served.load();
    while (other_served == before) std::this_thread::yield();
    EXPECT_TRUE(disable("other").ok());
  }
  stop = true;
  for (auto& thread : threads) thread.join();
  EXPECT_GT(served, 0);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(strange, 0);
}

} // namespace
} // namespace onebudget::host
