// Like projects beside each other, advice from the library, and a unit as a whole, on the fake host.
#include "plugins/performance/tests/house.hpp"

namespace onebudget::performance {
namespace {

class Library : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    area = host.plant("performance.indicator", entry("EDU-QTY-01", "校舍维修改造面积", "校舍、维修、改造"));
    host.plant("performance.indicator", entry("TRA-QUA-01", "公交准点率", "公交、准点"));
  }
  static Json entry(const char* code, const char* name, const char* words) {
    return {{"code", code},
            {"name", name},
            {"industry", "education"},
            {"first_level", "output"},
            {"second_level", "quantity"},
            {"nature", "at_least"},
            {"formula", "合计"},
            {"unit_of_measure", "%"},
            {"data_source", "验收报告"},
            {"benchmark_kind", "none"},
            {"project_types", "工程建设"},
            {"keywords", words},
            {"status", "in_force"}};
  }
  /// A confirmed evaluation of its own project with one line of the library's indicator.
  void measured(int number, const char* actual) {
    const RecordId own = make_project(("32058326T10000000000" + std::to_string(number)).c_str());
    const RecordId id = host.plant("performance.evaluation", {{"number", std::to_string(number)},
                                                              {"unit", "5"},
                                                              {"project", own.str()},
                                                              {"fiscal_year", 2026},
                                                              {"kind", "self"},
                                                              {"scheme", self.str()},
                                                              {"status", "confirmed"}});
    host.plant("performance.score_line", {{"evaluation", id.str()},
                                          {"line_no", 1},
                                          {"first_level", "output"},
                                          {"second_level", "quantity"},
                                          {"name", "校舍维修改造面积"},
                                          {"indicator", area.str()},
                                          {"nature", "at_least"},
                                          {"target", "100"},
                                          {"weight", "90"},
                                          {"actual", actual},
                                          {"applicable", true}});
  }
  Json compared() {
    const auto answer = host.request("GET /comparison", {{"indicator", "EDU-QTY-01"}, {"year", "2026"}});
    EXPECT_TRUE(answer.ok()) << why(answer);
    return answer ? Json::parse(answer->body) : Json();
  }
  Result<plugin::Answer> publish() {
    return host.request("POST /comparison/publish", {}, R"({"indicator": "EDU-QTY-01", "year": 2026})");
  }
  RecordId area;
};

TEST_F(Library, an_outlier_is_shown_as_such_and_the_comparison_published_without_projects) {
  int number = 0;
  for (const char* actual : {"10", "11", "9", "10"}) measured(++number, actual);
  EXPECT_EQ(compared()["judged"], false) << "four values say nothing";
  EXPECT_EQ(told(publish()), Lines{"performance.comparison /indicator"});
  for (const char* actual : {"12", "50"}) measured(++number, actual);
  const Json out = compared();
  EXPECT_EQ(out["median"], "10.5");
  EXPECT_EQ(out["mad"], "1");
  int outliers = 0;
  for (const Json& item : out["items"])
    if (!item["outlier"].is_null()) {
      ++outliers;
      EXPECT_EQ(item["value"], "50");
    }
  EXPECT_EQ(outliers, 1);
  EXPECT_FALSE(out["note"].get<std::string>().empty());
  const auto published = publish();
  ASSERT_TRUE(published.ok()) << why(published);
  EXPECT_EQ(host.rows("performance.benchmark").at(0).number("values"), 6);
  EXPECT_EQ(compared()["published"]["median"], "10.5");
  EXPECT_TRUE(publish().ok()) << "published again it is brought up to date";
  EXPECT_EQ(host.rows("performance.benchmark").size(), 1U);
}

TEST_F(Library, indicators_are_suggested_with_their_reasons) {
  const auto answer = host.request("GET /suggest", {{"project", project.str()}});
  ASSERT_TRUE(answer.ok()) << why(answer);
  const Json items = Json::parse(answer->body)["items"];
  ASSERT_EQ(items.size(), 1U) << "nothing of buses for a school";
  EXPECT_EQ(items[0]["code"], "EDU-QTY-01");
  EXPECT_EQ(items[0]["reasons"].size(), 3U);
}

TEST_F(Library, a_benchmark_says_where_it_is_from) {
  Json bad = entry("EDU-QTY-02", "学位数", "学位");
  bad["benchmark"] = "10";
  EXPECT_EQ(told(host.insert("performance.indicator", bad)), Lines{"performance.indicator /benchmark_kind"});
  bad["benchmark_kind"] = "memory";
  EXPECT_EQ(told(host.insert("performance.indicator", bad)), Lines{"performance.indicator /benchmark_ref"});
}

TEST_F(Library, the_quality_of_a_goal_is_advice_before_it_is_submitted) {
  const RecordId goal = make_goal(project, {{"annual_goal", ""}});
  const Row line = host.rows("performance.goal_indicator", "goal==" + goal.str()).at(0);
  ASSERT_TRUE(
      host.update("performance.goal_indicator", line.id(), {{"history_value", "150"}, {"data_source", ""}}).ok());
  const auto answer = host.request("GET /goal/{id}/quality", {{"id", goal.str()}});
  ASSERT_TRUE(answer.ok()) << why(answer);
  const Json out = Json::parse(answer->body);
  EXPECT_EQ(out["score"], 85) << "five for the source, ten for the step back";
  ASSERT_EQ(out["errors"].size(), 1U);
  EXPECT_EQ(out["errors"][0]["field"], "/annual_goal");
}

TEST_F(Library, a_unit_as_a_whole_is_evaluated_by_its_own_tree) {
  const RecordId whole = scheme("unit_whole", R"({"execution": "10", "levels": [
    {"code": "duty", "weight": "60", "kinds": ["duty_output"]},
    {"code": "management", "weight": "30", "kinds": ["budget_management"]}]})");
  const RecordId goal = made(host.insert("performance.goal", {{"unit", "5"},
                                                              {"fiscal_year", 2026},
                                                              {"revision", 1},
                                                              {"scheme", whole.str()},
                                                              {"amount", 500'000'000},
                                                              {"fiscal_amount", 500'000'000},
                                                              {"annual_goal", "完成年度办学任务"}}));
  for (Json line : {goal_line(1, "duty", "duty_output", "60", "100"),
                    goal_line(2, "management", "budget_management", "30", "100")}) {
    line["goal"] = goal.str();
    made(host.insert("performance.goal_indicator", line));
  }
  moved("performance.goal", goal, "submit");
  moved("performance.goal", goal, "approve");
  Json values = evaluation(project, "unit_whole");
  values["scheme"] = whole.str();
  values.erase("project");
  const RecordId id = made(host.insert("performance.evaluation", values));
  EXPECT_EQ(host.row("performance.evaluation", id).text("number"), "320583-106001-2026-unit_whole");
  EXPECT_EQ(host.row("performance.evaluation", id).text("goal"), goal.str());
  values["kind"] = "self";
  values["scheme"] = self.str();
  EXPECT_EQ(told(host.insert("performance.evaluation", values)), Lines{"performance.evaluation /project"});
}

} // namespace
} // namespace onebudget::performance
