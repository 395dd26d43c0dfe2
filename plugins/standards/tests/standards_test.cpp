// The codes that others ask about, successions, and the preview of a rule pack.
#include "plugins/standards/tests/shelf.hpp"

namespace onebudget::standards {
namespace {

TEST_F(Shelf, a_leaf_in_force_of_the_year_is_postable) {
  const RecordId leaf = functional("2050203"), branch = functional("20502", 2026, {{"leaf", false}});
  EXPECT_EQ(
      told(ask("check_postable", {{"list", "functional_class"}, {"id", leaf.str()}, {"year", 2026}, {"field", "/f"}})),
      Lines{});
  EXPECT_EQ(told(ask("check_postable",
                     {{"list", "functional_class"}, {"id", branch.str()}, {"year", 2026}, {"field", "/f"}})),
            Lines{"standards.postable /f"});
  EXPECT_EQ(host.send("standards/1", "check_postable",
                      {{"list", "functional_class"}, {"id", "999"}, {"year", 2026}, {"field", "/f"}})
                .fault()
                .kind,
            FaultKind::not_found);
  EXPECT_EQ(
      host.send("standards/1", "check_postable", {{"list", "colours"}, {"id", "1"}, {"year", 2026}, {"field", "/f"}})
          .fault()
          .code,
      "testing.request");
}

TEST_F(Shelf, an_old_code_is_refused_with_the_codes_that_took_its_place) {
  const RecordId old = functional("2050203");
  succession("2050203", "2050206", "split");
  succession("2050203", "2050207", "split");
  succession("2050203", "2050299", "split", "draft");
  const Json answer =
      ask("check_postable", {{"list", "functional_class"}, {"id", old.str()}, {"year", 2027}, {"field", "/f"}});
  ASSERT_EQ(told(answer), Lines{"standards.postable /f"});
  EXPECT_EQ(answer["findings"][0]["remedy"]["en"], "Use instead: 2050206, 2050207.")
      << "a draft succession says nothing yet";
}

TEST_F(Shelf, a_superseded_edition_points_to_the_one_in_force) {
  const RecordId old = functional("2050203", 2026, {{"status", "superseded"}});
  functional("2050203", 2026, {{"edition", 2}});
  const Json answer =
      ask("check_postable", {{"list", "functional_class"}, {"id", old.str()}, {"year", 2026}, {"field", "/f"}});
  EXPECT_NE(answer["findings"][0]["remedy"]["en"].get<std::string>().find("edition 2"), std::string::npos);
}

TEST_F(Shelf, the_two_economic_classes_of_a_record_correspond) {
  const RecordId department =
      in_force("department_economic_class",
               {{"list_year", 2026}, {"code", "30101"}, {"name", "基本工资"}, {"level", 2}, {"parent_code", "301"}});
  const RecordId right = in_force(
      "government_economic_class",
      {{"list_year", 2026}, {"code", "50501"}, {"name", "工资福利支出"}, {"level", 2}, {"parent_code", "505"}});
  const RecordId wrong =
      in_force("government_economic_class",
               {{"list_year", 2026}, {"code", "50201"}, {"name", "办公经费"}, {"level", 2}, {"parent_code", "502"}});
  const auto pair = [&](RecordId government, bool chosen) {
    return told(ask(
        "check_codes",
        {{"year", 2026},
         {"codes",
          {{{"list", "department_economic_class"}, {"id", department.str()}, {"field", "/d"}, {"chosen", false}},
           {{"list", "government_economic_class"}, {"id", government.str()}, {"field", "/g"}, {"chosen", chosen}}}}}));
  };
  EXPECT_EQ(pair(wrong, true), Lines{}) << "nothing is said while the year has no mapping of the class";
  in_force("economic_mapping", {{"list_year", 2026},
                                {"department_class", "30101"},
                                {"unit_type", "administrative"},
                                {"government_class", "50101"}});
  in_force("economic_mapping", {{"list_year", 2026},
                                {"department_class", "30101"},
                                {"unit_type", "institution"},
                                {"government_class", "50501"}});
  EXPECT_EQ(pair(right, true), Lines{});
  EXPECT_EQ(pair(wrong, true), Lines{"standards.economic_pair /g"});
  EXPECT_EQ(pair(wrong, false), Lines{}) << "an old record keeps what it has";
}

TEST_F(Shelf, says_what_became_of_the_codes_of_a_year) {
  const RecordId split = functional("2050203"), renamed = functional("2060101");
  functional("2050206", 2027);
  const RecordId successor = functional("2060199", 2027, {{"name", "新名称"}});
  succession("2050203", "2050206", "split");
  succession("2050203", "2050207", "split");
  succession("2060101", "2060199", "renamed");
  succession("2070101", "", "withdrawn");
  succession("2080101", "2080102", "renamed", "submitted");
  const Json items = ask("successions", {{"list", "functional_class"}, {"from_year", 2026}})["items"];
  ASSERT_EQ(items.size(), 4U);
  EXPECT_EQ(items[0]["from_ids"], Json::array({split.str()}));
  EXPECT_EQ(items[0]["to"]["code"], "2050206");
  EXPECT_EQ(items[0]["suggested"], false);
  EXPECT_EQ(items[1]["to"], nullptr) << "the later list does not hold it yet";
  EXPECT_EQ(items[2]["from_ids"], Json::array({renamed.str()}));
  EXPECT_EQ(items[2]["to"], (Json{{"code", "2060199"}, {"id", successor.str()}, {"name", "新名称"}}));
  EXPECT_EQ(items[2]["suggested"], true);
  EXPECT_EQ(items[3]["kind"], "withdrawn");
  EXPECT_TRUE(ask("successions", {{"list", "functional_class"}, {"from_year", 2025}})["items"].empty());
}

TEST_F(Shelf, previews_what_a_pack_would_find_and_says_which_rule_cannot_run) {
  const Json project = Json::parse(R"({"entity": "project", "key": ["code"], "fields": [
    {"name": "code", "type": "code"}, {"name": "name", "type": "text"}, {"name": "total_amount", "type": "money"},
    {"name": "plan", "type": "text"}]})");
  host.declare("compilation", project);
  for (int i = 0; i < 30; ++i)
    host.plant("compilation.project",
               {{"code", "P" + std::to_string(i)}, {"name", "项目"}, {"total_amount", i * 1'000'000}});
  const RecordId pack = in_force(
      "rule_pack",
      {{"code", "basics"},
       {"name", "要件"},
       {"target_entity", "compilation.project"},
       {"rules",
        Json::array(
            {{{"id", "large"}, {"filter", "total_amount=ge=150000"}, {"finding", {{"zh", "大额"}, {"en", "Large"}}}},
             {{"id", "wrong"}, {"filter", "colour==red"}, {"finding", {{"zh", "错"}, {"en", "Wrong"}}}}})}});
  const auto answer = host.request("POST /rule-pack/{id}/preview", {{"id", pack.str()}});
  ASSERT_TRUE(answer.ok()) << answer.fault().message.en;
  const Json out = Json::parse(answer->body);
  EXPECT_EQ(out["records"], 30);
  EXPECT_EQ(out["rules"][0]["found"], 15);
  EXPECT_EQ(out["rules"][0]["examples"].size(), 10U);
  EXPECT_EQ(out["rules"][1]["state"], "not_run");
  EXPECT_EQ(out["rules"][1]["found"], nullptr) << "not the same as nothing found";
  EXPECT_NE(out["rules"][1]["reason"].get<std::string>().find("colour"), std::string::npos);
  EXPECT_EQ(host.request("POST /rule-pack/{id}/preview", {{"id", "x"}}).fault().kind, FaultKind::not_found);
}

} // namespace
} // namespace onebudget::standards
