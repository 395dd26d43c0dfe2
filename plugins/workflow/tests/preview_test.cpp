// POST /workflow/preview on the fake host.
#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::workflow {
namespace {

using testing::FakeHost;
using testing::Json;

class Preview : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << started.fault().message.en;
  }
  void TearDown() override { EXPECT_TRUE(host.stop().ok()); }
  Result<plugin::Answer> ask(const Json& definition, const Json& facts) {
    return host.request("POST /preview", {}, Json{{"definition", definition}, {"facts", facts}}.dump());
  }
  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
  Json two_steps = {
      {"steps", Json::array({{{"id", "review"}, {"roles", {"reviewer"}}},
                             {{"id", "approve"}, {"rank", 2}, {"roles", {"chief"}}, {"from", "500000.00"}}})}};
};

TEST_F(Preview, shows_the_way_of_a_small_and_of_a_large_case) {
  const auto small = ask(two_steps, {{"amount", "499999.99"}});
  ASSERT_TRUE(small.ok()) << small.fault().message.en;
  EXPECT_EQ(Json::parse(small->body)["way"].size(), 1U);
  const auto large = ask(two_steps, {{"amount", "500000"}});
  ASSERT_TRUE(large.ok()) << large.fault().message.en;
  const Json out = Json::parse(large->body);
  EXPECT_TRUE(out["findings"].empty());
  ASSERT_EQ(out["way"].size(), 2U);
  EXPECT_EQ(out["way"][1][0]["id"], "approve");
  EXPECT_EQ(out["way"][1][0]["roles"][0], "chief");
}

TEST_F(Preview, a_definition_with_a_gap_gets_findings_and_no_way) {
  two_steps["steps"].erase(0);
  const auto answer = ask(two_steps, {{"amount", "1"}});
  ASSERT_TRUE(answer.ok()) << answer.fault().message.en;
  const Json out = Json::parse(answer->body);
  ASSERT_EQ(out["findings"].size(), 1U);
  EXPECT_EQ(out["findings"][0]["code"], "workflow.no_step");
  EXPECT_TRUE(out["way"].empty());
}

TEST_F(Preview, wrong_types_and_automatic_approval_are_refused_by_name) {
  for (const auto& [member, value] : std::vector<std::pair<std::string, Json>>{
           {"overdue", "approve"}, {"mode", "most"}, {"roles", "chief"}, {"rank", 1.5}, {"id", 7}}) {
    Json changed = two_steps;
    changed["steps"][0][member] = value;
    const auto answer = ask(changed, {{"amount", "1"}});
    ASSERT_FALSE(answer.ok()) << member;
    EXPECT_EQ(answer.fault().code, "http.body");
    EXPECT_EQ(answer.fault().fields.at(0).field, "/definition/steps/0/" + member);
  }
  EXPECT_EQ(ask(two_steps, Json::object()).fault().code, "http.body");
}

} // namespace
} // namespace onebudget::workflow
