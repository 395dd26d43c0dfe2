// What the second round and the batch keep to: the three guarantees and economic classes.
#include "plugins/compilation/tests/budget_year.hpp"

namespace onebudget::compilation {
namespace {

class Gates : public BudgetYear {
 protected:
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
  EXPECT_EQ(freeze("two_up")["guarantee_gap"], "0.00");
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

} // namespace
} // namespace onebudget::compilation
