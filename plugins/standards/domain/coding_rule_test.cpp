#include "plugins/standards/domain/coding_rule.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "sdk/testing/cases.hpp"

namespace onebudget::standards {
namespace {

using testing::Case;

Segment segment(const std::string& text) {
  std::istringstream in(text);
  std::string kind, choices;
  Segment out;
  in >> out.name >> kind >> out.length >> choices;
  out.title = {out.name, out.name};
  out.kind = kind == "year2"    ? SegmentKind::year2
             : kind == "choice" ? SegmentKind::choice
             : kind == "serial" ? SegmentKind::serial
             : kind == "region" ? SegmentKind::region
                                : SegmentKind::digits;
  std::istringstream all(choices);
  for (std::string one; std::getline(all, one, '/');) out.choices.push_back(one);
  return out;
}

CodingRule project_rule() {
  return {"project_code",
          21,
          {segment("region region 6"), segment("setup_year year2 2"), segment("category choice 1 R/Y/T"),
           segment("serial serial 12")}};
}

CodingRule rule_of(const Case& one) {
  CodingRule rule;
  for (const auto& [name, value] : one.given) {
    if (name == "project") rule = project_rule();
    if (name == "segment") rule.segments.push_back(segment(value));
    if (name == "total") rule.total_length = std::stoi(value);
  }
  return rule;
}

std::vector<std::string> lines(const std::vector<FieldFault>& findings) {
  std::vector<std::string> out;
  for (const FieldFault& finding : findings) out.push_back(finding.code + " " + finding.field);
  return out;
}

/// Fills the segments in their order with the words.
std::vector<std::string> composed(const CodingRule& rule, std::istringstream& words, std::int64_t serial) {
  std::vector<SegmentValue> values;
  for (const Segment& own : rule.segments) {
    std::string word;
    if (own.kind != SegmentKind::serial && words >> word) values.push_back({own.name, word});
  }
  const auto code = compose(rule, values, serial);
  return {code ? *code : code.fault().code};
}

TEST(CodingRule, holds_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/coding_rule.case",
                               [](const Case& one) {
                                 const CodingRule rule = rule_of(one);
                                 std::istringstream words(one.when);
                                 std::string verb, what;
                                 words >> verb;
                                 if (verb == "check") return lines(check_rule(rule));
                                 if (verb == "compose")
                                   return composed(rule, words, std::stoll(one.value("serial", "1")));
                                 words >> what;
                                 return lines(check_code(rule, what));
                               }),
            std::vector<std::string>());
}

TEST(CodingRule, counts_serials_in_every_case) {
  EXPECT_EQ(
      testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/serial.case",
                         [](const Case& one) {
                           const auto place = counted(project_rule(), one.when);
                           return place ? std::vector<std::string>{place->prefix + " " + std::to_string(place->serial)}
                                        : std::vector<std::string>();
                         }),
      std::vector<std::string>());
}

TEST(CodingRule, names_the_segment_that_does_not_fit) {
  CodingRule rule = project_rule();
  rule.segments[2].title = {"类别", "Category"};
  EXPECT_NE(check_code(rule, "32010026X000000000042").at(0).message.zh.find("类别"), std::string::npos);
  EXPECT_NE(check_code(rule, "32010026X000000000042").at(0).message.en.find("R/Y/T"), std::string::npos);
  EXPECT_NE(check_code(rule, "32010026T").at(0).message.en.find("21"), std::string::npos);
}

TEST(CodingRule, codes_that_count_lie_between_the_prefix_and_the_first_that_stands_apart) {
  const auto span = counted_span(project_rule(), {{"region", "320100"}, {"setup_year", "26"}, {"category", "T"}});
  ASSERT_TRUE(span.ok());
  EXPECT_LT(span->from, "32010026T000000000001");
  EXPECT_GT(span->below, "32010026T899999999999");
  EXPECT_LT(span->below, "32010026T900000000000");
  EXPECT_EQ(counted_span(project_rule(), {}).fault().code, "standards.segment_value");
}

} // namespace
} // namespace onebudget::standards
