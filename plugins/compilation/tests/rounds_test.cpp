// A budget year on the fake host: lines, rounds, ceilings, versions, the approval and the issue.
#include "plugins/compilation/tests/budget_year.hpp"

namespace onebudget::compilation {
namespace {

TEST_F(BudgetYear, a_line_is_computed_by_its_formula_and_checked) {
  const RecordId id = planted({{"status", "draft"}});
  const auto made =
      host.insert("compilation.expenditure_line",
                  line(id, {{"formula", "人数 * 标准价 * 12"}, {"names", {{"人数", "10"}, {"标准价", "35.50"}}}}));
  ASSERT_TRUE(made.ok()) << why(made);
  EXPECT_EQ(host.row("compilation.expenditure_line", *made).money("amount").to_yuan(), "4260.00");
  const auto zero = host.insert("compilation.expenditure_line", line(id, {{"line_no", 2}, {"formula", "1 / 0"}}));
  EXPECT_EQ(told(zero.fault()), Lines{"compilation.division_by_zero /formula"});
  const auto late = host.insert("compilation.expenditure_line", line(id, {{"line_no", 3}, {"year", 2031}}));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.fault().fields.front().code, "compilation.expenditure_line");
}

TEST_F(BudgetYear, nothing_is_taken_into_the_budget_while_no_round_is_open) {
  const RecordId id = planted();
  host.plant("compilation.expenditure_line", line(id, {{"amount", 100'000'00}}));
  const auto early = host.transition(kProject, id, "compile");
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(told(early.fault()), Lines{"compilation.round_closed "});
  const RecordId round = open_round("one_up");
  EXPECT_TRUE(host.transition(kProject, id, "compile").ok());
  ASSERT_TRUE(host.transition("compilation.budget_round", round, "close").ok());
  const auto closed = post("/freeze", {{"unit", "5"}, {"fiscal_year", 2026}, {"step", "one_up"}});
  EXPECT_EQ(closed.fault().code, "compilation.round_closed");
}

TEST_F(BudgetYear, a_second_round_above_its_ceiling_is_refused_cell_by_cell) {
  host.plant("compilation.expenditure_line", line(planted({{"status", "budgeted"}}), {{"amount", 100'000'00}}));
  open_round("two_up");
  const auto above = post("/freeze", {{"unit", "5"}, {"fiscal_year", 2026}, {"step", "two_up"}});
  EXPECT_EQ(told(above.fault()), Lines{"compilation.ceiling_hard /cells/1/specific"});
  ceiling("5", 100'000'00);
  EXPECT_EQ(freeze("two_up")["total"], "100000.00");
  EXPECT_EQ(host.rows("compilation.budget_version", "status==frozen").size(), 1U);
  EXPECT_EQ(freeze("two_up")["number"], 2);
}

TEST_F(BudgetYear, versions_are_compared_by_the_columns_asked_for) {
  const RecordId id = planted({{"status", "budgeted"}});
  host.plant("compilation.expenditure_line", line(id, {{"amount", 90'000'00}}));
  ceiling("5", 100'000'00);
  open_round("two_up");
  const std::string down = freeze("one_down")["id"], up = freeze("two_up")["id"];
  const auto answer = host.request("GET /compare", {{"left", down}, {"right", up}, {"by", "fund,category"}});
  ASSERT_TRUE(answer.ok()) << why(answer);
  const Json out = Json::parse(answer->body);
  ASSERT_EQ(out["items"].size(), 1U);
  EXPECT_EQ(out["items"][0]["cell"], "1|specific");
  EXPECT_EQ(out["items"][0]["difference"], "-10000.00");
  EXPECT_FALSE(host.request("GET /compare", {{"left", down}, {"right", up}, {"by", "nothing"}}).ok());
}

TEST_F(BudgetYear, a_ceiling_is_split_within_its_amount_only) {
  const RecordId above = ceiling("4", 100'00);
  const auto too_much = post("/ceiling/{id}/split", {{"parts", {{{"node", "5"}, {"amount", "100.01"}}}}}, above.str());
  EXPECT_EQ(told(too_much.fault()), Lines{"compilation.ceiling_split /parts"});
  const auto good = post("/ceiling/{id}/split", {{"parts", {{{"node", "5"}, {"amount", "100.00"}}}}}, above.str());
  ASSERT_TRUE(good.ok()) << why(good);
  EXPECT_EQ(host.rows("compilation.ceiling").size(), 2U);
  EXPECT_EQ(told(host.update("compilation.ceiling", above, {{"amount", 99'99}}).fault()),
            Lines{"compilation.ceiling_split /parts"});
}

TEST_F(BudgetYear, a_split_moves_money_between_its_parts_and_counts_itself_in_above) {
  const RecordId above = ceiling("4", 100'00);
  const auto split = [&](const char* one, const char* other) {
    const Json parts = {{{"node", "5"}, {"amount", one}}, {{"node", "6"}, {"amount", other}}};
    return post("/ceiling/{id}/split", {{"parts", parts}}, above.str());
  };
  for (const auto& [one, other] : {std::pair{"60.00", "40.00"}, {"30.00", "70.00"}, {"70.00", "30.00"}}) {
    const auto good = split(one, other);
    ASSERT_TRUE(good.ok()) << why(good);
    const Json items = Json::parse(good->body)["items"];
    EXPECT_EQ(items[0]["amount"], one);
    EXPECT_EQ(items[1]["node"], "6");
  }
  EXPECT_EQ(host.row("compilation.ceiling", above).number("splits"), 6);
  const auto raised = host.rows("compilation.ceiling", "node==5");
  EXPECT_EQ(told(host.update("compilation.ceiling", raised.at(0).id(), {{"amount", 70'01}}).fault()),
            Lines{"compilation.ceiling_split /amount"});
}

TEST_F(BudgetYear, an_issue_waits_for_the_approval_and_tells_the_ledger) {
  const RecordId id = planted({{"status", "budgeted"}});
  host.plant("compilation.expenditure_line", line(id, {{"amount", 100'000'00}}));
  ceiling("5", 100'000'00);
  open_round("two_up");
  freeze("two_up");
  const auto issue = host.insert("compilation.budget_issue", {{"unit", "5"},
                                                              {"fiscal_year", 2026},
                                                              {"document_no", "昆财〔2026〕1号"},
                                                              {"title", "批复"},
                                                              {"ground", "none"}});
  ASSERT_TRUE(issue.ok()) << why(issue);
  ASSERT_TRUE(post("/budget-issue/{id}/prepare", Json::object(), issue->str()).ok());
  const auto early = host.transition("compilation.budget_issue", *issue, "issue");
  EXPECT_EQ(told(early.fault()), Lines{"compilation.issue /ground"});
  host.plant("compilation.congress_approval", {{"region", "3"},
                                               {"fiscal_year", 2026},
                                               {"approved_on", "2025-08-01"},
                                               {"document_no", "决议"},
                                               {"session", "第五次会议"},
                                               {"fund_1", 100'000'00},
                                               {"status", "confirmed"}});
  const auto issued = host.transition("compilation.budget_issue", *issue, "issue");
  ASSERT_TRUE(issued.ok()) << why(issued);
  EXPECT_EQ(host.row("compilation.budget_issue", *issue).money("total").to_yuan(), "100000.00");
  EXPECT_EQ(host.row(kProject, id).text("status"), "issued");
  ASSERT_EQ(host.events().size(), 1U);
  const Json& payload = host.events().front().payload;
  EXPECT_EQ(host.events().front().topic, "compilation.budget.issued");
  EXPECT_EQ(host.events().front().key, "5/2026");
  keeps_its_form(payload);
  const Json& first = payload["lines"][0];
  EXPECT_EQ(first["amount"], 100'000'00);
  EXPECT_EQ(first["previous"], nullptr);
  EXPECT_EQ(first["elements"]["fund_kind"], "1");
  EXPECT_EQ(first["elements"]["government_class"], "50201");
  EXPECT_EQ(first["elements"]["indicator_type"], "executable");
  EXPECT_EQ(payload["total"], 100'000'00);

  Json later = {{"unit", "5"},     {"fiscal_year", 2026},      {"document_no", "昆财〔2026〕9号"},
                {"title", "调剂"}, {"source", "reallocation"}, {"changes", issue->str()}};
  const auto change = host.insert("compilation.budget_issue", later);
  ASSERT_TRUE(change.ok()) << why(change);
  ASSERT_TRUE(post("/budget-issue/{id}/prepare", Json::object(), change->str()).ok());
  const Row again = host.rows("compilation.issue_line", "issue==" + change->str()).front();
  ASSERT_TRUE(host.update("compilation.issue_line", again.id(), {{"amount", 100'000'01}}).ok());
  EXPECT_EQ(told(host.transition("compilation.budget_issue", *change, "issue").fault()),
            (Lines{"compilation.issue_change /lines", "compilation.issue /lines"}))
      << "more than there was, and more than was approved";
  ASSERT_TRUE(host.update("compilation.issue_line", again.id(), {{"amount", 100'000'00}}).ok());
  const auto changed = host.transition("compilation.budget_issue", *change, "issue");
  ASSERT_TRUE(changed.ok()) << why(changed) << ": what it replaces is not counted twice";
  ASSERT_EQ(host.events().size(), 2U);
  const Json& second = host.events().back().payload;
  keeps_its_form(second);
  EXPECT_EQ(second["changes"], issue->str());
  EXPECT_EQ(second["lines"][0]["previous"]["line"], first["line"]);
  EXPECT_EQ(second["lines"][0]["previous"]["amount"], 100'000'00);
  EXPECT_EQ(second["lines"][0]["elements"]["budget_source"], "3");
}

TEST_F(BudgetYear, an_issue_reads_no_more_however_many_went_out_before) {
  host.plant("compilation.congress_approval", {{"region", "3"},
                                               {"fiscal_year", 2026},
                                               {"approved_on", "2025-08-01"},
                                               {"document_no", "决议"},
                                               {"session", "第五次会议"},
                                               {"fund_1", 60'00},
                                               {"status", "confirmed"}});
  std::vector<std::size_t> reads;
  const auto issue = [&](int number) {
    const auto made = host.insert("compilation.budget_issue", {{"unit", "5"},
                                                               {"fiscal_year", 2026},
                                                               {"document_no", std::to_string(number) + "号"},
                                                               {"title", "批复"},
                                                               {"ground", "none"}});
    EXPECT_TRUE(made.ok()) << why(made);
    host.plant("compilation.issue_line",
               {{"issue", made->str()}, {"cell", "1"}, {"fund", "1"}, {"category", "specific"}, {"amount", 1'00}});
    const std::size_t before = host.record_reads();
    const auto done = host.transition("compilation.budget_issue", *made, "issue");
    reads.push_back(host.record_reads() - before);
    return done;
  };
  for (int number = 1; number <= 60; ++number) {
    const auto done = issue(number);
    ASSERT_TRUE(done.ok()) << why(done);
  }
  EXPECT_EQ(reads.front(), reads.back());
  EXPECT_EQ(told(issue(61).fault()), Lines{"compilation.issue /lines"}) << "all sixty are counted";
}

TEST_F(BudgetYear, what_the_law_allows_goes_out_before_the_approval_and_is_marked) {
  host.plant("compilation.expenditure_line", line(planted({{"status", "budgeted"}}), {{"amount", 100'000'00}}));
  ceiling("5", 100'000'00);
  open_round("two_up");
  freeze("two_up");
  const auto early = [&](const char* number, const char* ground, Json more) {
    Json issue = {
        {"unit", "5"}, {"fiscal_year", 2026}, {"document_no", number}, {"title", "提前下达"}, {"ground", ground}};
    issue.update(more);
    const auto made = host.insert("compilation.budget_issue", issue);
    EXPECT_TRUE(made.ok()) << why(made);
    EXPECT_TRUE(post("/budget-issue/{id}/prepare", Json::object(), made->str()).ok());
    return host.transition("compilation.budget_issue", *made, "issue");
  };
  EXPECT_EQ(told(early("1号", "like_amount", {{"last_year_like", 99'999'99}}).fault()),
            (Lines{"compilation.issue /lines", "compilation.issue /document"}));
  const Json paper = {{"document_ref", "苏财〔2025〕9号"}, {"last_year_like", 150'000'00}};
  EXPECT_TRUE(early("2号", "like_amount", paper).ok());
  EXPECT_EQ(told(early("3号", "like_amount", paper).fault()), Lines{"compilation.issue /lines"})
      << "both together are more than last year's like amount";
  const auto transfer = early("4号", "advance_transfer", paper);
  ASSERT_TRUE(transfer.ok()) << why(transfer);
  const Json& told_of = host.events().back().payload;
  keeps_its_form(told_of);
  EXPECT_EQ(told_of["lines"][0]["elements"]["is_advance"], true);
}

TEST_F(BudgetYear, a_duplicate_is_found_once_and_bars_admission_until_it_is_judged) {
  const RecordId one = planted({{"status", "department_reviewed"}, {"summary", "监测校舍"}}),
                 two = planted({{"status", "department_reviewed"}, {"summary", "监测校舍"}, {"fiscal_year", 2026}});
  for (const RecordId id : {one, two})
    host.plant("compilation.project_rank", {{"project", id.str()}, {"fiscal_year", 2026}, {"rank", 1}});
  const Json asked = {{"region", "3"}, {"fiscal_year", 2026}};
  const auto begun = post("/duplicate-search", asked);
  ASSERT_TRUE(begun.ok()) << why(begun);
  EXPECT_EQ(begun->status, 202);
  const auto found = host.run_job("duplicates", asked);
  ASSERT_TRUE(found.ok()) << why(found);
  EXPECT_EQ(found->result, (Json{{"projects", 2}, {"found", 1}, {"written", 1}, {"known", 0}, {"held_back", 0}}));
  EXPECT_EQ(found->progress, (std::vector<std::string>{"2/2 2/2"}));
  EXPECT_EQ(told(host.transition(kProject, one, "approve").fault()), Lines{"compilation.admission_gate "});
  const RecordId pair = host.rows("compilation.duplicate_pair").front().id();
  ASSERT_TRUE(host.transition("compilation.duplicate_pair", pair, "reject", "两处校舍").ok());
  EXPECT_TRUE(host.transition(kProject, one, "approve").ok());
  const auto again = host.run_job("duplicates", asked);
  ASSERT_TRUE(again.ok()) << why(again);
  EXPECT_EQ(again->result, found->result) << "it goes on behind its last checkpoint";
  host.set_checkpoint(nullptr);
  const auto anew = host.run_job("duplicates", asked);
  ASSERT_TRUE(anew.ok()) << why(anew);
  EXPECT_EQ(anew->result, (Json{{"projects", 2}, {"found", 1}, {"written", 0}, {"known", 1}, {"held_back", 0}}));
  const auto above = host.run_job("duplicates", {{"region", "4"}, {"fiscal_year", 2026}});
  ASSERT_TRUE(above.ok()) << why(above);
  EXPECT_EQ(above->result, anew->result) << "it was judged, whoever asks";
  const auto by_hand =
      host.insert("compilation.duplicate_pair",
                  {{"region", "4"}, {"first_project", two.str()}, {"second_project", one.str()}, {"rule", "R25"}});
  EXPECT_EQ(told(by_hand.fault()), Lines{"compilation.duplicate_known /second_project"});
  EXPECT_EQ(host.rows("compilation.duplicate_pair", "status==rejected").size(), 1U);
  EXPECT_EQ(host.rows("compilation.duplicate_pair").size(), 1U) << "rejected stays rejected";
  ASSERT_TRUE(host.transition("compilation.duplicate_pair", pair, "reopen", "查实为同一处").ok());
  EXPECT_EQ(host.rows("compilation.duplicate_mark", "state==open").size(), 2U) << "and bars admission again";
}

TEST_F(BudgetYear, a_recommendation_gives_reasons_and_applies_nothing) {
  for (const int order : {1, 2, 3})
    planted({{"year_amount", order * 40'000'00}, {"name", "项目" + std::to_string(order)}, {"spending_order", "new"}});
  ceiling("4", 160'000'00);
  const auto answer = post("/recommend", {{"region", "3"}, {"fiscal_year", 2026}});
  ASSERT_TRUE(answer.ok()) << why(answer);
  const Json out = Json::parse(answer->body);
  EXPECT_EQ(out["proven"], true);
  EXPECT_EQ(out["total"], "160000.00");
  EXPECT_EQ(host.rows("compilation.recommendation_item", "taken==true").size(), 2U);
  for (const Row& item : host.rows("compilation.recommendation_item")) EXPECT_FALSE(item.text("reason_zh").empty());
  EXPECT_EQ(host.rows("compilation.recommendation").front().text("status"), "proposed");
  EXPECT_EQ(host.rows(kProject, "status==in_library").size(), 3U);
}

TEST_F(BudgetYear, a_scenario_is_compared_with_its_base_and_reproduced) {
  planted({{"year_amount", 100'000'00}});
  host.plant(
      "compilation.revenue_estimate",
      {{"region", "3"}, {"fiscal_year", 2026}, {"source", "tax"}, {"amount", 105'000'00}, {"status", "decided"}});
  const auto bad = host.insert(
      "compilation.scenario",
      {{"region", "3"}, {"fiscal_year", 2026}, {"name", "错"}, {"changes", {{{"kind", "growth"}, {"factor", -1}}}}});
  EXPECT_EQ(told(bad.fault()), Lines{"compilation.scenario /changes/0/factor"});
  const auto made =
      host.insert("compilation.scenario", {{"region", "3"},
                                           {"fiscal_year", 2026},
                                           {"name", "增长一成"},
                                           {"changes", {{{"kind", "growth"}, {"function", "205"}, {"factor", 1.1}}}}});
  ASSERT_TRUE(made.ok()) << why(made);
  const Json first = Json::parse(post("/scenario/{id}/run", Json::object(), made->str())->body);
  EXPECT_EQ(first["base_total"], "100000.00");
  EXPECT_EQ(first["total"], "105000.00") << "the envelope is smaller than the wish";
  EXPECT_EQ(first["reproduced"], false);
  const Json again = Json::parse(post("/scenario/{id}/run", Json::object(), made->str())->body);
  EXPECT_EQ(again["reproduced"], true);
  EXPECT_EQ(again["digest"], first["digest"]);
  const Json gap = Json::parse(host.request("GET /fiscal-gap", {{"region", "3"}, {"year", "2026"}})->body);
  EXPECT_EQ(gap["rest"], "5000.00");
}

TEST_F(BudgetYear, nothing_secret_enters) {
  EXPECT_EQ(refusals({{"is_secret", true}}), Lines{"compilation.secret /is_secret"});
  host.add_node(RecordId{1}, node("320000000", "江苏省", "region", "/1/"));
  const Json lower = {{"region", "3"}, {"fiscal_year", 2026}, {"amount", 900'000'00}, {"enough_parts", true}};
  EXPECT_EQ(told(host.insert("compilation.secret_total", lower).fault()), Lines{"compilation.secret_total /region"});
  const Json total = {{"region", "1"}, {"fiscal_year", 2026}, {"amount", 900'000'00}, {"enough_parts", true}};
  const auto made = host.insert("compilation.secret_total", total);
  ASSERT_TRUE(made.ok()) << why(made);
  for (const int year : {2026, 2027}) {
    Json second = total;
    second["fiscal_year"] = year;
    EXPECT_FALSE(host.insert("compilation.secret_total", second).ok()) << "two could be subtracted";
  }
  EXPECT_FALSE(host.remove("compilation.secret_total", *made).ok());
}

TEST_F(BudgetYear, a_zero_base_review_is_graded_by_the_system) {
  const RecordId id = planted();
  Json sheet = {{"project", id.str()},
                {"fiscal_year", 2026},
                {"policy_basis", 20},
                {"necessity", 15},
                {"duty_match", 10},
                {"estimate_basis", 15},
                {"feasibility", 10},
                {"performance", 15},
                {"execution", 10},
                {"funding", 5},
                {"measured_amount", 100'000'00},
                {"approved_amount", 100'000'00},
                {"disposition", "keep"},
                {"sunset_year", 2028}};
  const auto made = host.insert("compilation.zero_base_review", sheet);
  ASSERT_TRUE(made.ok()) << why(made);
  EXPECT_EQ(host.row("compilation.zero_base_review", *made).text("grade"), "a");
  sheet["fiscal_year"] = 2027;
  sheet["policy_lapsed"] = true;
  sheet["sunset_year"] = 2027;
  const auto lapsed = host.insert("compilation.zero_base_review", sheet);
  EXPECT_EQ(lapsed.fault().fields.size(), 2U) << "well executed, but its policy lapsed";
}

} // namespace
} // namespace onebudget::compilation
