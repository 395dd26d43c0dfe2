// The plugin on a fake host: what happens to a project is in its row after the event, and a rebuild finds no
// difference.
#include <gtest/gtest.h>

#include <fstream>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::insight {

using plugin::Row;
using testing::FakeHost;
using testing::Json;
using Lines = std::vector<std::string>;

constexpr const char* kLine = "insight.project_line";
constexpr const char* kCode = "32058326T000000000001";

class Table : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << started.fault().message.en;
    for (const char* name :
         {"standards/functional_class", "standards/fund_kind", "compilation/project", "compilation/project_review",
          "compilation/budget_version", "compilation/version_line", "compilation/budget_issue",
          "compilation/issue_line", "ledger/indicator", "ledger/entry", "treasury/usage_plan",
          "treasury/payment_request", "monitoring/contract", "monitoring/contract_change", "monitoring/alert",
          "performance/goal", "performance/evaluation", "performance/result"})
      declare(name);
    host.add_node(*RecordId::parse("5"), {{"code", "320583000-101001"},
                                          {"name", "第一中学"},
                                          {"kind", "unit"},
                                          {"region_code", "320583000"},
                                          {"department_code", "101"}});
    function = plant("standards.functional_class", {{"code", "2050203"}, {"list_year", 2026}});
    fund = plant("standards.fund_kind", {{"code", "111"}});
    project = plant("compilation.project", {{"code", kCode},
                                            {"name", "校舍加固"},
                                            {"unit", "5"},
                                            {"category", "specific"},
                                            {"fiscal_year", 2026},
                                            {"year_amount", 100'00},
                                            {"functional_class", function},
                                            {"fund_kind", fund},
                                            {"three_guarantees", true},
                                            {"status", "submitted"}});
  }
  void TearDown() override { EXPECT_TRUE(host.stop().ok()) << "nothing is left over"; }

  /// The entity with the names that its plugin declares, so that a field that is renamed there is missed here; a test
  /// fills in only what it is about.
  void declare(const std::string& name) {
    const std::size_t slash = name.find('/');
    const std::string plugin = name.substr(0, slash), entity = name.substr(slash + 1);
    std::ifstream file(std::string(ONEBUDGET_PLUGIN_SOURCE) + "/../" + plugin + "/entities/" + entity + ".json");
    ASSERT_TRUE(file.good()) << name;
    Json declared = Json::parse(file);
    for (Json& field : declared["fields"]) field.erase("required");
    for (const char* check : {"key", "uniques"}) declared.erase(check);
    host.declare(plugin, declared);
  }
  std::string plant(const std::string& entity, const Json& values) { return host.plant(entity, values).str(); }
  void changed(const std::string& entity, const std::string& id) {
    const auto done = host.deliver("records.changed", entity + "/" + id, {{"entity", entity}, {"id", id}});
    ASSERT_TRUE(done.ok()) << done.fault().code << " " << done.fault().message.en;
  }
  /// Planted, and told.
  std::string happens(const std::string& entity, const Json& values) {
    const std::string id = plant(entity, values);
    changed(entity, id);
    return id;
  }
  Row line(int year = 2026) {
    const auto rows = host.rows(kLine, "fiscal_year==" + std::to_string(year));
    return rows.size() == 1 ? rows.front() : Row();
  }
  Json rebuild(const char* job = "rebuild") {
    host.set_checkpoint(nullptr); // a run of its own, no second attempt
    const auto done = host.run_job(job);
    EXPECT_TRUE(done.ok()) << done.fault().message.en;
    return done ? done->result : Json::object();
  }

  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
  std::string function, fund, project;
};

namespace {

TEST_F(Table, a_submitted_project_has_a_row_and_a_draft_has_none) {
  changed("compilation.project", project);
  const Row row = line();
  EXPECT_EQ(row.text("name"), "校舍加固");
  EXPECT_EQ(row.text("region_code") + " " + row.text("department") + " " + row.text("function_group") + " " +
                row.text("fund_kind") + " " + row.text("stage"),
            "320583000 101 205 111 submitted");
  EXPECT_EQ(row.money("declared_amount").to_yuan(), "100.00");
  ASSERT_TRUE(host.update("compilation.project", *RecordId::parse(project), {{"year_amount", 120'00}}).ok());
  changed("compilation.project", project);
  EXPECT_EQ(line().money("declared_amount").to_yuan(), "120.00");
  ASSERT_TRUE(host.transition("compilation.project", *RecordId::parse(project), "withdraw").ok());
  changed("compilation.project", project);
  EXPECT_TRUE(line().none()) << "what went back to the unit is the unit's own business";
}

TEST_F(Table, money_is_followed_from_the_review_to_the_payment) {
  happens("compilation.project_review", {{"project", project},
                                         {"kind", "cost"},
                                         {"status", "decided"},
                                         {"approved_amount", 90'00},
                                         {"decided_on", "2025-09-01"}});
  const std::string version =
      plant("compilation.budget_version",
            {{"unit", "5"}, {"fiscal_year", 2026}, {"step", "one_down"}, {"number", 1}, {"status", "frozen"}});
  plant("compilation.version_line", {{"project", project}, {"version_ref", version}, {"cell", "a"}, {"amount", 85'00}});
  changed("compilation.budget_version", version);
  const std::string issue =
      plant("compilation.budget_issue", {{"unit", "5"}, {"fiscal_year", 2026}, {"status", "issued"}});
  const std::string first =
      plant("compilation.issue_line", {{"project", project}, {"issue", issue}, {"amount", 80'00}});
  plant("compilation.issue_line",
        {{"project", project}, {"issue", issue}, {"amount", 70'00}, {"previous", first}, {"previous_amount", 80'00}});
  changed("compilation.budget_issue", issue);
  const std::string pot = plant("ledger.indicator", {{"code", "I1"},
                                                     {"stage", "executable"},
                                                     {"unit", "5"},
                                                     {"fiscal_year", 2026},
                                                     {"project_code", kCode},
                                                     {"amount", 70'00},
                                                     {"available", 20'00},
                                                     {"frozen", 5'00},
                                                     {"reserved", 10'00},
                                                     {"confirmed", 15'00},
                                                     {"paid", 20'00}});
  plant("ledger.indicator", {{"code", "I0"},
                             {"stage", "budget"},
                             {"unit", "5"},
                             {"fiscal_year", 2026},
                             {"project_code", kCode},
                             {"amount", 999'00}});
  plant("ledger.entry", {{"indicator", pot}, {"event", "consume"}, {"month", 3}, {"amount", 25'00}});
  plant("ledger.entry", {{"indicator", pot}, {"event", "refund"}, {"month", 3}, {"amount", 5'00}});
  happens("treasury.usage_plan", {{"indicator", pot},
                                  {"month", 2},
                                  {"approved_amount", 30'00},
                                  {"status", "approved"},
                                  {"fiscal_year", 2026},
                                  {"unit", "5"}});
  const std::string contract = happens("monitoring.contract", {{"number", "C1"},
                                                               {"unit", "5"},
                                                               {"fiscal_year", 2026},
                                                               {"project_code", kCode},
                                                               {"amount", 40'00},
                                                               {"status", "in_force"}});
  happens("monitoring.contract_change", {{"contract", contract}, {"number", 1}, {"change_amount", -2'00}});
  const Row row = line();
  const auto yuan = [&](const char* field) { return row.money(field).to_yuan(); };
  EXPECT_EQ(Lines({yuan("declared_amount"), yuan("reviewed_amount"), yuan("ceiling_amount"), yuan("approved_amount"),
                   yuan("indicator_amount"), yuan("frozen_amount"), yuan("in_flight_amount"), yuan("committed_amount"),
                   yuan("paid_amount"), yuan("balance_amount"), yuan("contract_amount")}),
            Lines({"100.00", "90.00", "85.00", "70.00", "70.00", "5.00", "10.00", "15.00", "20.00", "20.00", "38.00"}));
  Lines months;
  for (const Row& month : host.rows("insight.month_line"))
    months.push_back(std::to_string(month.number("month")) + " " + month.money("planned_amount").to_yuan() + " " +
                     month.money("paid_amount").to_yuan());
  EXPECT_EQ(months, Lines({"2 30.00 0.00", "3 0.00 20.00"}));
}

TEST_F(Table, alerts_of_the_project_and_of_its_indicator_contract_and_payment_count_until_they_end) {
  changed("compilation.project", project);
  const std::string pot =
      plant("ledger.indicator",
            {{"code", "I1"}, {"stage", "executable"}, {"unit", "5"}, {"fiscal_year", 2026}, {"project_code", kCode}});
  plant("monitoring.contract", {{"number", "C1"}, {"unit", "5"}, {"fiscal_year", 2026}, {"project_code", kCode}});
  const std::string request =
      plant("treasury.payment_request", {{"request_no", "P1"}, {"unit", "5"}, {"indicator", pot}});
  std::string last;
  for (const auto& [object, level] :
       std::vector<std::pair<std::string, std::string>>{{kCode, "red"},
                                                        {"I1", "yellow"},
                                                        {"C1", "orange"},
                                                        {"treasury.payment_request/" + request, "grey"},
                                                        {"elsewhere", "red"}}) {
    last = happens("monitoring.alert", {{"unit", "5"},
                                        {"rule", "R01"},
                                        {"level", level},
                                        {"object", object},
                                        {"behind", Json::array()},
                                        {"fiscal_year", 2026},
                                        {"status", "open"}});
    changed("insight.alert_place", host.rows("insight.alert_place").back().id().str());
  }
  const auto counts = [&] {
    Lines out;
    for (const char* level : {"grey", "red", "orange", "yellow", "blue"})
      out.push_back(std::to_string(line().number(std::string("open_") + level)));
    return out;
  };
  EXPECT_EQ(counts(), Lines({"1", "1", "1", "1", "0"}));
  EXPECT_EQ(line().text("alert_level"), "grey");
  EXPECT_EQ(host.rows("insight.alert_place", "region_code==\"320583000\"").size(), 5U) << "also the one of no project";
  const Row grey = host.rows("monitoring.alert", "level==grey").front();
  ASSERT_TRUE(host.transition("monitoring.alert", grey.id(), "find_normal", "ok").ok());
  changed("monitoring.alert", grey.id().str());
  changed("insight.alert_place", host.rows("insight.alert_place", "level==grey").front().id().str());
  EXPECT_EQ(counts(), Lines({"0", "1", "1", "1", "0"}));
  EXPECT_EQ(line().text("alert_level"), "red");
}

TEST_F(Table, scores_and_results_of_an_earlier_year_stand_in_its_own_row) {
  happens("performance.goal", {{"project", project}, {"fiscal_year", 2026}, {"revision", 1}, {"status", "approved"}});
  happens("performance.evaluation", {{"project", project},
                                     {"fiscal_year", 2024},
                                     {"kind", "finance"},
                                     {"status", "confirmed"},
                                     {"total", "71.50"},
                                     {"grade", "fair"}});
  happens("performance.result", {{"project", project},
                                 {"fiscal_year", 2024},
                                 {"status", "applied"},
                                 {"budget_year", 2026},
                                 {"factor", 0.9},
                                 {"change", -10'00}});
  EXPECT_EQ(line().text("goal_state"), "approved");
  const Row earlier = line(2024);
  EXPECT_EQ(earlier.text("stage") + " " + earlier.text("final_score") + " " + earlier.text("grade") + " " +
                earlier.text("result_state"),
            "carried_over 71.50 fair applied");
  EXPECT_EQ(earlier.number("effect_year"), 2026);
  EXPECT_EQ(earlier.money("effect_change").to_yuan(), "-10.00");
}

TEST_F(Table, the_first_fill_takes_what_was_there_and_a_rebuild_finds_drift_mends_it_and_then_none) {
  plant("monitoring.alert", {{"unit", "5"},
                             {"rule", "R01"},
                             {"level", "red"},
                             {"object", kCode},
                             {"behind", Json::array()},
                             {"fiscal_year", 2026},
                             {"status", "open"}});
  EXPECT_EQ(host.request("GET /rebuild")->body, R"({"state":"never"})");
  EXPECT_TRUE(rebuild("fill").at("first").get<bool>());
  EXPECT_EQ(line().number("open_red"), 1);
  EXPECT_EQ(rebuild("fill"), Json({{"filled", false}})) << "once is enough";
  EXPECT_EQ(rebuild().at("differing"), 0);
  const RecordId id = line().id();
  ASSERT_TRUE(host.update(kLine, id, {{"paid_amount", 1}}).ok());
  host.plant(kLine,
             {{"project_code", "32058326T000000000009"}, {"fiscal_year", 2026}, {"unit", "5"}, {"stage", "issued"}});
  const Json outcome = rebuild();
  EXPECT_EQ(outcome.at("differing"), 2) << outcome.dump();
  EXPECT_EQ(line().money("paid_amount").to_yuan(), "0.00");
  EXPECT_EQ(rebuild().at("differing"), 0);
  EXPECT_EQ(Json::parse(host.request("GET /rebuild")->body).at("state"), "done");
}

TEST_F(Table, a_whole_import_is_taken_at_once_and_a_second_time_changes_nothing) {
  Json ids = Json::array();
  for (int i = 100; i < 160; ++i)
    ids.push_back(plant("compilation.project", {{"code", "32058326T000000000" + std::to_string(i)},
                                                {"name", "项目"},
                                                {"unit", "5"},
                                                {"fiscal_year", 2026},
                                                {"status", "in_library"}}));
  for (int turn = 0; turn < 2; ++turn)
    ASSERT_TRUE(host.deliver("records.changed", "compilation.project",
                             {{"entity", "compilation.project"}, {"action", "import"}, {"ids", ids}})
                    .ok());
  EXPECT_EQ(host.rows(kLine).size(), 60U);
  EXPECT_EQ(rebuild().at("rows"), 61) << "and the submitted one that nobody told of";
}

TEST_F(Table, an_unknown_record_or_entity_is_nothing) {
  changed("compilation.project", "987654");
  changed("somebody.else", "1");
  EXPECT_TRUE(host.rows(kLine).empty());
}

} // namespace
} // namespace onebudget::insight
