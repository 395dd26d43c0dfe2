// Requests, messages, rules, jobs and events through a real plugin, and what a plugin may not do.

#include <gtest/gtest.h>

#include <algorithm>

#include "kernel/host/services/kv_store.hpp"
#include "kernel/host/testdata/declarations.hpp"
#include "kernel/storage/testing.hpp"

namespace onebudget::host {
namespace {

using test::House;
using test::put_faulty;
using test::put_sample;

/// sample and other, enabled, in a house of their own.
class Enabled {
 protected:
  void open(const std::string& database_url = {}) {
    house_ = std::make_unique<House>(folder_.path(), database_url);
    house_->options.settings["sample.limit"] = "7";
    put_sample(*house_);
    put_sample(*house_, "other");
    house_->up();
    for (const auto* id : {"sample", "other"}) {
      const auto enabled = house_->host->enable(house_->system(), id);
      ASSERT_TRUE(enabled.ok()) << enabled.fault().message.en;
    }
  }
  Result<RouteAnswer> call(const std::string& method, const std::string& pattern, const std::string& body = {},
                           std::vector<std::pair<std::string, std::string>> parameters = {}) {
    return house_->call("sample", method, pattern, body, std::move(parameters));
  }
  Json json(const Result<RouteAnswer>& answer) {
    EXPECT_TRUE(answer.ok()) << answer.fault().code << " " << answer.fault().message.en;
    return answer.ok() ? Json::parse(answer->body) : Json();
  }
  std::int64_t guests(const std::string& plugin = "sample") {
    records::Query query;
    query.count = true;
    const auto page = house_->records->list(house_->system(), plugin + ".guest", query);
    EXPECT_TRUE(page.ok()) << page.fault().message.en;
    return page.ok() ? page->count.value_or(-1) : -1;
  }

  test::Folder folder_;
  std::unique_ptr<House> house_;
};

class CallsTest : public storage::DatabaseTest, protected Enabled {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (!IsSkipped()) open(test().url());
  }
  void TearDown() override { house_.reset(); }
};

TEST_P(CallsTest, CommitsTheUnitAfterA2xxAnswerAndOnlyThen) {
  const auto created = json(call("POST", "/guest", R"({"name": "Li"})"));
  ASSERT_TRUE(created.contains("id"));
  EXPECT_EQ(guests(), 1);
  const auto refused = call("POST", "/guest-refused", R"({"name": "Wu"})");
  ASSERT_TRUE(refused.ok());
  EXPECT_EQ(refused->status, 422);
  EXPECT_EQ(guests(), 1);
}

TEST_P(CallsTest, TheRuleAssignsRefusesAndBreaks) {
  const auto first = house_->records->create(house_->system(), "sample.guest", {{"name", "Li"}}, records::Form::rest);
  ASSERT_TRUE(first.ok()) << first.fault().message.en;
  EXPECT_EQ(Json::parse(first->json)["code"], "G001");
  const auto nobody =
      house_->records->create(house_->system(), "sample.guest", {{"name", "nobody"}}, records::Form::rest);
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.fault().status(), 422);
  ASSERT_FALSE(nobody.fault().fields.empty());
  EXPECT_EQ(nobody.fault().fields.front().field, "/name");
  EXPECT_EQ(nobody.fault().fields.front().code, "guest.nobody");
  EXPECT_EQ(nobody.fault().fields.front().remedy.en, "Give a name.");
  EXPECT_FALSE(
      house_->records->create(house_->system(), "sample.guest", {{"name", "broken"}}, records::Form::rest).ok());
  EXPECT_EQ(guests(), 1);
  // The same rule, when the write comes from the plugin itself: the fault comes back whole.
  const auto through = call("POST", "/guest", R"({"name": "nobody"})");
  ASSERT_FALSE(through.ok());
  EXPECT_EQ(through.fault().status(), 422);
  ASSERT_FALSE(through.fault().fields.empty());
  EXPECT_EQ(through.fault().fields.front().remedy.en, "Give a name.");
}

TEST_P(CallsTest, ARuleThatThrowsRefusesTheWriteAndNothingElse) {
  put_faulty(*house_, "throw_in_hook");
  ASSERT_TRUE(house_->host->discover().ok());
  ASSERT_TRUE(house_->host->enable(house_->system(), "faulty").ok());
  const auto created = house_->records->create(house_->system(), "faulty.guest", {{"name", "Li"}}, records::Form::rest);
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.fault().code, "host.throws");
  EXPECT_EQ(house_->host->plugin("faulty")->failures, 1);
  EXPECT_EQ(house_->state("faulty"), PluginState::enabled);
  EXPECT_TRUE(call("GET", "/ping").ok());
}

TEST_P(CallsTest, AThrowFromARouteIsAnAnswerOf500) {
  put_faulty(*house_, "throw_in_handle");
  ASSERT_TRUE(house_->host->discover().ok());
  ASSERT_TRUE(house_->host->enable(house_->system(), "faulty").ok());
  const auto answer = house_->call("faulty", "GET", "/go");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.fault().code, "host.throws");
  EXPECT_EQ(answer.fault().status(), 500);
  EXPECT_NE(house_->metrics.text().find("onebudget_plugin_failures_total"), std::string::npos);
}

TEST_P(CallsTest, ReadsAllRowsInBatches) {
  std::vector<Json> rows;
  for (int i = 0; i < 600; ++i) rows.push_back({{"name", "guest " + std::to_string(i)}});
  const auto unit = house_->records->begin(house_->system());
  for (const auto& row : rows) ASSERT_TRUE(unit->create("sample.guest", row, records::Form::abi).ok());
  ASSERT_TRUE(unit->commit().ok());
  EXPECT_EQ(json(call("GET", "/list")), (Json{{"rows", 600}, {"batches", 3}}));
}

TEST_P(CallsTest, TellsThePluginAboutCallerLanguageSettingsAndTexts) {
  auto context = house_->system();
  context.language = "en";
  const auto english = json(house_->host->call_route(context, "sample", {"GET", "/about", {}, ""}));
  EXPECT_EQ(english["caller"]["kind"], "service");
  EXPECT_EQ(english["text"], "Hello, Li");
  EXPECT_EQ(english["limit"], 7);
  EXPECT_EQ(english["settings"]["limit"], 7);
  EXPECT_EQ(english["allowed"], 1);
  EXPECT_EQ(json(call("GET", "/about"))["text"], "你好，Li");
  EXPECT_EQ(house_->host->text("sample", "greeting").en, "Hello, {0}");
  EXPECT_EQ(house_->host->text("sample", "missing").zh, "missing");
}

TEST_P(CallsTest, TellsWhereANodeStands) {
  const auto create = [&](const access::NewNode& node) {
    const auto created = house_->access->create_node(house_->system(), node);
    EXPECT_TRUE(created.ok()) << created.fault().message.en;
    return created.ok() ? created->id.str() : std::string();
  };
  access::NewNode node;
  node.code = "320000000";
  node.name = "江苏省";
  node.kind = access::NodeKind::region;
  node.gov_level = access::GovLevel::province;
  node.valid_from = "2020-01-01";
  create(node);
  node = {};
  node.code = "320000000-101";
  node.name = "省教育厅";
  node.parent_code = "320000000";
  node.kind = access::NodeKind::department;
  node.valid_from = "2020-01-01";
  node.department_code = "101";
  const auto id = create(node);
  const auto told = json(call("GET", "/node", "", {{"id", id}}));
  EXPECT_EQ(told["code"], "320000000-101");
  EXPECT_EQ(told["kind"], "department");
  EXPECT_EQ(told["region_code"], "320000000");
  EXPECT_EQ(told["department_code"], "101");
  EXPECT_EQ(call("GET", "/node", "", {{"id", "999"}}).fault().status(), 404);
}

struct Probe {
  const char* what;
  int status;
};
class ProbeTest : public ::testing::TestWithParam<Probe>, protected Enabled {
 protected:
  void SetUp() override { open(); }
};

TEST_P(ProbeTest, IsAnsweredWithAStatusAndNotWithACrash) {
  static_cast<void>(call("GET", "/probe/{what}", "", {{"what", "none"}})); // leaves a call behind that is over
  EXPECT_EQ(json(call("GET", "/probe/{what}", "", {{"what", GetParam().what}}))["status"], GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Misuse, ProbeTest,
    ::testing::Values(Probe{"stale-call", -102}, Probe{"forged-call", -102}, Probe{"space", -101},
                      Probe{"wrong-kind", -500}, Probe{"undeclared-topic", -300}, Probe{"undeclared-call", -300},
                      Probe{"bad-spec", -100}, Probe{"missing-row", -301}, Probe{"undeclared", -300},
                      Probe{"unknown-service", -201}, Probe{"too-small", -201}, Probe{"forged-buffer", -102},
                      Probe{"call-as-buffer", -102}, Probe{"forged-host", -102}, Probe{"huge-buffer", -400},
                      Probe{"released-twice", -102}, Probe{"bad-utf8", -100}, Probe{"null-span", -100}),
    [](const auto& test) {
      std::string name = test.param.what;
      std::ranges::replace(name, '-', '_');
      return name;
    });

TEST_P(CallsTest, PassesOnWhatThePluginSaysIsWrong) {
  const auto answer = call("POST", "/error");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.fault().status(), 422);
  EXPECT_EQ(answer.fault().code, "sample.full");
  EXPECT_EQ(answer.fault().message.en, "The house is full.");
  EXPECT_EQ(answer.fault().fields.front().field, "/name");
  EXPECT_EQ(call("POST", "/garbage").fault().code, "host.bad_answer");
  EXPECT_EQ(call("GET", "/nowhere").fault().code, "host.no_route");
}

TEST_P(CallsTest, ChecksThePermissionBeforeThePluginIsCalled) {
  Context nobody;
  nobody.now_ms = house_->clock.now_ms();
  const auto anonymous = house_->host->call_route(nobody, "sample", {"GET", "/ping", {}, ""});
  ASSERT_FALSE(anonymous.ok());
  EXPECT_TRUE(anonymous.fault().status() == 401 || anonymous.fault().status() == 403);
  auto clerk = nobody;
  clerk.caller.kind = CallerKind::person;
  clerk.caller.user = UserId{4711};
  clerk.caller.name = "clerk";
  const auto before = house_->host->plugin("sample")->calls;
  EXPECT_EQ(house_->host->call_route(clerk, "sample", {"GET", "/ping", {}, ""}).fault().code, "host.forbidden");
  EXPECT_EQ(house_->host->plugin("sample")->calls, before);
}

TEST_P(CallsTest, AMessageToAnotherPluginJoinsTheCallersUnit) {
  const auto answer = json(house_->call("other", "POST", "/relay", "", {{"service", "sample/1"}, {"method", "greet"}}));
  EXPECT_EQ(answer["ok"], true);
  EXPECT_EQ(guests("sample"), 1);
  // And is dropped with it.
  const auto unit = house_->records->begin(house_->system());
  ASSERT_TRUE(house_->host->call_service(*unit, "sample/1", "greet", R"({"name": "Wu"})").ok());
  EXPECT_EQ(guests("sample"), 1);
  ASSERT_TRUE(unit->commit().ok());
  EXPECT_EQ(guests("sample"), 2);
}

TEST_P(CallsTest, MessagesHaveABottomAndAnAddress) {
  const auto relay = [&](const char* service, const char* method) {
    return house_->call("other", "POST", "/relay", "", {{"service", service}, {"method", method}});
  };
  EXPECT_EQ(relay("sample/1", "again").fault().code, "host.too_deep");
  EXPECT_EQ(relay("sample/1", "unheard_of").fault().code, "host.no_service");
  EXPECT_EQ(relay("ghost/1", "greet").fault().code, "host.undeclared");
  EXPECT_EQ(relay("sample/1", "silent").fault().code, "host.bad_answer");
  ASSERT_TRUE(house_->host->disable(house_->system(), "sample").ok());
  EXPECT_EQ(relay("sample/1", "greet").fault().code, "host.no_service");
}

TEST_P(CallsTest, RunsJobsWithProgressAndCheckpointsAndAsItsOwnIdentityWhenScheduled) {
  const auto id = json(call("POST", "/job"))["id"].get<std::int64_t>();
  const auto ran = house_->scheduler->run_one();
  ASSERT_TRUE(ran.ok()) << ran.fault().message.en;
  EXPECT_TRUE(*ran);
  const auto job = house_->scheduler->job(JobId{id});
  ASSERT_TRUE(job.ok());
  EXPECT_EQ(job->state, scheduler::JobState::done) << job->error;
  EXPECT_EQ(Json::parse(job->result), (Json{{"rows", 3}}));
  EXPECT_EQ(guests(), 3);
  const auto schedules = house_->scheduler->schedules();
  ASSERT_TRUE(schedules.ok());
  EXPECT_TRUE(std::ranges::any_of(
      *schedules, [](const auto& schedule) { return schedule.id == "sample.count" && schedule.enabled; }));
  // A day later it is due by itself, for both plugins, and may write what its manifest asks for.
  house_->clock.advance_ms(86'400'000);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(house_->scheduler->run_one().ok());
  EXPECT_EQ(guests(), 6);
  EXPECT_EQ(guests("other"), 3);
}

TEST_P(CallsTest, DeliversCommittedEventsToThePluginsThatAskedForThem) {
  static_cast<void>(call("POST", "/guest", R"({"name": "Li"})"));
  KvStore kv(*house_->database);
  // On PostgreSQL an event waits for older transactions of the whole server.
  EXPECT_TRUE(until([&] {
    const auto dispatched = house_->outbox->dispatch();
    EXPECT_TRUE(dispatched.ok());
    return kv.get(house_->system(), "sample", "events")->value_or("0") == "1";
  }));
  EXPECT_EQ(kv.get(house_->system(), "other", "events")->value_or("0"), "0");
}

TEST_P(CallsTest, SettingsOfTheWrongTypeAreRefused) {
  ASSERT_TRUE(house_->host->disable(house_->system(), "sample").ok());
  house_->host.reset();
  house_->options.settings["sample.limit"] = "\"seven\"";
  house_->up();
  EXPECT_EQ(house_->host->enable(house_->system(), "sample").fault().code, "host.setting");
}

OB_ON_EVERY_DATABASE(CallsTest);

} // namespace
} // namespace onebudget::host
