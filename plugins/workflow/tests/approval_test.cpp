// Cases from submission to their end, on the fake host.
#include "plugins/workflow/tests/house.hpp"

namespace onebudget::workflow {
namespace {

TEST_F(House, a_case_takes_its_steps_and_moves_its_subject) {
  define(two_steps());
  const RecordId id = submit();
  EXPECT_EQ(act(finance, "review"), "workflow.not_yours");
  EXPECT_EQ(act(reviewer, "review"), "");
  EXPECT_EQ(status(), "reviewed");
  EXPECT_EQ(act(finance, "finance"), "");
  EXPECT_EQ(status(), "approved");
  EXPECT_EQ(state(id), "finished");
  EXPECT_EQ(host.events().back().topic, "workflow.case.finished");
}

TEST_F(House, without_a_definition_nothing_starts) {
  be(clerk);
  const auto answer =
      host.send("workflow/1", "start", {{"entity", kPaper}, {"id", "9"}, {"title", "x"}, {"unit", "5"}, {"amount", 0}});
  ASSERT_TRUE(answer.ok()) << answer.fault().message.en;
  EXPECT_FALSE(Row(*answer).flag("started"));
  EXPECT_TRUE(host.rows("workflow.case").empty());
}

TEST_F(House, a_returned_case_goes_on_with_a_new_round) {
  define(two_steps());
  const RecordId id = submit();
  EXPECT_EQ(act(reviewer, "review", {{"decision", "return"}, {"opinion", ""}}), "workflow.opinion");
  EXPECT_EQ(act(reviewer, "review", {{"decision", "return"}}), "");
  EXPECT_EQ(status(), "returned");
  EXPECT_EQ(state(id), "returned");
  ASSERT_TRUE(host.update(kPaper, paper, {{"status", "submitted"}}).ok());
  EXPECT_EQ(submit(), id);
  EXPECT_EQ(host.row("workflow.case", id).number("round"), 2);
  EXPECT_EQ(act(reviewer, "review"), "");
}

TEST_F(House, one_person_never_handles_two_steps_nor_their_own) {
  define(two_steps());
  post(reviewer, "division", "7", "region", "/r32/", {"106"});
  post(clerk, "reviewer", "6", "department", "/r32/d106/");
  submit();
  EXPECT_EQ(act(clerk, "review"), "workflow.own");
  EXPECT_EQ(act(reviewer, "review"), "");
  EXPECT_EQ(act(reviewer, "finance"), "workflow.same_hand");
}

TEST_F(House, a_deputy_acts_for_an_absent_approver_on_the_days_of_the_delegation_only) {
  define(two_steps());
  submit();
  be(reviewer);
  const Json days = {
      {"office", "6"}, {"deputy", "5"}, {"from_day", "2026-03-04"}, {"to_day", "2026-03-05"}, {"reason", "出差"}};
  ASSERT_TRUE(host.insert("workflow.delegation", days).ok());
  host.set_now(kThursday + 86'400'000);
  EXPECT_EQ(act(deputy, "review"), "workflow.not_yours");
  host.set_now(kThursday);
  EXPECT_EQ(act(deputy, "review"), "");
  const auto signed_row = host.rows("workflow.step", "state==approved");
  ASSERT_EQ(signed_row.size(), 1U);
  EXPECT_EQ(signed_row[0].text("principal"), "2");
}

TEST_F(House, signers_are_added_before_and_dropped) {
  define(two_steps());
  submit();
  be(reviewer);
  const auto refused = on(open_task("review"), "add", {{"to", "1"}, {"place", "before"}});
  EXPECT_EQ(refused.fault().code, "workflow.own");
  ASSERT_TRUE(on(open_task("review"), "add", {{"to", "3"}, {"place", "before"}}).ok());
  const Row added = open_task("review");
  EXPECT_EQ(added.text("holder"), "3");
  be(head);
  EXPECT_EQ(on(added, "drop", Json::object()).fault().code, "workflow.not_yours");
  be(reviewer);
  ASSERT_TRUE(on(added, "drop", Json::object()).ok());
  EXPECT_EQ(act(reviewer, "review"), "");
}

TEST_F(House, a_task_is_handed_over_to_a_person_who_holds_a_post) {
  define(two_steps());
  submit();
  be(reviewer);
  EXPECT_EQ(on(open_task("review"), "transfer", {{"to", "77"}}).fault().code, "workflow.left");
  ASSERT_TRUE(on(open_task("review"), "transfer", {{"to", "3"}}).ok());
  EXPECT_EQ(act(reviewer, "review"), "workflow.not_yours");
  EXPECT_EQ(act(head, "review"), "");
}

TEST_F(House, both_offices_of_a_joint_step_sign) {
  define(Json::array({{{"id", "review"}, {"roles", {"reviewer"}}, {"transition", "review"}},
                      {{"id", "joint"}, {"rank", 2}, {"mode", "all"}, {"roles", {"division", "centre"}}}}));
  const RecordId id = submit();
  EXPECT_EQ(act(reviewer, "review"), "");
  EXPECT_EQ(host.rows("workflow.step", "state==open").size(), 2U);
  be(finance);
  ASSERT_TRUE(
      on(host.rows("workflow.step", "state==open;role==division").at(0), "act", {{"decision", "approve"}}).ok());
  EXPECT_EQ(state(id), "running");
  EXPECT_EQ(act(centre, "joint"), "");
  EXPECT_EQ(state(id), "finished");
}

TEST_F(House, a_late_task_escalates_and_is_never_approved) {
  Json steps = two_steps();
  steps[0].update({{"overdue", "escalate"}, {"escalate_to", "head"}});
  define(steps);
  const RecordId id = submit();
  EXPECT_EQ(open_task("review").text("due"), "2026-03-10");
  ASSERT_TRUE(host.run_job("deadlines", {{"day", "2026-03-09"}}).ok());
  EXPECT_FALSE(open_task("review").flag("escalated"));
  const auto run = host.run_job("deadlines", {{"day", "2026-03-11"}});
  ASSERT_TRUE(run.ok()) << run.fault().message.en;
  EXPECT_EQ(run->result["escalated"], 1);
  EXPECT_EQ(open_task("review").text("role"), "head");
  EXPECT_EQ(state(id), "running");
  EXPECT_EQ(status(), "submitted");
}

TEST_F(House, a_late_task_goes_back_and_tells_the_subject_s_plugin) {
  Json steps = two_steps();
  steps[0]["overdue"] = "return";
  define(steps);
  const RecordId id = submit();
  ASSERT_TRUE(host.run_job("deadlines", {{"day", "2026-03-11"}}).ok());
  EXPECT_EQ(state(id), "returned");
  EXPECT_EQ(host.events().back().topic, "workflow.case.returned");
  EXPECT_EQ(host.events().back().payload["by_deadline"], true);
}

TEST_F(House, the_task_of_a_holder_who_left_lies_in_the_office) {
  define(two_steps());
  submit();
  be(reviewer);
  ASSERT_TRUE(on(open_task("review"), "transfer", {{"to", "3"}}).ok());
  host.drop_holder(UserId{head});
  ASSERT_TRUE(host.run_job("deadlines", {{"day", "2026-03-06"}}).ok());
  EXPECT_FALSE(open_task("review").has("holder"));
  EXPECT_EQ(act(reviewer, "review"), "");
}

TEST_F(House, a_submission_is_recalled_in_time_and_while_nobody_acted) {
  define(two_steps());
  const RecordId id = submit();
  host.set_now(kThursday + 601'000);
  const Json subject = {{"entity", kPaper}, {"id", paper.str()}};
  EXPECT_EQ(host.send("workflow/1", "withdraw", subject).fault().code, "workflow.recall_late");
  host.set_now(kThursday + 600'000);
  ASSERT_TRUE(host.send("workflow/1", "withdraw", subject).ok());
  EXPECT_EQ(state(id), "withdrawn");
}

TEST_F(House, a_running_case_lets_its_subject_move_by_the_workflow_only) {
  define(two_steps());
  submit();
  const Json asked = {{"entity", kPaper}, {"id", paper.str()}, {"transition", "review"}};
  EXPECT_EQ(*host.send("workflow/1", "permits", asked), (Json{{"running", true}, {"allowed", false}}));
  EXPECT_EQ(host.remove("workflow.case", host.rows("workflow.case").at(0).id()).fault().fields.at(0).code,
            "workflow.trace");
}

TEST_F(House, a_term_of_workdays_is_told_to_other_plugins) {
  const auto told = host.send("workflow/1", "due", {{"from", "2026-03-05"}, {"workdays", 2}});
  ASSERT_TRUE(told.ok()) << told.fault().message.en;
  EXPECT_EQ((*told)["day"], "2026-03-09") << "a weekend lies between";
  EXPECT_FALSE(host.send("workflow/1", "due", {{"from", "2026-02-30"}, {"workdays", 2}}).ok());
}

} // namespace
} // namespace onebudget::workflow
