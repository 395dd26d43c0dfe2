// What a project must satisfy when it is written.
#include "plugins/compilation/tests/house.hpp"

namespace onebudget::compilation {
namespace {

TEST_F(House, a_project_gets_its_code_and_its_term) {
  const Row first = host.row(kProject, declare());
  EXPECT_EQ(first.text("code"), "32058326T000000000001");
  EXPECT_EQ(first.number("term_years"), 2);
  EXPECT_EQ(host.row(kProject, declare({{"category", "personnel"}})).text("code"), "32058326R000000000001");
  EXPECT_EQ(host.row(kProject, declare()).text("code"), "32058326T000000000002");
}

TEST_F(House, a_code_that_came_with_an_import_is_never_made_again) {
  declare({{"code", "32058326T000000000007"}});
  EXPECT_EQ(host.row(kProject, declare()).text("code"), "32058326T000000000008");
  EXPECT_EQ(refusals({{"code", "32058326X000000000007"}}), Lines{"standards.code_matches_rule /code"});
}

TEST_F(House, an_unsound_project_takes_no_number) {
  EXPECT_EQ(refusals({{"end_year", 2025}}), Lines{"compilation.project_term /end_year"});
  EXPECT_EQ(refusals({{"year_amount", 300'000'00}}), Lines{"compilation.project_amounts /year_amount"});
  EXPECT_EQ(host.row(kProject, declare()).text("code"), "32058326T000000000001");
}

TEST_F(House, codes_are_checked_when_they_are_chosen) {
  const RecordId next_year = functional("2050203", 2027);
  EXPECT_EQ(refusals({{"functional_class", next_year.str()}}), Lines{"standards.postable /functional_class"});
  const RecordId id = declare();
  ASSERT_TRUE(host.update(kProject, id, {{"summary", "说明"}}).ok());
  ASSERT_FALSE(host.update(kProject, id, {{"fiscal_year", 2027}}).ok()) << "a new year needs the codes of that year";
  EXPECT_TRUE(host.update(kProject, id, {{"fiscal_year", 2027}, {"functional_class", next_year.str()}}).ok());
}

TEST_F(House, an_old_project_keeps_a_code_that_was_withdrawn_and_no_new_one_gets_it) {
  const RecordId id = declare();
  ASSERT_TRUE(standards.transition("standards.functional_class", school, "withdraw").ok());
  EXPECT_TRUE(host.update(kProject, id, {{"summary", "说明"}}).ok());
  EXPECT_EQ(refusals(), Lines{"standards.postable /functional_class"});
}

TEST_F(House, a_fund_kind_that_was_withdrawn_is_refused_too) {
  ASSERT_TRUE(standards.transition("standards.fund_kind", fund, "withdraw").ok());
  EXPECT_EQ(refusals(), Lines{"standards.postable /fund_kind"});
}

TEST_F(House, the_economic_classes_must_correspond) {
  const RecordId department = classified("department_economic_class", "30213", 2026, "维修费"),
                 government = classified("government_economic_class", "50101", 2026, "工资");
  in_force("economic_mapping", {{"list_year", 2026},
                                {"department_class", "30213"},
                                {"unit_type", "administrative"},
                                {"government_class", "50209"}});
  EXPECT_EQ(
      refusals({{"department_economic_class", department.str()}, {"government_economic_class", government.str()}}),
      Lines{"standards.economic_pair /government_economic_class"});
}

TEST_F(House, papers_are_asked_for_on_submission_only) {
  const RecordId id = declare();
  const auto early = host.transition(kProject, id, "submit");
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(told(early.fault()),
            (Lines{"compilation.project_papers /design_basis", "compilation.project_papers /performance_goal",
                   "compilation.attachments /papers", "compilation.attachments /papers",
                   "compilation.attachments /papers", "compilation.lines_missing /year_amount"}));
  attach_papers(id);
  ASSERT_TRUE(host.update(kProject, id, {{"design_basis", "条例"}, {"performance_goal", "覆盖率 100%"}}).ok());
  EXPECT_TRUE(host.transition(kProject, id, "submit").ok());
  EXPECT_TRUE(host.transition(kProject, id, "return", "材料不全").ok());
  EXPECT_TRUE(host.remove(kProject, id).ok());
}

TEST_F(House, findings_come_in_the_caller_s_language) {
  host.set_language("en");
  const auto refused = host.insert(kProject, project({{"end_year", 2025}}));
  EXPECT_EQ(refused.fault().fields.at(0).message.zh, "It ends before it begins.");
}

TEST_F(House, without_the_standards_nothing_is_half_written) {
  FakeHost alone(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(alone.start().ok());
  const auto refused = alone.insert(kProject, project());
  EXPECT_EQ(refused.fault().kind, FaultKind::unavailable);
  EXPECT_TRUE(alone.rows(kProject).empty());
}

} // namespace
} // namespace onebudget::compilation
