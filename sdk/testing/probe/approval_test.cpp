// Records that move together with their approval, seen from their own plugin; the one that leads approvals is played.
#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::testing {
namespace {

constexpr const char* kPaper = "probe.paper";

class Approvals : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(host.start().ok());
    host.add_node(RecordId{5}, {{"name", "教育局"}, {"kind", "unit"}, {"department_code", "106"}});
  }
  /// `answer` is what permits says; `refused` the code of a fault for the method of that name.
  void play() {
    host.provide("workflow/1", [this](const std::string& method, const Json& request) -> Result<Json> {
      asked.emplace_back(method, request);
      if (method == refused)
        return fault(FaultKind::conflict, "workflow.refused", {"流程不允许。", "The workflow refuses."});
      if (method == "permits") {
        Json out = {{"running", !allowed}, {"allowed", allowed}};
        if (!filled.empty()) out["fields"] = filled;
        return out;
      }
      return Json::object();
    });
  }
  RecordId paper(const std::string& code, const std::string& status = "draft") {
    return host.plant(kPaper, {{"code", code}, {"unit", "5"}, {"amount", 4200}, {"status", status}});
  }
  std::string status(RecordId id) { return host.row(kPaper, id).text("status"); }
  Result<void> returned(RecordId id, Json more) {
    more.update({{"entity", kPaper}, {"id", id.str()}, {"opinion", "逾期"}});
    return host.deliver("workflow.case.returned", id.str(), more);
  }

  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
  std::vector<std::pair<std::string, Json>> asked;
  std::string refused;
  Json filled = Json::object(); ///< what the step fills in with the transition that it makes
  bool allowed = false;
};

TEST_F(Approvals, without_the_workflow_transitions_are_made_directly) {
  const RecordId id = paper("a");
  ASSERT_TRUE(host.transition(kPaper, id, "send").ok());
  ASSERT_TRUE(host.transition(kPaper, id, "recall").ok());
  ASSERT_TRUE(host.transition(kPaper, paper("replaced"), "send").ok());
  EXPECT_EQ(status(id), "draft");
}

TEST_F(Approvals, the_first_transition_starts_the_case_with_what_its_way_is_chosen_by) {
  play();
  const RecordId id = paper("a");
  ASSERT_TRUE(host.transition(kPaper, id, "send").ok());
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].first, "start");
  EXPECT_EQ(asked[0].second, (Json{{"entity", kPaper},
                                   {"id", id.str()},
                                   {"title", "paper a"},
                                   {"unit", "5"},
                                   {"amount", 4200},
                                   {"category", "plain"},
                                   {"office", "106"},
                                   {"makers", {"7"}}}));
}

TEST_F(Approvals, a_start_that_is_refused_refuses_the_transition) {
  play();
  refused = "start";
  const RecordId id = paper("a");
  EXPECT_EQ(host.transition(kPaper, id, "send").fault().code, "workflow.refused");
  EXPECT_EQ(status(id), "draft");
}

TEST_F(Approvals, while_it_runs_only_the_workflow_moves_it) {
  play();
  const RecordId id = paper("a", "sent");
  const auto direct = host.transition(kPaper, id, "pass");
  ASSERT_FALSE(direct.ok());
  EXPECT_EQ(direct.fault().fields.at(0).code, "probe.in_approval");
  EXPECT_EQ(direct.fault().fields.at(0).field, "/status");
  EXPECT_EQ(status(id), "sent");
  allowed = true;
  ASSERT_TRUE(host.transition(kPaper, id, "pass").ok());
  EXPECT_EQ(asked.back().second["transition"], "pass");
  EXPECT_EQ(status(id), "good");
}

TEST_F(Approvals, who_sent_it_takes_it_back_while_the_workflow_lets_them) {
  play();
  const RecordId id = paper("a", "sent");
  refused = "withdraw";
  EXPECT_EQ(host.transition(kPaper, id, "recall").fault().code, "workflow.refused");
  EXPECT_EQ(status(id), "sent");
  refused.clear();
  ASSERT_TRUE(host.transition(kPaper, id, "recall").ok());
  EXPECT_EQ(asked.back().first, "withdraw");
  EXPECT_EQ(status(id), "draft");
}

TEST_F(Approvals, what_takes_the_place_of_another_ends_its_approval_first) {
  play();
  ASSERT_TRUE(host.transition(kPaper, paper("replaced"), "send").ok());
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].first, "withdraw");
  EXPECT_EQ(asked[1].first, "start");
}

TEST_F(Approvals, a_missed_deadline_sends_it_back_once) {
  play();
  allowed = true;
  const RecordId id = paper("a", "sent");
  ASSERT_TRUE(returned(id, {{"by_deadline", true}}).ok());
  EXPECT_EQ(status(id), "back");
  ASSERT_TRUE(returned(id, {{"by_deadline", true}}).ok()) << "harmless when repeated";
  EXPECT_EQ(status(id), "back");
}

TEST_F(Approvals, what_a_step_fills_in_comes_with_its_transition_in_the_form_of_records) {
  play();
  allowed = true;
  const RecordId id = paper("a", "sent");
  filled = {{"amount", "12.50"}, {"grade", "A"}, {"met_at", "2026-03-05T02:00:00Z"}};
  ASSERT_TRUE(host.transition(kPaper, id, "amend_sent").ok());
  const plugin::Row now = host.row(kPaper, id);
  EXPECT_EQ(now.number("amount"), 1250);
  EXPECT_EQ(now.text("grade"), "A");
  EXPECT_EQ(now.number("met_at"), 1'772'676'000'000);
  EXPECT_EQ(status(id), "sent");
  filled = {{"grade", nullptr}, {"met_at", ""}};
  ASSERT_TRUE(host.transition(kPaper, id, "pass").ok());
  EXPECT_FALSE(host.row(kPaper, id).has("grade"));
  EXPECT_FALSE(host.row(kPaper, id).has("met_at"));
  EXPECT_EQ(status(id), "good");
}

TEST_F(Approvals, what_cannot_be_taken_refuses_the_transition_and_leaves_nothing) {
  play();
  allowed = true;
  const RecordId id = paper("a", "sent");
  const auto code = [&](Json fields) {
    filled = std::move(fields);
    const auto refused_by = host.transition(kPaper, id, "pass");
    return refused_by ? std::string() : refused_by.fault().fields.at(0).code + refused_by.fault().fields.at(0).field;
  };
  EXPECT_EQ(code({{"unit", "6"}, {"grade", "A"}}), "probe.not_fillable/unit");
  EXPECT_EQ(code({{"amount", "much"}}), "probe.filled_value/amount");
  EXPECT_EQ(code({{"met_at", "yesterday"}}), "probe.filled_value/met_at");
  EXPECT_EQ(code({{"amount", "-0.01"}}), "probe.amount/amount") << "its own rule sees what is filled in";
  EXPECT_EQ(host.row(kPaper, id).number("amount"), 4200);
  EXPECT_EQ(status(id), "sent");
}

TEST_F(Approvals, nobody_fills_in_without_a_step) {
  const RecordId id = paper("a", "sent");
  EXPECT_EQ(host.transition(kPaper, id, "amend_sent").fault().fields.at(0).code, "probe.amend_by_step")
      << "no workflow";
  play();
  EXPECT_EQ(host.transition(kPaper, id, "amend_sent").fault().fields.at(0).code, "probe.amend_by_step");
  refused = "permits";
  EXPECT_EQ(host.transition(kPaper, id, "amend_sent").fault().code, "workflow.refused");
}

TEST_F(Approvals, what_a_person_returned_or_what_went_to_an_earlier_step_stays) {
  play();
  const RecordId id = paper("a", "sent");
  ASSERT_TRUE(returned(id, {{"by_deadline", false}}).ok());
  ASSERT_TRUE(returned(id, {{"by_deadline", true}, {"to_step", "first"}}).ok());
  const Json foreign = {{"entity", "other.paper"}, {"id", id.str()}, {"by_deadline", true}};
  ASSERT_TRUE(host.deliver("workflow.case.returned", "x", foreign).ok());
  EXPECT_EQ(status(id), "sent");
}

} // namespace
} // namespace onebudget::testing
