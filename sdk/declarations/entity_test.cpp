#include "sdk/declarations/entity.hpp"

#include <gmock/gmock.h>

#include "sdk/declarations/testing.hpp"

namespace onebudget::declarations {
namespace {

using testing::kind_declaration;
using testing::line_declaration;
using testing::parsed;
using testing::project_declaration;

using ::testing::Contains;
using ::testing::HasSubstr;

std::vector<std::string> mistakes(const Json& declaration) {
  std::vector<std::string> list;
  const auto entity = parse_entity("demo", declaration);
  if (entity) return list;
  for (const FieldFault& one : entity.fault().fields) {
    EXPECT_FALSE(one.message.zh.empty() || one.message.en.empty() || one.remedy.zh.empty() || one.remedy.en.empty());
    list.push_back(one.field + " " + one.code);
  }
  return list;
}

TEST(EntityTest, a_good_declaration_is_understood) {
  const auto entity = parse_entity("compilation", project_declaration());
  ASSERT_TRUE(entity.ok());
  EXPECT_EQ(entity->full_name(), "compilation.project");
  EXPECT_EQ(entity->table(), "p_compilation__project");
  EXPECT_EQ(entity->permission("read"), "compilation.project.read");
  EXPECT_EQ(entity->field("status")->values.size(), 4U) << "the state field is an enumeration by itself";
  EXPECT_TRUE(entity->field("status")->readonly);
  EXPECT_EQ(entity->field("amount")->min_number, 0);
  EXPECT_EQ(entity->transition("approve")->from.front(), "submitted");
  EXPECT_TRUE(entity->transition("approve")->not_maker);
  EXPECT_EQ(parse_entity("asset", line_declaration())->path(), "/asset/project-line");
  EXPECT_NE(parse_entity("demo", kind_declaration())->field("source_kind"), nullptr);
}

TEST(EntityTest, every_mistake_has_its_pointer) {
  Json bad = project_declaration();
  bad["titel"] = 1;
  bad["owner"] = "nobody";
  bad["key"] = {"cod"};
  bad["fields"][0]["name"] = "Code";
  bad["fields"][1]["type"] = "txt";
  bad["fields"][1].erase("title");
  bad["fields"][4]["min"] = "1.234";
  bad["fields"][5].erase("entity");
  bad["fields"][12]["values"][1]["code"] = "basic";
  bad["fields"][13]["mask"] = "stars";
  bad["fields"][14]["name"] = "owner_path";
  bad["states"]["initial"] = "none";
  bad["states"]["transitions"][0]["to"] = "gone";
  bad["states"]["transitions"][1]["comment"] = "maybe";
  bad["visible_above"] = {"sent"};
  bad["indexes"] = {{"ghost"}};
  const auto list = mistakes(bad);
  for (const char* expected :
       {"/titel entity.unknown_member", "/owner entity.unknown_field", "/key/0 entity.unknown_field",
        "/fields/0/name entity.name", "/fields/1/type entity.field_type", "/fields/1/title entity.missing",
        "/fields/4/min entity.bound", "/fields/5/entity entity.missing", "/fields/12/values/1/code entity.duplicate",
        "/fields/13/mask entity.mask", "/fields/14/name entity.reserved", "/states/initial entity.unknown_state",
        "/states/transitions/0/to entity.unknown_state", "/states/transitions/1/comment entity.comment",
        "/visible_above/0 entity.unknown_state", "/indexes/0/0 entity.unknown_field"})
    EXPECT_THAT(list, Contains(expected));
}

TEST(EntityTest, a_state_that_no_transition_reaches_is_a_mistake) {
  Json bad = project_declaration();
  bad["states"]["transitions"].erase(2);
  EXPECT_THAT(mistakes(bad), ::testing::ElementsAre("/states/values/3/code entity.unreachable"));
}

TEST(EntityTest, what_is_encrypted_is_text_and_kept_nowhere_in_clear) {
  Json declared = project_declaration();
  for (const int text : {13, 15, 16}) declared["fields"][text]["encrypted"] = true;
  EXPECT_TRUE(mistakes(declared).empty());
  EXPECT_TRUE(parse_entity("demo", declared)->field("phone")->encrypted);
  declared["fields"][4]["encrypted"] = true;
  EXPECT_THAT(mistakes(declared), ::testing::ElementsAre("/fields/4/encrypted entity.not_for_type"));
  declared = project_declaration();
  declared["fields"][0]["encrypted"] = declared["fields"][1]["encrypted"] = true;
  const auto list = mistakes(declared);
  for (const char* place : {"/key entity.encrypted", "/title_field entity.encrypted", "/search entity.encrypted"})
    EXPECT_THAT(list, Contains(place));
}

TEST(EntityTest, a_place_is_one_of_owner_public_and_parent) {
  Json bad = project_declaration();
  bad["parent"] = "kind";
  EXPECT_THAT(mistakes(bad), Contains("/owner entity.place"));
  bad.erase("owner");
  EXPECT_THAT(mistakes(bad), Contains("/parent entity.place")) << "the parent must be required";
  bad.erase("parent");
  EXPECT_THAT(mistakes(bad), Contains("/owner entity.place"));
}

TEST(EntityTest, anything_that_is_not_an_object_is_refused_without_harm) {
  for (const Json& junk : {Json(), Json(1), Json("x"), Json::array({1}), Json::object(), Json{{"fields", 3}},
                           Json{{"fields", {1, "x", Json::array()}}}, Json{{"states", 7}}, Json{{"key", {{"a", 1}}}}})
    EXPECT_FALSE(mistakes(junk).empty()) << junk.dump();
}

} // namespace
} // namespace onebudget::declarations
