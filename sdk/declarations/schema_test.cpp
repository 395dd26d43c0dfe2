#include "sdk/declarations/schema.hpp"

#include <gtest/gtest.h>

namespace onebudget::declarations {
namespace {

const Json kSchema = Json::parse(R"({
  "type": "object", "required": ["code", "items"], "additionalProperties": false,
  "properties": {
    "code": {"type": "string", "pattern": "^[0-9]+$", "minLength": 2, "maxLength": 4},
    "kind": {"enum": ["split", "merged"]}, "day": {"type": "string", "format": "date"},
    "tree": {"anyOf": [{"$ref": "#/components/schemas/sample.Tree"}, {"type": "null"}]},
    "next": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
    "items": {"type": "array", "maxItems": 2, "items": {"type": "integer", "minimum": 1, "maximum": 9}}}})");
const Json kNamed =
    Json::parse(R"({"#/components/schemas/sample.Tree": {"type": "object", "required": ["name"], "properties": {
  "name": {"type": "string"}, "below": {"type": "array", "items": {"$ref": "#/components/schemas/sample.Tree"}}}}})");

std::string first(const Json& value, const Json& schema) {
  const auto mistakes = schema_mistakes(value, schema, kNamed);
  return mistakes.empty() ? "" : mistakes[0].code + " " + mistakes[0].field + " " + mistakes[0].message.en;
}

TEST(Schema, a_message_that_fits_has_no_mistake) {
  EXPECT_EQ(first({{"code", "12"}, {"items", {1, 9}}, {"kind", "split"}, {"next", nullptr}}, kSchema), "");
  EXPECT_EQ(first({{"code", "12"}, {"items", Json::array()}, {"next", {{"a", "b"}}}}, kSchema), "");
  EXPECT_EQ(first({{"code", "12"}, {"items", Json::array()}, {"day", "2026-02-28"}, {"tree", nullptr}}, kSchema), "");
  EXPECT_EQ(first("anything", Json::object()), "");
}

TEST(Schema, names_the_place_of_a_mistake) {
  const auto mistake = [](const char* text) { return first(Json::parse(text), kSchema); };
  EXPECT_EQ(mistake("[]"), "field.type / must be of type \"object\", is array.");
  EXPECT_EQ(mistake(R"({"code": "12"})"), "field.required /items is required.");
  EXPECT_EQ(mistake(R"({"code": "1", "items": []})"), "field.range /code breaks minLength 2.");
  EXPECT_EQ(mistake(R"({"code": "12345", "items": []})"), "field.range /code breaks maxLength 4.");
  EXPECT_EQ(mistake(R"({"code": "1a", "items": []})"), "field.pattern /code does not have the form ^[0-9]+$.");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [1, 2, 3]})"), "field.range /items breaks maxItems 2.");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [1, 10]})"), "field.range /items/1 breaks maximum 9.");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [], "kind": "lost"})"),
            "field.enum /kind must be one of [\"split\",\"merged\"].");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [], "day": "2026-02-30"})"), "field.date /day is no date.");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [], "next": {"a": 1}})"),
            "field.type /next/a must be of type \"string\", is number.");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [], "colour": 1})"), "field.unknown /colour is not known.");
}

TEST(Schema, of_several_forms_the_nearest_is_told) {
  const Json forms = Json::parse(R"({"anyOf": [
    {"type": "object", "required": ["unit", "lines"], "additionalProperties": false,
     "properties": {"unit": {"type": "string"}, "lines": {"type": "integer"}}},
    {"type": "object", "required": ["lines"], "additionalProperties": false, "properties": {"lines": {"type": "string"}}},
    {"type": "null"}]})");
  EXPECT_EQ(first({{"unit", "1"}, {"lines", 2}}, forms), "");
  EXPECT_EQ(first({{"unit", "1"}, {"lines", "two"}}, forms),
            "field.type /lines must be of type \"integer\", is string.");
  EXPECT_EQ(first({{"lines", 2}}, forms), "field.required /unit is required.");
}

TEST(Schema, a_schema_that_names_itself_is_followed_as_deep_as_the_value) {
  const auto mistake = [](const char* tree) {
    return first({{"code", "12"}, {"items", Json::array()}, {"tree", Json::parse(tree)}}, kSchema);
  };
  EXPECT_EQ(mistake(R"({"name": "a", "below": [{"name": "b", "below": []}]})"), "");
  EXPECT_EQ(mistake(R"({"name": "a", "below": [{"name": "b", "below": [{"name": 1}]}]})"),
            "field.type /tree/below/0/below/0/name must be of type \"string\", is number.");
  EXPECT_EQ(mistake("7"), "field.type /tree must be of type \"object\", is number.");
  EXPECT_EQ(first(1, {{"$ref", "#/components/schemas/sample.Lost"}}),
            "field.schema / there is no schema \"#/components/schemas/sample.Lost\".");
}

TEST(Schema, a_keyword_that_is_not_known_is_a_mistake) { EXPECT_NE(first(1, {{"oneOf", Json::array()}}), ""); }

TEST(Schema, says_at_most_twenty_mistakes) {
  Json many = Json::array();
  for (int i = 0; i < 100; ++i) many.push_back("x");
  EXPECT_EQ(schema_mistakes(many, {{"items", {{"type", "integer"}}}}).size(), 20);
}

} // namespace
} // namespace onebudget::declarations
