// The plugin on a fake host: events of the others come in, and figures are asked for.
#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::usage {

using plugin::Row;
using testing::FakeHost;
using testing::Json;

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;
constexpr std::int64_t kMonday = 1'772'409'600'000; ///< 2026-03-02 00:00 UTC, 08:00 in China

class UsageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    host.provide("workflow/1", [](const std::string& method, const Json& request) -> Result<Json> {
      EXPECT_EQ(method, "due");
      const Day from = *Day::parse(request["from"].get<std::string>());
      Day day = from; // a calendar of weekends: the first of January 1970 was a Thursday
      for (int left = request["workdays"]; left > 0;) {
        day = day.plus_days(1);
        if ((day.number() + 3) % 7 < 5) --left;
      }
      return Json{{"day", day.str()}, {"assumed", false}};
    });
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << (started.ok() ? "" : started.fault().message.en);
    host.add_node(RecordId{1}, node("320000000", "江苏省", "region", "/1/"));
    host.add_node(RecordId{3}, node("320583000", "昆山市", "region", "/1/3/"));
    host.add_node(RecordId{5}, node("320583000-106001", "第一中学", "unit", "/1/3/5/"));
    at(kMonday);
    other("workflow", "case", R"([{"name": "amount", "type": "money"}])");
    other(
        "compilation", "budget_round",
        R"([{"name": "region", "type": "org"}, {"name": "fiscal_year", "type": "year"}, {"name": "step", "type": "text"}])");
    other(
        "compilation", "budget_version",
        R"([{"name": "unit", "type": "org"}, {"name": "fiscal_year", "type": "year"}, {"name": "step", "type": "text"},
              {"name": "total", "type": "money"}])");
    other(
        "monitoring", "alert",
        R"([{"name": "unit", "type": "org"}, {"name": "fiscal_year", "type": "year"}, {"name": "rule", "type": "text"}])");
    other("monitoring", "finding",
          R"([{"name": "alert", "type": "text"}, {"name": "recover_amount", "type": "money"},
              {"name": "adjust_amount", "type": "money"}])");
    other(
        "performance", "evaluation",
        R"([{"name": "unit", "type": "org"}, {"name": "fiscal_year", "type": "year"}, {"name": "project", "type": "text"},
              {"name": "grade", "type": "text"}])");
    other(
        "performance", "goal",
        R"([{"name": "unit", "type": "org"}, {"name": "fiscal_year", "type": "year"}, {"name": "project", "type": "text"}])");
  }
  void TearDown() override { EXPECT_TRUE(host.stop().ok()) << "nothing is left over"; }

  static Json node(const char* code, const char* name, const char* kind, const char* path) {
    return {{"code", code}, {"name", name}, {"kind", kind}, {"path", path}, {"region_code", "320583000"}};
  }
  void other(const std::string& plugin, const std::string& entity, const char* fields) {
    host.declare(plugin, {{"entity", entity}, {"fields", Json::parse(fields)}});
  }
  void at(std::int64_t utc_ms) { host.set_now(now = utc_ms); }
  void happens(const std::string& topic, const Json& payload) {
    const auto done = host.deliver(topic, "key", payload);
    ASSERT_TRUE(done.ok()) << topic << " " << done.fault().message.en;
  }
  void moves(const std::string& entity, const std::string& to, RecordId id) {
    happens(entity + "." + to, {{"entity", entity}, {"id", id.str()}, {"version", 2}});
  }
  Json asked(const std::string& by, const std::string& year = "2026") {
    const auto answer = host.request("GET /figures", {{"year", year}, {"by", by}});
    EXPECT_TRUE(answer.ok());
    return answer ? Json::parse(answer->body) : Json();
  }
  Json finished(std::int64_t days, int workdays) {
    const RecordId one = host.plant("workflow.case", {{"amount", 100}});
    return {{"case", one.str()},      {"entity", "compilation.project"},
            {"id", one.str()},        {"unit", "5"},
            {"at_ms", now},           {"result", "approved"},
            {"wait_ms", days * kDay}, {"wait_workdays", workdays}};
  }

  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
  std::int64_t now = 0;
};

TEST_F(UsageTest, an_approval_counts_once_in_calendar_and_in_working_days) {
  const Json one = finished(15, 11);
  happens("workflow.case.finished", one);
  happens("workflow.case.finished", one); // delivered again
  happens("workflow.case.finished", finished(0, 0));
  const Json figures = asked("region")["items"][0]["figures"];
  EXPECT_EQ(figures["project_approval"]["count"], 2);
  EXPECT_EQ(figures["project_approval"]["calendar_days"], "7.50");
  EXPECT_EQ(figures["project_approval"]["workdays"], "5.50");
  EXPECT_EQ(figures["project_approval"]["behind"],
            "kind=in=(case_finished,case_returned);year==2026;subject_entity==compilation.project;region_code=="
            "\"320583000\"");
}

TEST_F(UsageTest, a_declaration_runs_from_the_opening_to_the_freeze) {
  const RecordId round =
      host.plant("compilation.budget_round", {{"region", "3"}, {"fiscal_year", 2027}, {"step", "one_up"}});
  moves("compilation.budget_round", "open", round);
  at(kMonday + 15 * kDay);
  const RecordId version = host.plant("compilation.budget_version",
                                      {{"unit", "5"}, {"fiscal_year", 2027}, {"step", "two_up"}, {"total", 500}});
  moves("compilation.budget_version", "frozen", version);
  const Json declared = asked("unit", "2027")["items"][1]["figures"]["declaration"];
  EXPECT_EQ(declared["calendar_days"], "15.00");
  EXPECT_EQ(declared["workdays"], "11.00");
}

TEST_F(UsageTest, a_declaration_that_nobody_saw_opening_has_no_length) {
  const RecordId version = host.plant("compilation.budget_version",
                                      {{"unit", "5"}, {"fiscal_year", 2027}, {"step", "two_up"}, {"total", 500}});
  moves("compilation.budget_version", "frozen", version);
  EXPECT_EQ(asked("region", "2027")["total"]["figures"]["declaration"]["calendar_days"], "");
}

TEST_F(UsageTest, coverage_counts_projects_and_not_evaluations) {
  for (const char* project : {"11", "12"}) {
    Json of = {{"unit", "5"}, {"fiscal_year", 2026}, {"project", project}};
    moves("performance.goal", "approved", host.plant("performance.goal", of));
    if (project[1] == '2') continue;
    of["grade"] = "good";
    for (int twice = 0; twice < 2; ++twice)
      moves("performance.evaluation", "confirmed", host.plant("performance.evaluation", of));
  }
  const Json evaluation = asked("month")["items"][0]["figures"]["evaluation"];
  EXPECT_EQ(evaluation["coverage"], "50.0");
  EXPECT_EQ(evaluation["evaluated"], 1);
}

TEST_F(UsageTest, findings_carry_what_is_recovered_and_alerts_their_rule) {
  const RecordId alert = host.plant("monitoring.alert", {{"unit", "5"}, {"fiscal_year", 2026}, {"rule", "R08"}});
  happens("monitoring.alert.raised", {{"alert", alert.str()}, {"rule", "R08"}, {"level", "orange"}, {"unit", "5"}});
  host.plant("monitoring.finding", {{"alert", alert.str()}, {"recover_amount", 500000}});
  moves("monitoring.alert", "violation", alert);
  const Json figures = asked("region")["total"]["figures"];
  EXPECT_EQ(figures["alerts"]["by_rule"]["R08"], 1);
  EXPECT_EQ(figures["findings"]["amount"], "5000.00");
}

TEST_F(UsageTest, an_import_has_its_rate_of_errors) {
  other("compilation", "project", R"([{"name": "unit", "type": "org"}])");
  host.plant("compilation.project", {{"unit", "5"}});
  happens("records.imported",
          {{"entity", "compilation.project"}, {"request_id", "r"}, {"rows", 200}, {"created", 150}, {"invalid", 50}});
  const Json imports = asked("region")["total"]["figures"]["imports"];
  EXPECT_EQ(imports["error_rate"], "25.0");
}

TEST_F(UsageTest, an_import_lies_where_whoever_sent_it_works_and_a_refused_file_counts) {
  host.add_holder({{"user", "77"}, {"role", "unit_clerk"}, {"node", "5"}, {"path", "/1/3/5/"}}, {RecordId{5}});
  const Json sent = {{"entity", "compilation.expenditure_line"}, {"user", "77"}, {"rows", 10}};
  Json taken = sent, refused = sent;
  taken.update({{"request_id", "a"}, {"invalid", 0}});
  refused.update({{"request_id", "b"}, {"invalid", 10}});
  happens("records.imported", taken);
  happens("records.import_refused", refused);
  const Json item = asked("unit")["items"][0];
  EXPECT_EQ(item["key"], "5");
  EXPECT_EQ(item["name"], "第一中学");
  EXPECT_EQ(item["figures"]["imports"]["error_rate"], "50.0");
  EXPECT_EQ(item["figures"]["imports"]["refused_files"], 1);
  EXPECT_EQ(asked("region")["items"][0]["name"], "") << "nothing was opened there";
  const Json round = {{"region", "3"}, {"fiscal_year", 2026}, {"step", "one_up"}};
  moves("compilation.budget_round", "open", host.plant("compilation.budget_round", round));
  EXPECT_EQ(asked("region")["items"][0]["name"], "昆山市");
}

TEST_F(UsageTest, of_several_posts_the_one_over_the_newest_row_tells_where_a_file_was_for) {
  other("compilation", "project", R"([{"name": "unit", "type": "org"}])");
  host.add_node(RecordId{8}, node("320583000-106002", "第二中学", "unit", "/1/3/8/"));
  host.plant("compilation.project", {{"unit", "8"}});
  host.add_holder({{"user", "77"}, {"role", "unit_clerk"}, {"node", "5"}, {"path", "/1/3/5/"}}, {RecordId{5}});
  host.add_holder({{"user", "77"}, {"role", "unit_clerk"}, {"node", "8"}, {"path", "/1/3/8/"}}, {RecordId{8}});
  happens("records.imported",
          {{"entity", "compilation.project"}, {"request_id", "a"}, {"user", "77"}, {"rows", 1}, {"invalid", 0}});
  EXPECT_EQ(asked("unit")["items"][0]["key"], "8");
}

TEST_F(UsageTest, one_region_is_looked_at_alone) {
  happens("workflow.case.finished", finished(1, 1));
  const auto of = [&](const char* region) {
    const auto answer = host.request("GET /figures", {{"year", "2026"}, {"by", "month"}, {"region", region}});
    EXPECT_TRUE(answer.ok());
    return answer ? Json::parse(answer->body) : Json();
  };
  EXPECT_EQ(of("320583000")["total"]["figures"]["approval"]["count"], 1);
  EXPECT_EQ(of("320582000")["total"]["figures"]["approval"]["count"], 0);
  const std::string behind = of("320583000")["items"][0]["figures"]["approval"]["behind"];
  EXPECT_NE(behind.find("region_code=="), std::string::npos);
  EXPECT_NE(behind.find("month=="), std::string::npos);
}

TEST_F(UsageTest, a_cell_is_a_region_and_a_month) {
  happens("workflow.case.finished", finished(1, 1));
  const Json cell = asked("region_month")["items"][0];
  EXPECT_EQ(cell["key"].get<std::string>().substr(0, 10), "320583000/");
  EXPECT_EQ(cell["figures"]["approval"]["count"], 1);
  const std::string behind = cell["figures"]["approval"]["behind"], month = cell["key"].get<std::string>().substr(10);
  EXPECT_NE(behind.find(";region_code==\"320583000\";month==\"" + month + "\""), std::string::npos) << behind;
}

TEST_F(UsageTest, a_played_region_says_so) {
  happens("workflow.case.finished", finished(1, 1));
  EXPECT_EQ(asked("regime")["items"][0]["played"], false);
  host.plant("usage.trial", {{"region", "3"}, {"year", 2026}, {"regime", "paper"}});
  const Json answer = asked("regime");
  EXPECT_EQ(answer["items"][0]["key"], "paper");
  EXPECT_EQ(answer["items"][0]["played"], true);
  EXPECT_TRUE(answer["items"][0].contains("label"));
}

TEST_F(UsageTest, a_question_without_year_or_by_something_else_is_refused) {
  for (const auto& parameters : {std::map<std::string, std::string>{}, {{"year", "26"}}, {{"year", "20x6"}}}) {
    const auto refused = host.request("GET /figures", parameters);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.fault().code, "http.parameter");
  }
  EXPECT_EQ(host.request("GET /figures", {{"year", "2026"}, {"by", "person"}}).fault().code, "http.parameter");
}

} // namespace onebudget::usage
