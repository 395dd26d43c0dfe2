#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::testing {
namespace {

class Face : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << started.fault().message.en;
  }
  Result<plugin::Answer> run(const std::string& what, std::map<std::string, std::string> more = {},
                             const std::string& body = {}) {
    more["what"] = what;
    return host.request("POST /run/{what}", more, body);
  }
  Json answer(const std::string& what) {
    const auto got = run(what);
    EXPECT_TRUE(got.ok()) << got.fault().code << " " << got.fault().message.zh;
    return got ? Json::parse(got->body) : Json();
  }
  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
};

TEST_F(Face, lets_no_exception_out) {
  for (const char* what : {"throw", "throw_int", "json_type"}) {
    const auto got = run(what);
    ASSERT_FALSE(got.ok()) << what;
    EXPECT_EQ(got.fault().code, "plugin.threw");
    EXPECT_EQ(got.fault().kind, FaultKind::internal);
  }
  EXPECT_EQ(host.send("probe/1", "explode", {}).fault().code, "plugin.threw");
  ASSERT_EQ(host.logs().size(), 4U);
  EXPECT_EQ(host.logs()[0].message, "handle threw: on purpose");
  EXPECT_EQ(host.logs()[0].level, OB_LOG_ERROR);
  EXPECT_TRUE(host.stop().ok());
}

TEST_F(Face, carries_faults_with_code_field_and_language) {
  for (const auto& [asked, got] : {std::pair{400, 400},
                                   {403, 403},
                                   {404, 404},
                                   {409, 409},
                                   {410, 410},
                                   {412, 412},
                                   {422, 422},
                                   {423, 423},
                                   {428, 428},
                                   {429, 429},
                                   {500, 500},
                                   {503, 503},
                                   {504, 504}}) {
    const auto answer = run(std::to_string(asked));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.fault().status(), got);
    EXPECT_EQ(answer.fault().code, "probe.asked");
    EXPECT_EQ(answer.fault().fields.at(0).field, "/a");
  }
  EXPECT_EQ(run("422").fault().message.zh, "按要求出错。");
  host.set_language("en");
  EXPECT_EQ(run("422").fault().message.zh, "An error as asked.");
}

TEST_F(Face, tells_every_field_of_a_fault_with_its_own_code_in_both_languages) {
  const Fault told = run("422").fault();
  ASSERT_EQ(told.fields.size(), 2U);
  EXPECT_EQ(told.fields[0].code, "probe.a");
  EXPECT_EQ(told.fields[0].message.zh, "甲错。");
  EXPECT_EQ(told.fields[0].message.en, "A is wrong.");
  EXPECT_EQ(told.fields[0].remedy.en, "Mend A.");
  EXPECT_EQ(told.fields[1].field, "/b");
  EXPECT_EQ(told.fields[1].code, "probe.asked") << "without a code of its own it has the fault's";
}

TEST_F(Face, writes_many_records_all_or_none) {
  const Json out = answer("many");
  EXPECT_EQ(out["ids"], 3);
  EXPECT_EQ(out["own"], "m3");
  EXPECT_EQ(out["wrong"], Json::array({"/1/colour"}));
  EXPECT_EQ(out["stock"], Json::array({1, 8}));
  EXPECT_EQ(out["guard"], "records.guard");
  EXPECT_EQ(out["failed"], Json::array({"/rows/0"}));
  EXPECT_EQ(out["is"], Json::array({"/rows/1"}));
  EXPECT_EQ(out["left"], 1) << "nothing of a refused call remains";
}

TEST_F(Face, reads_records_in_batches) {
  for (int i = 0; i < 600; ++i) host.plant("probe.item", {{"code", "I" + std::to_string(i)}, {"amount", i}});
  host.plant("probe.item", {{"code", "I\"7\\"}, {"status", "done"}});
  const Json out = answer("records");
  EXPECT_EQ(out["count"], 600);
  EXPECT_EQ(out["fen"], 599 * 300);
  EXPECT_EQ(out["quoted"], "I\"7\\");
  EXPECT_EQ(out["groups"]["done"]["count"], 1);
  EXPECT_EQ(out["groups"]["draft"]["sum_amount"], 599 * 300);
  EXPECT_EQ(out["missing"], "records.not_found");
  EXPECT_EQ(out["wrong"], "records.filter_syntax");
  EXPECT_EQ(out["many"], "plugin.too_many");
  EXPECT_TRUE(host.stop().ok()) << "nothing is left over";
}

TEST_F(Face, writes_in_the_unit_of_work_of_the_call) {
  const Json out = answer("write");
  EXPECT_EQ(out["own"], "new");
  EXPECT_EQ(out["share"], "0.25");
  EXPECT_EQ(out["day"], "2026-02-03");
  EXPECT_EQ(out["open"], true);
  EXPECT_EQ(out["none"], false);
  EXPECT_EQ(out["in_snapshot"], 0);
  EXPECT_EQ(out["stale"], "records.version");
  EXPECT_EQ(out["stale_kind"], 412);
  EXPECT_EQ(out["stock"], 1);
  EXPECT_EQ(out["short"], "records.guard");
  EXPECT_EQ(out["again"], "records.transition");
  EXPECT_EQ(out["upsert"], Json::array({2, 2, 0}));
  EXPECT_EQ(out["upsert_again"], Json::array({2, 1, 1}));
  EXPECT_EQ(out["upsert_twice"], Json::array({0, false}));
  EXPECT_EQ(out["upsert_errors"], 1);
  EXPECT_EQ(host.rows("probe.item", "code==gone").size(), 0U);
  EXPECT_EQ(host.rows("probe.item", "code==u1;amount==0.06").size(), 1U);
  EXPECT_EQ(host.rows("probe.item", "code=in=(u1,u2,u3)").size(), 2U);
}

TEST_F(Face, drops_the_writes_of_an_answer_that_is_not_2xx) {
  EXPECT_EQ(run("write_then_refuse")->status, 409);
  EXPECT_TRUE(host.rows("probe.item", "code==new").empty());
}

TEST_F(Face, knows_who_asks_and_in_which_language) {
  host.set_caller("zhang", UserId{7});
  host.grant("probe.all.use");
  const auto got = run("call", {{"long", std::string(5000, 'x')}});
  ASSERT_TRUE(got.ok()) << got.fault().message.zh;
  const Json out = Json::parse(got->body);
  EXPECT_EQ(out["caller"], "zhang");
  EXPECT_EQ(out["user"], "7");
  EXPECT_EQ(out["may"], true);
  EXPECT_EQ(out["several"], Json::array({true, false}));
  EXPECT_EQ(out["undeclared"], "host.status");
  EXPECT_EQ(out["long"], 5000);
  EXPECT_EQ(out["absent"], false);
  EXPECT_EQ(out["digest"], 32);
  EXPECT_EQ(out["random"], 16);
  EXPECT_EQ(out["setting"], "");
  EXPECT_EQ(out["text"], "甲，你好，乙");
  EXPECT_EQ(out["no_text"], "nothing");
  EXPECT_EQ(out["today"], "2026-01-01");
  EXPECT_EQ(out["language"], "zh");
  ASSERT_EQ(host.events().size(), 1U);
  EXPECT_EQ(host.events()[0].topic, "probe.seen");
  EXPECT_EQ(host.audits().at(0).action, "probe.looked");
  EXPECT_EQ(host.submitted().at(0).second["steps"], 2);
  EXPECT_EQ(host.logs().at(0).fields["at"], "everything");
}

TEST_F(Face, counts_days_as_in_china) {
  host.set_now(1'767'283'199'000); // 2026-01-01T15:59:59Z
  EXPECT_EQ(answer("call")["today"], "2026-01-01");
  host.set_now(1'767'283'200'000);
  EXPECT_EQ(answer("call")["today"], "2026-01-02");
}

TEST_F(Face, keeps_small_state_and_knows_the_tree) {
  host.add_node(RecordId{5}, {{"name", "南京市"}, {"kind", "region"}});
  const Json out = answer("kv");
  EXPECT_EQ(out["a"], "3");
  EXPECT_EQ(out["nothing"], false);
  EXPECT_EQ(out["taken"], "409");
  EXPECT_EQ(out["counter"], Json::array({1, 5}));
  EXPECT_EQ(out["keys"], Json::array({"b", "c", "n"}));
  EXPECT_EQ(out["node"], "南京市");
  EXPECT_EQ(out["nowhere"], 404);
}

TEST_F(Face, talks_to_other_plugins_through_messages) {
  EXPECT_EQ(run("send").fault().kind, FaultKind::unavailable);
  host.provide("other/1", [](const std::string& method, const Json& request) -> Result<Json> {
    return Json{{"method", method}, {"request", request}};
  });
  EXPECT_EQ(answer("send"), (Json{{"method", "echo"}, {"request", {{"x", 1}}}}));
  EXPECT_EQ(host.send("probe/1", "double", {{"n", 21}})->at("twice"), 42);
  EXPECT_EQ(host.send("probe/1", "triple", {}).fault().code, "plugin.unhandled");
}

TEST_F(Face, passes_a_refusal_of_the_host_on) {
  const auto got = run("pass_on");
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.fault().kind, FaultKind::rule);
  EXPECT_EQ(got.fault().code, "records.invalid");
  EXPECT_EQ(run("body", {}, "[1]").fault().kind, FaultKind::malformed);
  EXPECT_EQ(run("body", {}, "{\"a\":1}")->body, "{\"a\":1}");
}

TEST_F(Face, judges_and_completes_writes) {
  EXPECT_EQ(host.insert("probe.item", {{"code", "refuse"}}).fault().fields.at(0).remedy.zh, "换一个。");
  const auto wise = host.insert("probe.item", {{"code", "wise"}});
  ASSERT_TRUE(wise.ok());
  EXPECT_EQ(host.row("probe.item", *wise).money("amount").fen(), 4200);
  const auto plain = host.insert("probe.item", {{"code", "plain"}});
  EXPECT_EQ(host.row("probe.item", *plain).money("amount").fen(), 150);
  EXPECT_EQ(host.update("probe.item", *plain, {{"code", "other"}}).fault().fields.at(0).code, "probe.renamed");
  const auto broken = host.insert("probe.item", {{"code", "broken"}});
  EXPECT_EQ(broken.fault().code, "probe.broken");
  EXPECT_EQ(broken.fault().kind, FaultKind::unavailable);
  EXPECT_TRUE(host.transition("probe.item", *plain, "finish").ok());
  EXPECT_TRUE(host.remove("probe.item", *plain).ok());
}

TEST_F(Face, runs_jobs_that_go_on_where_they_stopped) {
  const auto done = host.run_job("walk", {{"steps", 3}});
  ASSERT_TRUE(done.ok()) << done.fault().message.zh;
  EXPECT_EQ(done->result["steps"], 3);
  EXPECT_EQ(done->progress, (std::vector<std::string>{"1/3 step", "2/3 step", "3/3 step"}));
  EXPECT_EQ(host.rows("probe.item").size(), 3U);
  ASSERT_TRUE(host.run_job("walk", {{"steps", 4}}).ok());
  EXPECT_EQ(host.rows("probe.item").size(), 4U);
  host.cancel_jobs();
  host.set_checkpoint(nullptr);
  EXPECT_EQ(host.run_job("walk", {{"steps", 9}}).fault().kind, FaultKind::deadline);
  EXPECT_EQ(host.run_job("sleep").fault().code, "plugin.unhandled");
}

TEST_F(Face, hears_events_and_tells_its_health) {
  ASSERT_TRUE(host.deliver("records.changed", "probe.item/1", {{"id", "1"}}).ok());
  EXPECT_EQ(host.events().at(0).key, "probe.item/1");
  EXPECT_EQ(host.deliver("elsewhere", "", {}).fault().code, "plugin.unhandled");
  EXPECT_EQ(host.health()->state, plugin::Health::State::degraded);
  EXPECT_EQ(host.health()->reason, "tired");
  EXPECT_TRUE(host.healthy());
  EXPECT_TRUE(host.stop().ok());
  EXPECT_FALSE(host.healthy());
}

TEST(FaceRow, a_loop_over_a_passing_row_holds_what_it_reads) {
  int sum = 0;
  for (const Json& item : plugin::Row(Json{{"items", {std::string(100, 'x'), std::string(200, 'y')}}}).at("items"))
    sum += static_cast<int>(item.get<std::string>().size());
  EXPECT_EQ(sum, 300);
  EXPECT_TRUE(plugin::Row().at("items").is_null());
}

TEST(FaceStart, says_why_it_does_not_start) {
  for (const auto& [trouble, code] : {std::pair{"throw", "plugin.threw"}, {"fault", "probe.settings"}}) {
    FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
    host.set_setting("trouble", trouble);
    EXPECT_EQ(host.start().fault().code, code);
    EXPECT_FALSE(host.request("POST /run/{what}").ok());
  }
}

TEST_F(Face, keeps_to_the_messages_that_its_manifest_declares) {
  const auto wrong = host.send("probe/1", "double", {{"n", "many"}});
  EXPECT_EQ(wrong.fault().code, "testing.request");
  EXPECT_NE(wrong.fault().message.en.find("/n"), std::string::npos);
  EXPECT_EQ(host.send("probe/1", "mumble", {}).fault().code, "testing.reply");
}

TEST(FaceStart, refuses_a_host_that_speaks_another_abi_and_says_what_it_needs) {
  for (const auto& [major, minor] : {std::pair<std::uint32_t, std::uint32_t>{OB_ABI_MAJOR + 1, 0}, {OB_ABI_MAJOR, 0}}) {
    FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
    host.offer(major, minor);
    const auto refused = host.start();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.fault().code, "testing.refused");
    EXPECT_NE(refused.fault().message.en.find("ABI 0.1"), std::string::npos) << refused.fault().message.en;
  }
}

TEST(FaceStart, can_be_started_again_and_twice_at_once) {
  FakeHost one(ONEBUDGET_PLUGIN_PACKAGE), other(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(one.start().ok());
  ASSERT_TRUE(other.start().ok());
  ASSERT_TRUE(one.insert("probe.item", {{"code", "mine"}}).ok());
  EXPECT_TRUE(other.rows("probe.item").empty());
  ASSERT_TRUE(one.stop().ok());
  ASSERT_TRUE(one.start().ok());
  EXPECT_EQ(one.send("probe/1", "double", {{"n", 4}})->at("twice"), 8);
}

TEST(FaceStart, names_the_service_that_it_was_not_given) {
  FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
  host.withhold("ob.records/1");
  ASSERT_TRUE(host.start().ok());
  const auto got = host.request("POST /run/{what}", {{"what", "records"}});
  EXPECT_EQ(got.fault().code, "plugin.service_absent");
  EXPECT_NE(got.fault().message.zh.find("ob.records/1"), std::string::npos);
}

} // namespace
} // namespace onebudget::testing
