// 分步骤字段权限: what is filled in while a step is approved, on the fake host.
#include "plugins/workflow/tests/house.hpp"

namespace onebudget::workflow {
namespace {

Json with(Json fields) { return {{"fields", std::move(fields)}}; }

TEST_F(House, what_a_step_grants_reaches_the_subject_with_the_approval) {
  define(filling_steps());
  take_fields();
  submit();
  EXPECT_EQ(act(reviewer, "review", with({{"grade", "A"}, {"cut", "12.50"}})), "");
  EXPECT_EQ(sheet().text("grade"), "A");
  EXPECT_EQ(sheet().number("cut"), 1250);
  EXPECT_EQ(status(), "submitted") << "the step does not move it";
  const Row signed_row = host.rows("workflow.step", "state==approved").at(0);
  EXPECT_EQ(signed_row.at("filled"), (Json{{"grade", "A"}, {"cut", "12.50"}}));
  // The next step has a transition, which carries its value.
  EXPECT_EQ(act(finance, "finance", with({{"cut", "20.00"}})), "");
  EXPECT_EQ(sheet().number("cut"), 2000);
  EXPECT_EQ(status(), "approved");
  EXPECT_FALSE(host.rows("workflow.case").at(0).has("filling"));
}

TEST_F(House, a_field_that_the_step_does_not_grant_is_refused_by_name) {
  define(filling_steps());
  take_fields();
  submit();
  be(reviewer);
  const auto refused =
      on(open_task("review"), "act", {{"decision", "approve"}, {"fields", {{"grade", "A"}, {"name", "x"}}}});
  EXPECT_EQ(refused.fault().kind, FaultKind::forbidden);
  EXPECT_EQ(refused.fault().code, "workflow.field_right");
  ASSERT_EQ(refused.fault().fields.size(), 1U);
  EXPECT_EQ(refused.fault().fields[0].field, "/fields/name");
  EXPECT_NE(refused.fault().message.zh.find("审核"), std::string::npos) << "names the step";
  EXPECT_FALSE(sheet().has("grade"));
  EXPECT_EQ(act(reviewer, "review", {{"decision", "return"}, {"fields", {{"grade", "A"}}}}), "workflow.field_decision");
  EXPECT_EQ(act(reviewer, "review", with({{"grade", Json::array()}})), "http.body");
  EXPECT_EQ(status(), "submitted");
}

TEST_F(House, a_step_is_not_approved_while_a_field_that_it_requires_is_empty) {
  define(filling_steps());
  take_fields();
  submit();
  EXPECT_EQ(act(reviewer, "review"), "workflow.field_missing");
  EXPECT_EQ(act(reviewer, "review", with({{"grade", ""}})), "workflow.field_missing");
  be(reviewer);
  const Row task = open_task("review");
  const Json items = Json::array({{{"step", task.id().str()}, {"version", task.version()}}});
  EXPECT_EQ(host.request("POST /batch", {}, Json{{"items", items}}.dump()).fault().code, "workflow.field_missing");
  ASSERT_TRUE(host.update(kPaper, paper, {{"grade", "B"}}).ok());
  EXPECT_EQ(act(reviewer, "review"), "") << "filled in before";
}

TEST_F(House, a_value_that_the_subject_refuses_leaves_the_task_open) {
  define(filling_steps());
  take_fields();
  submit();
  be(reviewer);
  const auto refused =
      on(open_task("review"), "act", {{"decision", "approve"}, {"fields", {{"grade", "F"}, {"cut", "1.00"}}}});
  EXPECT_EQ(refused.fault().code, "office.grade");
  EXPECT_FALSE(sheet().has("cut"));
  EXPECT_EQ(act(reviewer, "review", with({{"grade", "A"}})), "");
}

TEST_F(House, a_subject_that_takes_no_fields_is_not_approved_as_if_it_had) {
  define(filling_steps());
  submit();
  EXPECT_EQ(act(reviewer, "review", with({{"grade", "A"}})), "workflow.fields_not_taken");
  EXPECT_EQ(open_task("review").version(), 1);
  // Nor where the subject is in a state for which its plugin declares no "amend_…".
  ASSERT_TRUE(host.update(kPaper, paper, {{"status", "reviewed"}}).ok());
  take_fields();
  EXPECT_EQ(act(reviewer, "review", with({{"grade", "A"}})), "workflow.fields_not_taken");
}

TEST_F(House, of_two_hands_the_last_one_counts_and_each_is_kept) {
  define(Json::array(
      {{{"id", "joint"}, {"mode", "all"}, {"roles", {"reviewer", "centre"}}, {"fields", {"cut"}}},
       {{"id", "finance"}, {"rank", 2}, {"roles", {"division"}}, {"at", "division"}, {"transition", "review"}}}));
  take_fields();
  submit();
  for (const auto& [person, role, cut] : std::vector<std::tuple<std::int64_t, std::string, std::string>>{
           {reviewer, "reviewer", "5.00"}, {centre, "centre", "7.00"}}) {
    be(person);
    const auto done = on(host.rows("workflow.step", "state==open;role==" + role).at(0), "act",
                         {{"decision", "approve"}, {"fields", {{"cut", cut}}}});
    ASSERT_TRUE(done.ok()) << done.fault().code;
  }
  EXPECT_EQ(sheet().number("cut"), 700);
  EXPECT_EQ(host.rows("workflow.step", "state==approved").at(0).at("filled"), (Json{{"cut", "5.00"}}));
}

TEST_F(House, whoever_got_the_task_fills_in_and_an_added_signer_does_not) {
  define(filling_steps());
  take_fields();
  submit();
  be(reviewer);
  ASSERT_TRUE(on(open_task("review"), "transfer", {{"to", "3"}}).ok());
  be(head);
  ASSERT_TRUE(on(open_task("review"), "add", {{"to", "2"}, {"place", "before"}}).ok());
  EXPECT_EQ(act(reviewer, "review", with({{"cut", "1.00"}})), "workflow.field_right");
  EXPECT_EQ(act(reviewer, "review"), "");
  EXPECT_EQ(act(head, "review", with({{"grade", "A"}})), "");
  EXPECT_EQ(sheet().text("grade"), "A");
}

TEST_F(House, a_deputy_fills_in_for_whom_they_act) {
  define(filling_steps());
  take_fields();
  submit();
  be(reviewer);
  ASSERT_TRUE(host.insert("workflow.delegation", {{"office", "6"},
                                                  {"deputy", "5"},
                                                  {"from_day", "2026-03-05"},
                                                  {"to_day", "2026-03-05"},
                                                  {"reason", "出差"}})
                  .ok());
  EXPECT_EQ(act(deputy, "review", with({{"grade", "A"}})), "");
  const Row task = host.rows("workflow.step", "state==approved").at(0);
  EXPECT_EQ(task.text("actor") + " for " + task.text("principal"), "5 for 2");
  EXPECT_EQ(sheet().text("grade"), "A");
  EXPECT_EQ(sheet().text("updated_by"), "5") << "whoever acted is who changed it";
}

TEST_F(House, of_several_who_may_the_first_hand_fills_in) {
  Json steps = filling_steps();
  steps[0].update({{"mode", "any"}, {"roles", {"reviewer", "centre"}}});
  define(steps);
  take_fields();
  submit();
  be(centre);
  const auto done = on(host.rows("workflow.step", "state==open;role==centre").at(0), "act",
                       {{"decision", "approve"}, {"fields", {{"grade", "C"}}}});
  ASSERT_TRUE(done.ok()) << done.fault().code;
  EXPECT_EQ(sheet().text("grade"), "C");
  EXPECT_EQ(host.rows("workflow.step", "state==cancelled").size(), 1U);
}

TEST_F(House, an_approval_that_filled_in_fields_is_not_recalled) {
  define(filling_steps());
  take_fields();
  const RecordId id = submit();
  EXPECT_EQ(act(reviewer, "review", with({{"grade", "A"}})), "");
  const std::string version = std::to_string(host.row("workflow.case", id).version());
  const auto refused = host.request("POST /case/{id}/withdraw", {{"id", id.str()}, {"if-match", version}}, "{}");
  EXPECT_EQ(refused.fault().code, "workflow.recall_filled");
}

TEST_F(House, a_running_case_keeps_the_fields_of_its_edition) {
  define(filling_steps());
  take_fields();
  submit();
  const RecordId first = host.rows("workflow.definition").at(0).id();
  ASSERT_TRUE(host.transition("workflow.definition", first, "withdraw", "由新版替代").ok());
  define(two_steps(), 2);
  EXPECT_EQ(act(reviewer, "review", with({{"grade", "A"}})), "");
}

TEST_F(House, the_inbox_and_the_course_tell_the_fields) {
  define(filling_steps());
  take_fields();
  const RecordId id = submit();
  be(reviewer);
  const auto inbox = host.request("GET /inbox");
  ASSERT_TRUE(inbox.ok()) << inbox.fault().message.en;
  EXPECT_EQ(Json::parse(inbox->body)["items"][0]["fields"],
            (Json::array({{{"name", "grade"}, {"required", true}}, {{"name", "cut"}, {"required", false}}})));
  const auto rights = host.send("workflow/1", "field_rights", {{"entity", kPaper}, {"id", paper.str()}});
  ASSERT_TRUE(rights.ok()) << rights.fault().message.en;
  EXPECT_EQ((*rights)["fields"], (Json{"grade", "cut"}));
  EXPECT_EQ(act(reviewer, "review", with({{"grade", "A"}})), "");
  const auto track = host.request("GET /case/{id}/track", {{"id", id.str()}});
  ASSERT_TRUE(track.ok()) << track.fault().message.en;
  EXPECT_EQ(Json::parse(track->body)["tasks"][0]["filled"], (Json{{"grade", "A"}}));
}

} // namespace
} // namespace onebudget::workflow
