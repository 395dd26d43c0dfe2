// GET /compilation/code-change: which projects a new code list touches, and what to use instead.
#include "plugins/compilation/tests/house.hpp"

namespace onebudget::compilation {
namespace {

class CodeChange : public House {
 protected:
  void becomes(const std::string& list, const std::string& from, const std::string& to, const std::string& kind,
               const std::string& status = "in_force") {
    in_force("code_succession", {{"list", list},
                                 {"from_year", 2026},
                                 {"from_code", from},
                                 {"to_year", 2027},
                                 {"to_code", to},
                                 {"kind", kind},
                                 {"status", status}});
  }
  Json changes(const std::string& year = "2026") {
    const auto answer = host.request("GET /code-change", {{"year", year}});
    EXPECT_TRUE(answer.ok()) << answer.fault().code << " " << answer.fault().message.en;
    return answer ? Json::parse(answer->body) : Json();
  }
};

TEST_F(CodeChange, lists_nothing_while_no_code_changes) {
  declare();
  EXPECT_EQ(changes(), (Json{{"year", 2026}, {"changes", 0}, {"items", Json::array()}, {"truncated", false}}));
}

TEST_F(CodeChange, suggests_the_one_successor_of_a_code_that_was_renamed) {
  const RecordId touched = declare(), other = functional("2050204");
  declare({{"functional_class", other.str()}});
  const RecordId successor = functional("2050299", 2027);
  becomes("functional_class", "2050203", "2050299", "renamed");
  const Json out = changes();
  EXPECT_EQ(out["changes"], 1);
  ASSERT_EQ(out["items"].size(), 1U) << "only the project whose code changes";
  const Json to = {{"code", "2050299"}, {"id", successor.str()}, {"name", "科目2050299"}};
  EXPECT_EQ(out["items"][0], (Json{{"id", touched.str()},
                                   {"code", "32058326T000000000001"},
                                   {"name", "校舍安全监测"},
                                   {"field", "functional_class"},
                                   {"from_code", "2050203"},
                                   {"kind", "renamed"},
                                   {"to_year", 2027},
                                   {"to", Json::array({to})},
                                   {"suggestion", to}}));
}

TEST_F(CodeChange, leaves_a_split_to_people_and_a_withdrawn_code_without_successor) {
  const RecordId gone = functional("2060101");
  declare();
  declare({{"functional_class", gone.str()}});
  becomes("functional_class", "2050203", "2050206", "split");
  becomes("functional_class", "2050203", "2050207", "split");
  becomes("functional_class", "2060101", "", "withdrawn");
  const Json items = changes()["items"];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["to"].size(), 2U);
  EXPECT_EQ(items[0]["to"][0], (Json{{"code", "2050206"}})) << "the code alone while the later list does not hold it";
  EXPECT_EQ(items[0]["suggestion"], nullptr);
  EXPECT_EQ(items[1]["kind"], "withdrawn");
  EXPECT_TRUE(items[1]["to"].empty());
}

TEST_F(CodeChange, finds_the_projects_of_both_codes_that_merge_and_of_every_edition) {
  const RecordId second = functional("2050204"), older = in_force("functional_class", {{"list_year", 2026},
                                                                                       {"code", "2050204"},
                                                                                       {"name", "旧名"},
                                                                                       {"level", 3},
                                                                                       {"parent_code", "20502"},
                                                                                       {"edition", 2}});
  declare();
  declare({{"functional_class", second.str()}});
  declare({{"functional_class", older.str()}});
  functional("2050299", 2027);
  becomes("functional_class", "2050203", "2050299", "merged");
  becomes("functional_class", "2050204", "2050299", "merged");
  const Json items = changes()["items"];
  ASSERT_EQ(items.size(), 3U);
  for (const Json& item : items) EXPECT_EQ(item["suggestion"]["code"], "2050299");
}

TEST_F(CodeChange, looks_at_the_economic_classes_as_well) {
  const RecordId department = classified("department_economic_class", "30213", 2026, "维修费"),
                 government = classified("government_economic_class", "50209", 2026, "维修费");
  declare({{"department_economic_class", department.str()}, {"government_economic_class", government.str()}});
  becomes("department_economic_class", "30213", "30218", "renamed");
  becomes("government_economic_class", "50209", "", "withdrawn");
  const Json items = changes()["items"];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["field"], "department_economic_class");
  EXPECT_EQ(items[1]["field"], "government_economic_class");
}

TEST_F(CodeChange, what_is_not_in_force_and_other_years_do_not_count) {
  declare();
  becomes("functional_class", "2050203", "2050299", "renamed", "submitted");
  EXPECT_EQ(changes()["changes"], 0);
  becomes("functional_class", "2050203", "2050298", "renamed");
  EXPECT_EQ(changes("2025")["changes"], 0);
  EXPECT_EQ(changes("2026")["items"].size(), 1U);
}

TEST_F(CodeChange, stops_at_a_thousand_and_says_so) {
  const auto many = [&](int count) {
    for (int i = 0; i < count; ++i)
      host.plant(kProject, project({{"code", "C" + std::to_string(host.rows(kProject).size())}}));
  };
  becomes("functional_class", "2050203", "2050299", "renamed");
  many(1000);
  EXPECT_EQ(changes()["items"].size(), 1000U);
  EXPECT_EQ(changes()["truncated"], false);
  many(1);
  EXPECT_EQ(changes()["items"].size(), 1000U);
  EXPECT_EQ(changes()["truncated"], true);
}

TEST_F(CodeChange, a_year_is_asked_for) {
  for (const char* year : {"", "26", "2026年", "1989", "2101", "two"}) {
    const auto refused = host.request("GET /code-change", {{"year", year}});
    ASSERT_FALSE(refused.ok()) << year;
    EXPECT_EQ(refused.fault().code, "http.parameter");
    EXPECT_EQ(refused.fault().kind, FaultKind::malformed);
  }
  EXPECT_FALSE(host.request("GET /code-change").ok());
}

TEST_F(CodeChange, a_refusal_of_the_standards_is_passed_on) {
  host.provide("standards/1", [](const std::string&, const Json&) -> Result<Json> {
    return fault(FaultKind::forbidden, "records.forbidden",
                 {"您无权查看代码沿革。请联系管理员。", "You may not see code successions. Ask the administrator."});
  });
  const auto refused = host.request("GET /code-change", {{"year", "2026"}});
  EXPECT_EQ(refused.fault().kind, FaultKind::forbidden);
  EXPECT_EQ(refused.fault().code, "records.forbidden");
}

} // namespace
} // namespace onebudget::compilation
