#include "plugins/standards/domain/coding_rule.hpp"

#include <gtest/gtest.h>

namespace onebudget::standards {
namespace {

CodingRule project_rule() {
  return {"project_code", 21,
          {{"region", {"财政区划", "Region"}, SegmentKind::region, 6, {}},
           {"setup_year", {"设立年度", "Year"}, SegmentKind::year2, 2, {}},
           {"category", {"类别", "Category"}, SegmentKind::choice, 1, {"R", "Y", "T"}},
           {"serial", {"流水号", "Serial"}, SegmentKind::serial, 12, {}}}};
}

const std::vector<SegmentValue> kNanjing = {{"region", "320100"}, {"setup_year", "26"}, {"category", "T"}};

TEST(CodingRule, composes_a_project_code_of_21_characters) {
  EXPECT_EQ(*compose(project_rule(), kNanjing, 42), "32010026T000000000042");
  EXPECT_EQ(*prefix_of(project_rule(), kNanjing), "32010026T");
  EXPECT_TRUE(check_code(project_rule(), "32010026T000000000042").empty());
}

TEST(CodingRule, names_the_segment_that_does_not_fit) {
  EXPECT_NE(check_code(project_rule(), "32010026X000000000042").at(0).message.zh.find("类别"), std::string::npos);
  EXPECT_NE(check_code(project_rule(), "3201AA26T000000000042").at(0).message.en.find("Region"), std::string::npos);
  EXPECT_NE(check_code(project_rule(), "32010026T").at(0).message.en.find("21"), std::string::npos);
}

TEST(CodingRule, refuses_values_that_would_break_the_code) {
  EXPECT_EQ(compose(project_rule(), {{"region", "32010"}, {"setup_year", "26"}, {"category", "T"}}, 1).fault().code, "standards.segment_value");
  EXPECT_EQ(compose(project_rule(), {{"region", "320100"}, {"setup_year", "26"}}, 1).fault().code, "standards.segment_value");
  EXPECT_EQ(compose(project_rule(), kNanjing, 1'000'000'000'000).fault().code, "standards.serial_exhausted");
  EXPECT_EQ(compose(project_rule(), kNanjing, 0).fault().code, "standards.serial_exhausted");
}

TEST(CodingRule, a_rule_whose_parts_do_not_add_up_is_refused) {
  CodingRule rule = project_rule();
  EXPECT_TRUE(check_rule(rule).empty());
  rule.total_length = 20;
  rule.segments[2].choices.push_back("XX");
  rule.segments[1].length = 3;
  EXPECT_EQ(check_rule(rule).size(), 3U);
}

} // namespace
} // namespace onebudget::standards
