#include "sdk/testing/fake/schema.hpp"

#include <gtest/gtest.h>

namespace onebudget::testing {
namespace {

const Json kSchema = Json::parse(R"({
  "type": "object", "required": ["code", "items"], "additionalProperties": false,
  "properties": {
    "code": {"type": "string", "pattern": "^[0-9]+$", "minLength": 2, "maxLength": 4},
    "kind": {"enum": ["split", "merged"]},
    "next": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
    "items": {"type": "array", "maxItems": 2, "items": {"type": "integer", "minimum": 1, "maximum": 9}}}})");

TEST(Schema, a_message_that_fits_has_no_mistake) {
  EXPECT_EQ(schema_mistake({{"code", "12"}, {"items", {1, 9}}, {"kind", "split"}, {"next", nullptr}}, kSchema), "");
  EXPECT_EQ(schema_mistake({{"code", "12"}, {"items", Json::array()}, {"next", {{"a", "b"}}}}, kSchema), "");
  EXPECT_EQ(schema_mistake("anything", Json::object()), "");
}

TEST(Schema, names_the_place_of_a_mistake) {
  const auto mistake = [](const char* text) { return schema_mistake(Json::parse(text), kSchema); };
  EXPECT_EQ(mistake("[]"), "/ must be of type \"object\", is array");
  EXPECT_EQ(mistake(R"({"code": "12"})"), "/items is required");
  EXPECT_EQ(mistake(R"({"code": "1", "items": []})"), "/code breaks minLength");
  EXPECT_EQ(mistake(R"({"code": "12345", "items": []})"), "/code breaks maxLength");
  EXPECT_EQ(mistake(R"({"code": "1a", "items": []})"), "/code does not have the form ^[0-9]+$");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [1, 2, 3]})"), "/items breaks maxItems");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [1, 10]})"), "/items/1 breaks maximum");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [], "kind": "lost"})"), "/kind must be one of [\"split\",\"merged\"]");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [], "next": {"a": 1}})"),
            "/next/a must be of type \"string\", is number");
  EXPECT_EQ(mistake(R"({"code": "12", "items": [], "colour": 1})"), "/colour is not known");
}

TEST(Schema, a_keyword_that_is_not_known_is_a_mistake) { EXPECT_NE(schema_mistake(1, {{"oneOf", Json::array()}}), ""); }

} // namespace
} // namespace onebudget::testing
