#include <gtest/gtest.h>

#include "sdk/text/json_door.hpp"
#include "sdk/text/nearest.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget {
namespace {

std::string code_of(std::string_view text, JsonLimits limits = {}) {
  auto value = parse_json(text, limits);
  return value.ok() ? "ok" : value.fault().code;
}

TEST(JsonDoor, lets_in_what_is_plain) {
  auto value = parse_json(R"({"a":[1,-2,3.5,"中文",null,true],"b":{"c":9223372036854775807}})");
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(value->dump(), R"({"a":[1,-2,3.5,"中文",null,true],"b":{"c":9223372036854775807}})");
}

TEST(JsonDoor, refuses_what_two_readers_would_read_differently) {
  EXPECT_EQ(code_of(R"({"a":1,"a":2})"), "json.duplicate_key");
  EXPECT_EQ(code_of(R"({"a":{"x":1},"b":{"x":1}})"), "ok");
  EXPECT_EQ(code_of("9223372036854775808"), "json.number");
  EXPECT_EQ(code_of("-9223372036854775809"), "json.number");
  EXPECT_EQ(code_of("12345678901234567890123"), "json.number");
  EXPECT_EQ(code_of("\"\xFF\""), "json.utf8");
  EXPECT_EQ(code_of(R"("\ud800")"), "json.syntax");
}

TEST(JsonDoor, refuses_broken_and_bottomless_text) {
  EXPECT_EQ(code_of("{\"a\":}"), "json.syntax");
  EXPECT_EQ(code_of(""), "json.syntax");
  EXPECT_EQ(code_of("{} {}"), "json.syntax");
  EXPECT_EQ(code_of(std::string(100'000, '[')), "json.depth");
  EXPECT_EQ(code_of(std::string(64, '[') + std::string(64, ']')), "ok");
  EXPECT_EQ(code_of("[1,2,3]", {4, 64}), "json.size");
}

TEST(JsonDoor, tells_the_place) {
  auto value = parse_json("{\"a\": nope}");
  ASSERT_FALSE(value.ok());
  EXPECT_NE(value.fault().message.en.find("byte"), std::string::npos);
}

TEST(Utf8, is_strict) {
  EXPECT_TRUE(valid_utf8("预算𠮷"));
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE4\xB8", "\x80", "\xFF"})
    EXPECT_FALSE(valid_utf8(bad));
  EXPECT_EQ(code_points("预算𠮷a"), 4U);
}

TEST(Utf8, finds_text_that_is_not_what_it_looks_like) {
  EXPECT_TRUE(
      has_hostile_controls("a\xE2\x80\xAE"
                           "b",
                           false));
  EXPECT_TRUE(has_hostile_controls(std::string_view("a\0b", 3), true));
  EXPECT_TRUE(has_hostile_controls("two\nlines", false));
  EXPECT_FALSE(has_hostile_controls("two\nlines", true));
  EXPECT_FALSE(has_hostile_controls("项目\t名称", false));
}

TEST(Utf8, trims_wide_and_narrow_space) { EXPECT_EQ(trimmed(" 　 名称　\r\n"), "名称"); }

TEST(Base64url, goes_both_ways_and_has_one_text_for_one_value) {
  for (const std::string bytes : {"", "a", "ab", "abc", "\xFF\xFE\x00"}) {
    std::string back;
    ASSERT_TRUE(from_base64url(base64url(bytes), back));
    EXPECT_EQ(back, bytes);
  }
  std::string out;
  EXPECT_FALSE(from_base64url("YR", out));
  EXPECT_FALSE(from_base64url("a", out));
  EXPECT_FALSE(from_base64url("a+b=", out));
}

TEST(Nearest, the_nearest_name_is_near) {
  EXPECT_EQ(nearest("ammount", {"amount", "name"}), "amount");
  EXPECT_EQ(nearest("zzzzzz", {"amount", "name"}), "");
  EXPECT_EQ(nearest(std::string(10'000, 'a'), {"amount"}), "");
}

TEST(Utf8, json_strings_are_escaped) {
  std::string out;
  append_json_string(out, std::string("a\"b\\c\n\t\x01") + "教");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\t\\u0001教\"");
}

} // namespace
} // namespace onebudget
