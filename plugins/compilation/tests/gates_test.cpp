// What the second round and the batch keep to: the three guarantees, economic classes, the people of a unit.
#include "plugins/compilation/tests/budget_year.hpp"

namespace onebudget::compilation {
namespace {

constexpr const char* kLine = "compilation.expenditure_line";

class Gates : public BudgetYear {
 protected:
  /// A confirmed profile of the unit for the year.
  void confirmed(int posts, int retirees) {
    host.plant("compilation.unit_profile", {{"unit", "5"},
                                            {"fiscal_year", 2026},
                                            {"unit_type", "administrative"},
                                            {"posts", posts},
                                            {"staff", posts},
                                            {"retirees", retirees},
                                            {"status", "confirmed"}});
  }
  RecordId quota(std::int64_t fen) {
    host.declare("standards", Json::parse(R"({"entity": "expenditure_standard", "fields": [
      {"name": "code", "type": "code"}, {"name": "unit_of_measure", "type": "text"}, {"name": "ceiling", "type": "money"}]})"));
    return host.plant("standards.expenditure_standard",
                      {{"code", "GY-1"}, {"unit_of_measure", "元/人·年"}, {"ceiling", fen}});
  }
  const Json second = {{"unit", "5"}, {"fiscal_year", 2026}, {"step", "two_up"}};
};

TEST_F(Gates, the_guarantees_are_budgeted_before_anything_else) {
  const RecordId wages = planted({{"spending_order", "wages"}, {"year_amount", 60'00}});
  const RecordId other = planted({{"status", "budgeted"}, {"year_amount", 40'00}});
  ceiling("5", 200'00);
  open_round("two_up");
  const auto refused = post("/freeze", second);
  EXPECT_EQ(told(refused.fault()), Lines{"compilation.guarantees_first /guarantee_gap"}) << why(refused);
  EXPECT_TRUE(host.rows("compilation.budget_version").empty()) << "nothing is half done";
  ASSERT_TRUE(host.transition(kProject, other, "uncompile").ok());
  const RecordId running = planted({{"status", "budgeted"}, {"spending_order", "operation"}, {"year_amount", 10'00}});
  EXPECT_EQ(freeze("two_up")["guarantee_gap"], "60.00") << "nothing else is spent: the reviewers see the gap";
  ASSERT_TRUE(host.transition(kProject, running, "uncompile").ok());
  host.plant("compilation.expenditure_line", line(other, {{"amount", 40'00}}));
  ASSERT_TRUE(host.transition(kProject, other, "compile").ok());
  EXPECT_FALSE(post("/freeze", second).ok());
  for (const auto& [project, fen] : {std::pair{wages, 60'00}, {running, 10'00}}) {
    host.plant("compilation.expenditure_line", line(project, {{"amount", fen}}));
    ASSERT_TRUE(host.transition(kProject, project, "compile").ok());
  }
  Json noted = second;
  noted["document_ref"] = "说明1号";
  const auto frozen = post("/freeze", noted);
  ASSERT_TRUE(frozen.ok()) << why(frozen);
  const Json version = Json::parse(frozen->body);
  EXPECT_EQ(version["guarantee_gap"], "0.00");
  planted({{"spending_order", "livelihood"}, {"year_amount", 5'00}});
  const RecordId id = *RecordId::parse(version["id"].get<std::string>());
  EXPECT_EQ(told(host.transition("compilation.budget_version", id, "submit").fault()),
            Lines{"compilation.guarantees_first /guarantee_gap"})
      << "admitted since it was frozen";
}

TEST_F(Gates, a_batch_that_cuts_the_guarantees_and_spends_on_other_things_is_refused) {
  const RecordId wages = planted({{"status", "budgeted"}, {"spending_order", "wages"}, {"year_amount", 60'00}});
  planted({{"status", "budgeted"}, {"year_amount", 40'00}});
  ceiling("5", 100'00);
  open_round("two_up");
  freeze("two_up");
  host.plant("compilation.congress_approval", {{"region", "3"},
                                               {"fiscal_year", 2026},
                                               {"approved_on", "2025-08-01"},
                                               {"document_no", "决议"},
                                               {"session", "第五次会议"},
                                               {"fund_1", 100'00},
                                               {"status", "confirmed"}});
  const auto batch = host.insert(
      "compilation.budget_issue",
      {{"unit", "5"}, {"fiscal_year", 2026}, {"document_no", "1号"}, {"title", "批复"}, {"ground", "none"}});
  ASSERT_TRUE(batch.ok()) << why(batch);
  ASSERT_TRUE(post("/budget-issue/{id}/prepare", Json::object(), batch->str()).ok());
  const Row line = host.rows("compilation.issue_line", "project==" + wages.str()).front();
  ASSERT_TRUE(host.update("compilation.issue_line", line.id(), {{"amount", 59'99}}).ok());
  EXPECT_EQ(told(host.transition("compilation.budget_issue", *batch, "issue").fault()),
            Lines{"compilation.guarantees_first "});
  ASSERT_TRUE(host.update("compilation.issue_line", line.id(), {{"amount", 60'00}}).ok());
  const auto issued = host.transition("compilation.budget_issue", *batch, "issue");
  EXPECT_TRUE(issued.ok()) << why(issued);
}

TEST_F(Gates, the_second_round_names_each_project_without_economic_classes) {
  planted({{"status", "budgeted"}, {"category", "personnel"}, {"department_economic_class", nullptr}});
  ceiling("5", 100'000'00);
  host.plant("compilation.ceiling", {{"node", "5"},
                                     {"fiscal_year", 2026},
                                     {"fund_kind", fund.str()},
                                     {"category", "personnel"},
                                     {"amount", 100'000'00},
                                     {"status", "issued"}});
  const Row project = host.rows(kProject).front();
  open_round("two_up");
  EXPECT_EQ(told(post("/freeze", second).fault()), Lines{"compilation.two_up_classes /cells/" + project.text("code")});
  ASSERT_TRUE(host.update(kProject, project.id(), {{"department_economic_class", office.str()}}).ok());
  EXPECT_EQ(freeze("two_up")["total"], "100000.00");
}

TEST_F(Gates, what_is_measured_by_the_head_keeps_to_the_confirmed_profile) {
  const RecordId project = planted({{"status", "draft"}, {"category", "operating"}, {"year_amount", 800'00}});
  const Json wanted = line(project, {{"standard", quota(8'00).str()}, {"quantity", "100"}, {"price", 8'00}});
  const auto before = host.insert(kLine, wanted);
  ASSERT_TRUE(before.ok()) << why(before) << ": nobody confirmed anything yet";
  confirmed(99, 0);
  EXPECT_EQ(told(host.update(kLine, *before, {{"task", "公用经费"}}).fault()),
            (Lines{"compilation.headcount /quantity", "compilation.headcount /amount"}));
  EXPECT_EQ(told(host.transition(kProject, project, "submit").fault()),
            (Lines{"compilation.headcount /lines/1", "compilation.headcount /lines/1"}))
      << "what was written before the profile was confirmed";
  ASSERT_TRUE(host.update(kLine, *before, {{"quantity", "99"}}).ok());
  ASSERT_TRUE(host.update(kProject, project, {{"year_amount", 792'00}}).ok());
  const auto sent = host.transition(kProject, project, "submit");
  EXPECT_TRUE(sent.ok()) << why(sent);
}

} // namespace
} // namespace onebudget::compilation
