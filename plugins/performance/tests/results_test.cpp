// From a grade to the money, on the fake host.
#include "plugins/performance/tests/house.hpp"

namespace onebudget::performance {
namespace {

constexpr std::int64_t kDay = 86'400'000;

class Results : public House {
 protected:
  /// A project with a confirmed finance evaluation of about 70 points, and the policy in force.
  void SetUp() override {
    House::SetUp();
    approved_goal(project);
    evaluation_id = confirmed(project, "finance", "50", "50");
    ASSERT_EQ(host.row("performance.evaluation", evaluation_id).text("total"), "70.00");
  }
  RecordId notified() {
    pack_in_force();
    const RecordId id = proposed();
    moved("performance.result", id, "notify");
    return id;
  }
  Json trace(RecordId result) {
    const auto answer = host.request("GET /trace", {{"result", result.str()}});
    EXPECT_TRUE(answer.ok()) << why(answer);
    return answer ? Json::parse(answer->body) : Json();
  }
  RecordId evaluation_id;
};

TEST_F(Results, a_policy_is_simulated_before_it_is_set) {
  const RecordId id = made(host.insert("performance.policy_pack", pack(rules("0.8"))));
  EXPECT_EQ(told(host.transition("performance.policy_pack", id, "submit")),
            Lines{"performance.policy_simulated /simulated_year"});
  const auto done = simulate(id);
  ASSERT_TRUE(done.ok()) << why(done);
  EXPECT_EQ(Json::parse(done->body)["change"], "-200000.00");
  ASSERT_TRUE(host.update("performance.policy_pack", id, {{"rules", rules("0.7")}}).ok());
  EXPECT_EQ(told(host.transition("performance.policy_pack", id, "submit")),
            Lines{"performance.policy_simulated /simulated_year"})
      << "the rules that were simulated are the ones that are set";
  ASSERT_TRUE(simulate(id).ok());
  moved("performance.policy_pack", id, "submit");
}

TEST_F(Results, a_policy_that_takes_more_than_there_is_is_refused) {
  const RecordId id = made(host.insert("performance.policy_pack", pack(rules("0.8", "900000.00"))));
  EXPECT_EQ(told(simulate(id)), Lines{"performance.policy_negative"});
  EXPECT_EQ(told(host.update("performance.policy_pack", id, {{"rules", rules("-0.8")}})).at(0),
            "performance.policy /rules/fair");
}

TEST_F(Results, a_result_goes_from_the_proposal_to_the_ceiling_and_back) {
  const RecordId id = notified();
  Row row = host.row("performance.result", id);
  EXPECT_EQ(row.number("budget_year"), 2028) << "T is evaluated in T+1 and feeds T+2";
  EXPECT_EQ(row.text("appeal_by"), "2027-03-17") << "ten workdays";
  EXPECT_EQ(row.money("proposed_change").to_yuan(), "-200000.00");
  EXPECT_EQ(told(host.transition("performance.result", id, "decide")), Lines{"performance.decision_early /status"});
  moved("performance.result", id, "accept");
  moved("performance.result", id, "decide");
  moved("performance.result", id, "apply");
  ASSERT_EQ(host.events().size(), 1U);
  EXPECT_EQ(host.events()[0].topic, "performance.effect.applied");
  EXPECT_EQ(host.events()[0].payload["factor"], "0.8");
  EXPECT_EQ(host.events()[0].payload["amount"], 80'000'000);
  EXPECT_EQ(host.events()[0].payload["shield"], "none");
  EXPECT_EQ(host.events()[0].payload["applied_on"], "2027-03-03");
  EXPECT_EQ(host.events()[0].payload["review_points"], 11) << "70 of 100 is 10.5 of 15";
  EXPECT_EQ(host.rows("performance.unit_point").at(0).number("points"), -2);
  const auto effects = host.send("performance/1", "effects", {{"budget_year", 2028}, {"projects", {project.str()}}});
  ASSERT_TRUE(effects.ok()) << why(effects);
  EXPECT_EQ((*effects)["items"][0]["change"], -20'000'000);
  moved("performance.result", id, "revoke", "复核后撤销");
  EXPECT_EQ(host.events().back().topic, "performance.effect.revoked");
  EXPECT_EQ(host.rows("performance.unit_point").size(), 2U);
  EXPECT_TRUE((*host.send("performance/1", "effects", {{"budget_year", 2028}, {"projects", {project.str()}}}))["items"]
                  .empty());
}

TEST_F(Results, a_decision_other_than_proposed_needs_its_reason) {
  const RecordId id = notified();
  moved("performance.result", id, "accept");
  ASSERT_TRUE(host.update("performance.result", id, {{"decided_factor", 0.9}}).ok());
  EXPECT_EQ(told(host.transition("performance.result", id, "decide")), Lines{"performance.decision /decision_reason"});
  ASSERT_TRUE(host.update("performance.result", id, {{"decision_reason", "已整改"}}).ok());
  moved("performance.result", id, "decide");
  EXPECT_EQ(host.row("performance.result", id).money("amount").to_yuan(), "900000.00");
}

TEST_F(Results, three_guarantees_are_not_touched_by_themselves) {
  ASSERT_TRUE(host.update(kProject, project, {{"three_guarantees", true}}).ok());
  const RecordId id = notified();
  const Row row = host.row("performance.result", id);
  EXPECT_EQ(row.text("shield"), "guarantees");
  EXPECT_EQ(row.money("proposed_change").to_yuan(), "0.00");
}

TEST_F(Results, an_appeal_in_time_corrects_the_result_and_one_too_late_is_refused) {
  const RecordId id = notified();
  const Json body = {
      {"unit", "5"}, {"result", id.str()}, {"serial", 1}, {"ground", "验收单未采信"}, {"hearing_requested", true}};
  be_at(kSpring + 15 * kDay);
  EXPECT_EQ(told(host.insert("performance.appeal", body)), Lines{"performance.appeal_late /result"});
  be_at(kSpring + 14 * kDay);
  const RecordId appeal = made(host.insert("performance.appeal", body));
  EXPECT_FALSE(host.row("performance.appeal", appeal).text("answer_by").empty());
  Json again = body;
  again["serial"] = 2;
  EXPECT_EQ(told(host.insert("performance.appeal", again)), Lines{"performance.appeal /result"});
  EXPECT_EQ(told(host.transition("performance.result", id, "decide")), Lines{"performance.decision_early /status"});
  ASSERT_TRUE(host.update("performance.appeal", appeal, {{"opinion", "采信"}, {"corrected_total", "85.00"}}).ok());
  EXPECT_EQ(told(host.transition("performance.appeal", appeal, "grant")), Lines{"performance.hearing /hearing_on"});
  ASSERT_TRUE(
      host.update("performance.appeal", appeal, {{"hearing_on", "2027-03-17"}, {"hearing_record", "笔录"}}).ok());
  moved("performance.appeal", appeal, "grant");
  be_at(kSpring + 15 * kDay);
  EXPECT_EQ(told(host.transition("performance.result", id, "decide")), Lines{"performance.decision_early /status"})
      << "the corrected total has not arrived";
  const Json granted = {{"entity", "performance.appeal"}, {"id", appeal.str()}, {"transition", "grant"}};
  ASSERT_TRUE(host.deliver("performance.appeal.granted", "performance.appeal/" + appeal.str(), granted).ok());
  ASSERT_TRUE(host.deliver("performance.appeal.granted", "performance.appeal/" + appeal.str(), granted).ok())
      << "and again";
  const Row row = host.row("performance.result", id);
  EXPECT_EQ(row.text("grade"), "good");
  EXPECT_EQ(row.money("proposed_change").to_yuan(), "0.00");
  moved("performance.result", id, "decide");
  ASSERT_TRUE(host.deliver("performance.appeal.granted", "performance.appeal/" + appeal.str(), granted).ok())
      << "harmless after the decision";
}

TEST_F(Results, the_trace_follows_a_changed_score_to_a_changed_ceiling) {
  const RecordId id = notified();
  host.plant(
      "compilation.ceiling",
      {{"node", "5"}, {"fiscal_year", 2028}, {"category", "specific"}, {"amount", 80'000'000}, {"status", "draft"}});
  const Json out = trace(id);
  EXPECT_EQ(out["evaluation"]["total"], "70.00");
  ASSERT_EQ(out["lines"].size(), 4U);
  EXPECT_EQ(out["lines"][0]["without"]["grade"], "poor") << "without the 40 points of the first line";
  EXPECT_EQ(out["lines"][0]["without"]["difference"], "800000.00") << "what this evidence is worth, in yuan";
  EXPECT_EQ(out["lines"][0]["evidence"].size(), 1U);
  EXPECT_EQ(out["ceilings"][0]["amount"], "800000.00");
  const auto from_ceiling = host.request("GET /trace", {{"project", project.str()}, {"budget_year", "2028"}});
  ASSERT_TRUE(from_ceiling.ok()) << why(from_ceiling);
  EXPECT_EQ(Json::parse(from_ceiling->body)["results"][0]["result"]["id"], id.str());
  const std::string paper = out["lines"][0]["evidence"][0]["id"];
  const auto back = host.request("GET /trace", {{"evidence", paper}});
  ASSERT_TRUE(back.ok()) << why(back);
  EXPECT_EQ(Json::parse(back->body)["results"][0]["result"]["id"], id.str());
}

TEST_F(Results, a_poor_result_opens_an_entry_of_accountability) {
  const RecordId other = make_project("32058326T000000000002");
  approved_goal(other);
  confirmed(other, "finance", "20", "20");
  pack_in_force();
  const auto answer = host.request("POST /propose", {}, R"({"region": "3", "fiscal_year": 2026})");
  ASSERT_TRUE(answer.ok()) << why(answer);
  const Row row = host.rows("performance.result", "project==" + other.str()).at(0);
  EXPECT_EQ(row.text("grade"), "poor");
  for (const char* step : {"notify", "accept", "decide", "apply"}) moved("performance.result", row.id(), step);
  const Row entry = host.rows("performance.accountability").at(0);
  EXPECT_EQ(told(host.transition("performance.accountability", entry.id(), "report")),
            Lines{"performance.accountability /measures"});
  const auto standing = host.request("GET /standing", {{"year", "2026"}});
  ASSERT_TRUE(standing.ok()) << why(standing);
  EXPECT_EQ(Json::parse(standing->body)["items"][0]["points"], -10);
}

TEST_F(Results, a_self_evaluation_is_not_applied) {
  const RecordId self_id = confirmed(project, "self", "100", "100");
  const RecordId pack_id = pack_in_force();
  EXPECT_EQ(told(host.insert("performance.result", {{"unit", "5"},
                                                    {"project", project.str()},
                                                    {"evaluation", self_id.str()},
                                                    {"pack", pack_id.str()},
                                                    {"fiscal_year", 2026}})),
            Lines{"performance.result /evaluation"});
}

TEST_F(Results, without_the_calendar_no_term_begins) {
  FakeHost alone(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(alone.start().ok());
  const RecordId id = alone.plant("performance.result", {{"unit", "5"},
                                                         {"project", "1"},
                                                         {"evaluation", "1"},
                                                         {"pack", "1"},
                                                         {"fiscal_year", 2026},
                                                         {"status", "proposed"}});
  const auto refused = alone.transition("performance.result", id, "notify");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "performance.no_calendar");
}

} // namespace
} // namespace onebudget::performance
