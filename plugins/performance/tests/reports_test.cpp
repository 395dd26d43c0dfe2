// Reports: made of rows, kept with their data, printed again bit for bit, many in a job that goes on where it stopped.
#include "plugins/performance/tests/house.hpp"

namespace onebudget::performance {
namespace {

class Reports : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    form = host.plant("performance.report_template", {{"code", "project_standard"},
                                                      {"edition", 1},
                                                      {"name", "项目绩效评价报告"},
                                                      {"kind", "project"},
                                                      {"valid_from", "2025-01-01"},
                                                      {"body", kBody},
                                                      {"docx", ""},
                                                      {"status", "in_force"}});
    approved_goal(project);
    evaluated = confirmed(project, "finance", "50", "50");
  }
  Json answer(const char* route, const std::map<std::string, std::string>& parameters, const std::string& body = {}) {
    const auto got = host.request(route, parameters, body);
    EXPECT_TRUE(got.ok()) << why(got);
    return got ? Json::parse(got->body) : Json();
  }
  Json make() {
    return answer("POST /report/make", {}, R"({"kind": "project", "evaluation": ")" + evaluated.str() + "\"}");
  }
  std::string shown(const char* route, const std::string& id) {
    const auto got = host.request(route, {{"id", id}});
    EXPECT_TRUE(got.ok()) << why(got);
    return got ? got->body : "";
  }

  static constexpr const char* kBody =
      "# {{project.name}}绩效评价报告\n总分{{total}}，{{grade}}。\n@table lines\n@table money\n@chart levels";
  RecordId form, evaluated;
};

TEST_F(Reports, name_a_department_by_its_own_office) {
  Json office = node("320583-106", "昆山市教育局", "department", "106");
  Json school = node("320583-106001", "第一中学", "unit", "106");
  office["path"] = "/3/4/";
  school["path"] = "/3/4/5/";
  host.add_node(RecordId{4}, office);
  host.add_node(RecordId{5}, school);
  host.plant("performance.report_template", {{"code", "region_standard"},
                                             {"edition", 1},
                                             {"name", "地区绩效报告"},
                                             {"kind", "region"},
                                             {"valid_from", "2025-01-01"},
                                             {"body", "# {{node.name}}\n@table departments"},
                                             {"docx", ""},
                                             {"status", "in_force"}});
  const Json made = answer("POST /report/make", {}, R"({"kind": "region", "node": "3", "fiscal_year": 2026})");
  const std::string html = shown("GET /report/{id}/html", made["id"]);
  EXPECT_NE(html.find("昆山市教育局</td>"), std::string::npos) << html;
}

TEST_F(Reports, are_printed_again_bit_for_bit_and_say_when_the_rows_have_moved) {
  const Json made = make();
  const std::string id = made["id"];
  EXPECT_TRUE(made["made"].get<bool>());
  EXPECT_FALSE(make()["made"].get<bool>()) << "the same data and template are the same report";
  for (const char* route : {"GET /report/{id}/html", "GET /report/{id}/docx", "GET /report/{id}/xlsx"})
    EXPECT_EQ(shown(route, id), shown(route, id));
  const std::string html = shown("GET /report/{id}/html", id);
  EXPECT_NE(html.find("校舍维修改造</a>绩效评价报告"), std::string::npos) << html;
  EXPECT_NE(html.find("href=\"/performance/score-line/"), std::string::npos) << "figures link to their rows";
  be_at(kSpring + 40 * 86'400'000LL);
  Json proof = answer("GET /report/{id}/check", {{"id", id}});
  for (const char* what : {"data", "html", "docx", "xlsx", "rows_today"})
    EXPECT_TRUE(proof[what]["same"].get<bool>()) << what;
  ASSERT_TRUE(host.update(kProject, project, {{"name", "改名"}}).ok());
  proof = answer("GET /report/{id}/check", {{"id", id}});
  EXPECT_TRUE(proof["html"]["same"].get<bool>()) << "a report says what it said";
  EXPECT_FALSE(proof["rows_today"]["same"].get<bool>());
  EXPECT_TRUE(make()["made"].get<bool>()) << "other data are another report";
}

TEST_F(Reports, cover_departments_regions_and_years) {
  pack_in_force();
  proposed();
  for (const char* kind : {"department", "region", "year"}) {
    host.plant(
        "performance.report_template",
        {{"code", kind},
         {"edition", 1},
         {"name", kind},
         {"kind", kind},
         {"valid_from", "2025-01-01"},
         {"body",
          "# {{node.name}}{{year}}\n{{projects}}|{{evaluated}}|{{coverage}}|{{average}}|{{results.change}}\n@chart "
          "grades\n@table results"},
         {"docx", ""},
         {"status", "in_force"}});
    const Json made = answer("POST /report/make", {},
                             R"({"kind": ")" + std::string(kind) + R"(", "node": "3", "fiscal_year": 2026})");
    const std::string html = shown("GET /report/{id}/html", made["id"]);
    EXPECT_NE(html.find(">1</a>|100%|"), std::string::npos) << html;
    EXPECT_NE(html.find("-200,000.00"), std::string::npos) << html;
  }
}

TEST_F(Reports, are_made_by_the_hundred_and_go_on_behind_the_last_checkpoint) {
  for (int i = 2; i <= 45; ++i) {
    const std::string code = "32058326T0000000000" + std::to_string(10 + i);
    const RecordId other = make_project(code.c_str());
    host.plant("performance.evaluation", {{"number", code + "-2026-finance"},
                                          {"unit", "5"},
                                          {"project", other.str()},
                                          {"fiscal_year", 2026},
                                          {"kind", "finance"},
                                          {"scheme", finance.str()},
                                          {"total", "70.00"},
                                          {"grade", "fair"},
                                          {"status", "confirmed"}});
  }
  const auto asked = host.request("POST /report/batch", {}, R"({"kind": "project", "node": "3", "fiscal_year": 2026})");
  ASSERT_TRUE(asked.ok()) << why(asked);
  EXPECT_EQ(asked->status, 202);
  const auto [name, payload] = host.submitted().at(0);
  const auto done = host.run_job(name, payload);
  ASSERT_TRUE(done.ok()) << why(done);
  EXPECT_EQ(done->result["made"], 45);
  EXPECT_EQ(done->progress, (Lines{"20/45 20/45", "40/45 40/45", "45/45 45/45"}));
  ASSERT_EQ(done->checkpoints.size(), 3U);
  host.set_checkpoint(done->checkpoints[1]);
  const auto again = host.run_job(name, payload);
  ASSERT_TRUE(again.ok()) << why(again);
  EXPECT_EQ(again->result["made"], 40) << "forty of the earlier attempt";
  EXPECT_EQ(again->result["known"], 5) << "what was committed already is found, not made twice";
  EXPECT_EQ(host.rows("performance.report").size(), 45U);
}

TEST_F(Reports, refuse_unknown_fields_typed_in_reports_and_missing_templates) {
  Json bad = {{"code", "own"},
              {"edition", 1},
              {"name", "本局模板"},
              {"kind", "project"},
              {"valid_from", "2027-01-01"},
              {"body", "# 标题\n{{unit.nam}}"}};
  EXPECT_EQ(told(host.insert("performance.report_template", bad)), Lines{"performance.report_field /body"});
  bad["body"] = "# 标题";
  bad["docx"] = "bm8gemlw";
  EXPECT_EQ(told(host.insert("performance.report_template", bad)), Lines{"performance.report_docx /docx"});
  EXPECT_EQ(
      told(host.insert(
          "performance.report",
          {{"number", "x"}, {"node", "5"}, {"kind", "project"}, {"fiscal_year", 2026}, {"template", form.str()}})),
      Lines{"performance.report /data_digest"});
  EXPECT_EQ(told(host.request("POST /report/make", {}, R"({"kind": "year", "node": "3", "fiscal_year": 2026})")),
            Lines{"performance.no_template /template"});
}

} // namespace
} // namespace onebudget::performance
