#include "sdk/declarations/package/route_check.hpp"

#include <gtest/gtest.h>

#include "sdk/declarations/schema.hpp"

namespace onebudget::declarations {
namespace {

DeclaredRoute route(const char* method, const char* schema) {
  DeclaredRoute out;
  out.method = method;
  out.path = "/plan/{id}/split";
  out.request = Json::parse(schema);
  out.schemas = std::make_shared<Json>(Json{{schema_base("sample") + "Money", {{"type", "string"}}}});
  return out;
}

std::string answered(const Result<void>& checked) {
  if (checked) return "";
  const Fault& refused = checked.fault();
  return refused.code + (refused.fields.empty() ? "" : " " + refused.fields[0].code + " " + refused.fields[0].field);
}

constexpr const char* kBody = R"({"type": "object", "required": ["amount"], "additionalProperties": false,
  "properties": {"amount": {"$ref": "#/components/schemas/sample.Money"}}})";
constexpr const char* kQuery =
    R"({"type": "object", "required": ["year"], "additionalProperties": false, "properties": {
  "year": {"type": "integer", "minimum": 2000, "maximum": 2100}, "open": {"type": "boolean"}, "words": {"type": "string", "maxLength": 3}}})";

TEST(RouteCheck, refuses_a_body_that_is_not_as_described) {
  const auto post = route("POST", kBody);
  const auto body = [&](const char* text) {
    return answered(check_request(post, {{"id", "7"}, {"if-match", "1"}}, text));
  };
  EXPECT_EQ(body(R"({"amount": "1.00"})"), "");
  EXPECT_EQ(body(R"({"amount": 1})"), "http.body field.type /amount");
  EXPECT_EQ(body(R"({"amount": "1.00", "colour": 1})"), "http.body field.unknown /colour");
  EXPECT_EQ(body(""), "http.body field.required /amount");
  EXPECT_EQ(body("[1]"), "http.body field.type /");
  EXPECT_EQ(body(R"({"amount": )"), "json.syntax");
  EXPECT_EQ(body(R"({"amount": 99999999999999999999})"), "json.number");
}

TEST(RouteCheck, refuses_a_query_that_is_not_as_described) {
  const auto get = route("GET", kQuery);
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const auto query = [&](const Pairs& pairs) { return answered(check_request(get, pairs, "")); };
  EXPECT_EQ(query({{"id", "7"}, {"if-match", "1"}, {"year", "2026"}, {"open", "true"}}), "");
  EXPECT_EQ(query({}), "http.parameter field.required /year");
  EXPECT_EQ(query({{"year", "2026x"}}), "http.parameter field.type /year");
  EXPECT_EQ(query({{"year", "99999999999999999999"}}), "http.parameter field.type /year");
  EXPECT_EQ(query({{"year", "1999"}}), "http.parameter field.range /year");
  EXPECT_EQ(query({{"year", "2026"}, {"open", "yes"}}), "http.parameter field.type /open");
  EXPECT_EQ(query({{"year", "2026"}, {"words", "1234"}}), "http.parameter field.range /words");
  EXPECT_EQ(query({{"year", "2026"}, {"colour", "red"}}), "http.parameter field.unknown /colour");
  EXPECT_EQ(query({{"year", "2026"}, {"year", "2026"}}), "http.parameter field.repeated /year");
}

TEST(RouteCheck, takes_any_request_of_a_route_that_describes_none_and_a_body_of_another_kind) {
  DeclaredRoute silent;
  silent.method = "POST";
  EXPECT_TRUE(check_request(silent, {{"colour", "red"}}, "no JSON").ok());
  DeclaredRoute table = route("POST", R"({"type": "string"})");
  table.consumes = {"text/csv"};
  table.query = Json::parse(kQuery);
  EXPECT_TRUE(check_request(table, {{"year", "2026"}}, "a,b\n").ok());
  EXPECT_EQ(answered(check_request(table, {}, "a,b\n")), "http.parameter field.required /year");
}

TEST(RouteCheck, finds_an_answer_that_is_not_as_described) {
  DeclaredRoute post = route("POST", kBody);
  post.status = 201;
  post.reply = post.request;
  EXPECT_TRUE(reply_mistakes(post, 201, "application/json", R"({"amount": "1.00"})").empty());
  EXPECT_FALSE(reply_mistakes(post, 200, "application/json", R"({"amount": "1.00"})").empty());
  EXPECT_FALSE(reply_mistakes(post, 201, "text/html", "<p>").empty());
  EXPECT_FALSE(reply_mistakes(post, 201, "application/json", R"({"amount": 1})").empty());
}

} // namespace
} // namespace onebudget::declarations
