#include "sdk/query/filter.hpp"

#include <gmock/gmock.h>

namespace onebudget::query {
namespace {

/// The tree as a text with all brackets.
std::string shown(const Expression& expression) {
  if (expression.kind != Expression::Kind::term) {
    std::string text = "(";
    for (std::size_t i = 0; i < expression.parts.size(); ++i) {
      if (i > 0) text += expression.kind == Expression::Kind::all ? " & " : " | ";
      text += shown(expression.parts[i]);
    }
    return text + ")";
  }
  std::string text = expression.term.field + written(expression.term.op);
  for (const Literal& literal : expression.term.values) text += "[" + literal.text + (literal.prefix ? "]*" : "]");
  return text;
}

std::string parse(const std::string& text) {
  const auto parsed = parse_filter(text);
  return parsed ? shown(*parsed) : parsed.fault().code + ": " + parsed.fault().message.en;
}

TEST(FilterTest, the_grammar_gives_the_expected_tree) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"a==1", "a==[1]"},
      {"a==1;b==2,c==3", "((a==[1] & b==[2]) | c==[3])"},
      {"a==1;(b==2,c==3)", "(a==[1] & (b==[2] | c==[3]))"},
      {" a == 1 ; b != 2 ", "(a==[1] & b!=[2])"},
      {"a=lt=1;b<1;c=le=1;d<=1;e=gt=1;f>1;g=ge=1;h>=1",
       "(a=lt=[1] & b=lt=[1] & c=le=[1] & d=le=[1] & e=gt=[1] & f=gt=[1] & g=ge=[1] & h=ge=[1])"},
      {"a=in=(1, 2 ,\"x,y\")", "a=in=[1][2][x,y]"},
      {"a=out=(1)", "a=out=[1]"},
      {"a=null=true", "a=null=[true]"},
      {"name=q='it\\'s; (ok)'", "name=q=[it's; (ok)]"},
      {"a==320*", "a==[320]*"},
      {"a=='3 2*'", "a==[3 2]*"},
      {"a==3\\*", "a==[3*]"},
      {"a=='3\\*'", "a==[3*]"},
      {"a==''", "a==[]"},
      {"a==*", "a==[]*"},
      {"unit.code==3201", "unit.code==[3201]"},
      {"name==教育;b==1", "(name==[教育] & b==[1])"},
      {"a==2026-01-02T03:04:05.678Z", "a==[2026-01-02T03:04:05.678Z]"},
      {"((a==1))", "a==[1]"}};
  for (const auto& [text, expected] : table) EXPECT_EQ(parse(text), expected) << text;
}

TEST(FilterTest, mistakes_carry_the_position_in_characters) {
  const std::vector<std::pair<std::string, int>> table{
      {"", 1},      {"a", 2},        {"a=1", 2},      {"a==", 4},     {"a==1;", 6},      {"a==1 b", 6}, {"(a==1", 6},
      {"a==1)", 5}, {"a=in=1", 6},   {"a=in=(", 7},   {"a=in=(1", 8}, {"a=in=()", 7},    {"==1", 1},    {"a=like=1", 2},
      {"a=='x", 6}, {"a=='教育", 7}, {"a.b.c==1", 4}, {"a==b=c", 5},  {"a==1;;b==2", 6}, {"a==\\", 5},  {"1a==2", 1}};
  for (const auto& [text, position] : table) {
    const auto parsed = parse_filter(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.fault().code, "records.filter_syntax") << text;
    EXPECT_THAT(parsed.fault().message.en, ::testing::HasSubstr("character " + std::to_string(position) + ":"))
        << text << " → " << parsed.fault().message.en;
  }
}

TEST(FilterTest, limits_hold) {
  std::string many = "a==1";
  for (int i = 1; i < 200; ++i) many += ",a==1";
  EXPECT_TRUE(parse_filter(many).ok());
  EXPECT_THAT(parse(many + ",a==1"), ::testing::StartsWith("records.filter_limit"));
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '(') + "a==1" +
           std::string(static_cast<std::size_t>(depth), ')');
  };
  EXPECT_TRUE(parse_filter(nested(32)).ok());
  EXPECT_THAT(parse(nested(33)), ::testing::StartsWith("records.filter_limit"));
  EXPECT_THAT(parse(nested(5000)), ::testing::StartsWith("records.filter_limit"));
  EXPECT_THAT(parse("a==" + std::string(20'000, 'x')), ::testing::StartsWith("records.filter_limit"));
  EXPECT_THAT(parse("a==\xff"), ::testing::StartsWith("records.filter_syntax"));
}

TEST(FilterTest, random_bytes_never_do_harm) {
  std::uint64_t seed = 42;
  const std::string alphabet = "ab.=!<>()';,\"\\* 1n\xe6\x95\x99";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      seed = seed * 6364136223846793005U + 1442695040888963407U;
      text.push_back(alphabet[(seed >> 33U) % alphabet.size()]);
    }
    const auto parsed = parse_filter(text);
    EXPECT_TRUE(parsed.ok() || !parsed.fault().message.zh.empty());
  }
}

} // namespace
} // namespace onebudget::query
