// Goals and evaluations on the fake host.
#include "plugins/performance/tests/house.hpp"

namespace onebudget::performance {
namespace {

TEST_F(House, a_goal_is_approved_with_its_project_and_confirmed_when_the_money_moves) {
  const RecordId goal = approved_goal(project);
  EXPECT_EQ(host.row("performance.goal", goal).text("number"), "32058326T000000000001-2026-1");
  EXPECT_EQ(host.row("performance.goal", goal).number("quality_score"), 100);
  const Json asked = {{"project", project.str()}, {"fiscal_year", 2026}};
  EXPECT_EQ((*host.send("performance/1", "goal_state", asked))["sound"], true);
  ASSERT_TRUE(host.update(kProject, project, {{"year_amount", 80'000'000}}).ok());
  EXPECT_EQ((*host.send("performance/1", "goal_state", asked))["sound"], false);
  const Json changed = {{"entity", kProject}, {"id", project.str()}, {"action", "update"}};
  ASSERT_TRUE(host.deliver("records.changed", "project", changed).ok());
  ASSERT_TRUE(host.deliver("records.changed", "project", changed).ok()) << "harmless when repeated";
  ASSERT_TRUE(
      host.deliver("records.changed", "project", {{"entity", kProject}, {"action", "import"}, {"ids", {"77"}}}).ok());
  EXPECT_EQ(host.row("performance.goal", goal).text("status"), "to_confirm");
  EXPECT_EQ(told(host.transition("performance.goal", goal, "submit")), Lines{"performance.goal_money /amount"});
  EXPECT_EQ(told(host.insert("performance.evaluation", evaluation(project, "self"))),
            Lines{"performance.no_goal /goal"});
  ASSERT_TRUE(host.update("performance.goal", goal, {{"amount", 80'000'000}, {"fiscal_amount", 80'000'000}}).ok());
  moved("performance.goal", goal, "submit");
  moved("performance.goal", goal, "approve");
  EXPECT_EQ((*host.send("performance/1", "goal_state", asked))["sound"], true);
}

TEST_F(House, the_next_revision_of_a_goal_supersedes_the_one_before) {
  const RecordId first = approved_goal(project);
  const RecordId second = make_goal(project, {{"revision", 2}});
  moved("performance.goal", second, "submit");
  moved("performance.goal", second, "approve");
  EXPECT_EQ(host.row("performance.goal", first).text("status"), "superseded");
}

TEST_F(House, a_target_of_zero_is_refused_where_it_is_typed) {
  const RecordId goal = make_goal(project);
  Json line = goal_line(9, "output", "quantity", "1", "0");
  line["goal"] = goal.str();
  EXPECT_EQ(told(host.insert("performance.goal_indicator", line)), Lines{"performance.target_zero /target"});
}

TEST_F(House, a_self_evaluation_goes_from_the_goal_to_a_grade) {
  approved_goal(project);
  const RecordId id = confirmed(project, "self", "100", "100");
  const Row row = host.row("performance.evaluation", id);
  EXPECT_EQ(row.text("number"), "32058326T000000000001-2026-self");
  EXPECT_EQ(row.text("execution_points"), "9.00");
  EXPECT_EQ(row.text("total"), "99.00");
  EXPECT_EQ(row.text("grade"), "excellent");
  const auto form = host.request("GET /evaluation/{id}/form", {{"id", id.str()}});
  ASSERT_TRUE(form.ok()) << why(form);
  const Json out = Json::parse(form->body);
  EXPECT_EQ(out["money"][0]["rate"], "90%");
  EXPECT_EQ(out["lines"].size(), 4U);
  EXPECT_EQ(out["lines"][0]["evidence"].size(), 1U);
  const auto page = host.request("GET /evaluation/{id}/report", {{"id", id.str()}});
  ASSERT_TRUE(page.ok()) << why(page);
  EXPECT_EQ(page->media_type, "text/html; charset=utf-8");
  for (const char* shown : {"项目支出绩效自评表", "≥ 100%", "数量指标", "99.00", "优"})
    EXPECT_NE(page->body.find(shown), std::string::npos) << shown;
}

TEST_F(House, a_score_without_evidence_or_unit_is_refused) {
  approved_goal(project);
  const RecordId id = made(host.insert("performance.evaluation", evaluation(project, "self")));
  ASSERT_TRUE(host.request("POST /evaluation/{id}/prepare", {{"id", id.str()}}).ok());
  const auto lines = host.rows("performance.score_line", "evaluation==" + id.str());
  EXPECT_EQ(told(host.update("performance.score_line", lines.at(0).id(), {{"actual", "100"}})),
            Lines{"performance.actual_unit /actual_unit"});
  for (const Row& line : lines)
    ASSERT_TRUE(host.update("performance.score_line", line.id(), {{"actual", "100"}, {"actual_unit", "%"}}).ok());
  const auto refused = told(host.transition("performance.evaluation", id, "submit"));
  EXPECT_EQ(refused, (Lines{"performance.evidence /lines/1/evidence", "performance.evidence /lines/2/evidence",
                            "performance.evidence /lines/3/evidence", "performance.evidence /lines/4/evidence"}));
  EXPECT_EQ(told(host.request("POST /evaluation/{id}/prepare", {{"id", id.str()}})), Lines{"performance.prepared"});
}

TEST_F(House, a_cancelled_project_and_a_year_that_runs_are_not_evaluated) {
  approved_goal(project);
  Json running = evaluation(project, "self");
  running["fiscal_year"] = 2027;
  EXPECT_EQ(told(host.insert("performance.evaluation", running)),
            (Lines{"performance.year /fiscal_year", "performance.no_goal /goal"}));
  ASSERT_TRUE(host.update(kProject, project, {{"status", "terminated"}}).ok());
  EXPECT_EQ(told(host.insert("performance.evaluation", evaluation(project, "self"))),
            Lines{"performance.cancelled_project /project"});
}

TEST_F(House, finance_evaluates_by_its_own_permission_and_scheme) {
  approved_goal(project);
  Json department = evaluation(project, "department");
  EXPECT_EQ(told(host.insert("performance.evaluation", department)),
            (Lines{"performance.evaluator /kind", "performance.scheme /scheme"}));
  const RecordId id = confirmed(project, "finance", "100", "100");
  const auto lines = host.rows("performance.score_line", "evaluation==" + id.str());
  ASSERT_EQ(lines.size(), 4U) << "one of the scheme's own, two outputs, one benefit";
  EXPECT_EQ(lines.at(0).text("first_level"), "process");
  EXPECT_EQ(lines.at(1).text("weight"), "15.00") << "the goal's 25 of 50 of an output level of 30";
  EXPECT_EQ(host.row("performance.evaluation", id).text("total"), "100.00");
}

TEST_F(House, experts_score_what_is_theirs_and_keep_away_from_their_own_unit) {
  approved_goal(project);
  const RecordId id = scored(project, "finance", "100", "100");
  const Row line = host.rows("performance.score_line", "evaluation==" + id.str()).at(0);
  ASSERT_TRUE(host.update("performance.score_line", line.id(),
                          {{"by_experts", true}, {"reached", nullptr}, {"percent", nullptr}})
                  .ok());
  const auto expert = [&](const char* code, const char* employer) {
    return host.plant("performance.expert",
                      {{"region", "3"}, {"code", code}, {"name", "专家"}, {"fields", "教育"}, {"employer", employer}});
  };
  const auto give = [&](RecordId who, const char* points) {
    return host.insert("performance.expert_score", {{"evaluation", id.str()},
                                                    {"score_line", line.id().str()},
                                                    {"expert", who.str()},
                                                    {"points", points},
                                                    {"opinion", "有制度"}});
  };
  EXPECT_EQ(told(give(expert("E0", "5"), "30")), Lines{"performance.experts /expert"});
  made(give(expert("E1", "8"), "30"));
  EXPECT_EQ(told(host.transition("performance.evaluation", id, "submit")),
            Lines{"performance.experts /lines/1/points"});
  EXPECT_EQ(told(give(expert("E2", "8"), "40.01")), Lines{"performance.experts /points"});
  made(give(expert("E3", "8"), "35"));
  moved("performance.evaluation", id, "submit");
  EXPECT_EQ(host.row("performance.evaluation", id).text("total"), "92.50") << "32.5 of 40 by experts, 60 by numbers";
}

TEST_F(House, inflated_self_scores_are_found_and_cited) {
  approved_goal(project);
  const RecordId id = scored(project, "self", "100", "100");
  const Row line = host.rows("performance.score_line", "evaluation==" + id.str()).at(0);
  const RecordId paper = made(host.insert("performance.evidence", {{"evaluation", id.str()},
                                                                   {"score_line", line.id().str()},
                                                                   {"title", "监理月报"},
                                                                   {"document_ref", "监2026-12"},
                                                                   {"measured", "60"}}));
  moved("performance.evaluation", id, "submit");
  const auto verified = host.request("POST /evaluation/{id}/verify", {{"id", id.str()}});
  ASSERT_TRUE(verified.ok()) << why(verified);
  const Json items = Json::parse(verified->body)["items"];
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]["evidence"], paper.str());
  EXPECT_EQ(items[0]["difference"], "10.00") << "25 points claimed, 15 verified";
  ASSERT_TRUE(host.request("POST /evaluation/{id}/verify", {{"id", id.str()}}).ok());
  EXPECT_EQ(host.rows("performance.score_finding").size(), 1U) << "found once";
  const auto trace = host.request("GET /trace", {{"evidence", paper.str()}});
  ASSERT_TRUE(trace.ok()) << why(trace);
  EXPECT_EQ(Json::parse(trace->body)["findings"].size(), 1U);
}

TEST_F(House, the_draw_is_kept_with_its_reasons_and_digest) {
  approved_goal(project);
  confirmed(project, "self", "100", "100");
  const RecordId plan = made(host.insert(
      "performance.sampling_plan",
      {{"region", "3"}, {"fiscal_year", 2026}, {"code", "2026"}, {"seed", 42}, {"share", 0.3}, {"always_from", 0}}));
  moved("performance.sampling_plan", plan, "draw");
  const Row row = host.row("performance.sampling_plan", plan);
  EXPECT_EQ(row.number("drawn"), 1);
  EXPECT_EQ(row.text("digest").size(), 64U);
  EXPECT_EQ(host.rows("performance.sample_item").at(0).text("stratum"), "106");
}

TEST_F(House, unit_cost_is_held_against_its_standard) {
  approved_goal(project);
  const RecordId id = made(host.insert("performance.evaluation", evaluation(project, "self")));
  const RecordId line = made(host.insert("performance.cost_line", {{"evaluation", id.str()},
                                                                   {"line_no", 1},
                                                                   {"item", "维修"},
                                                                   {"cost", 120'000},
                                                                   {"quantity", "10"},
                                                                   {"unit_of_measure", "平方米"},
                                                                   {"unit_standard", 10'000},
                                                                   {"standard_source", "定额"}}));
  EXPECT_EQ(host.row("performance.cost_line", line).money("unit_cost").to_yuan(), "120.00");
  EXPECT_EQ(host.row("performance.cost_line", line).money("saving").to_yuan(), "200.00");
}

} // namespace
} // namespace onebudget::performance
