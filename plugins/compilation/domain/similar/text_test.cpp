#include "plugins/compilation/domain/similar/text.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

Ratio alike(const char* left, const char* right) {
  return dice(bigrams(normal_text(left)), bigrams(normal_text(right)));
}

TEST(SimilarText, is_the_same_whatever_the_signs_and_years) {
  EXPECT_EQ(alike("2025年校舍安全监测（一期）", "校舍安全监测一期 2026年度"), Ratio::from_percent(100));
  EXPECT_EQ(alike("ＡＩ平台建设", "AI 平台建设"), Ratio::from_percent(100));
  EXPECT_EQ(normal_text("2025年度X-12 项目"), U"x12项目");
  EXPECT_EQ(normal_text("二〇二五年一期"), U"1期");
  EXPECT_EQ(numbers_in(normal_text("3号楼12层")), (std::set<std::u32string>{U"3", U"12"}));
  EXPECT_EQ(normal_text("20251号"), U"20251号") << "five digits are no year";
}

TEST(SimilarText, is_far_apart_for_other_things) {
  EXPECT_LT(alike("校舍安全监测", "河道清淤工程"), Ratio::from_percent(10));
  EXPECT_LT(alike("校舍安全监测", "校园食堂改造"), Ratio::from_percent(50));
  EXPECT_EQ(alike("", ""), Ratio());
  EXPECT_EQ(overlap(bigrams(normal_text("安全监测")), bigrams(normal_text("校舍安全监测"))), Ratio::from_percent(100));
}

TEST(SimilarText, broken_utf8_does_no_harm) {
  EXPECT_EQ(alike("\xE6\xA0", "\xFF\xFE"), Ratio());
  EXPECT_EQ(bigrams(U"校").size(), 1U);
}

} // namespace
} // namespace onebudget::compilation
