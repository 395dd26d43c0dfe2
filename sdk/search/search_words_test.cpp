#include <gtest/gtest.h>

#include "sdk/search/search_words.hpp"

namespace onebudget {
namespace {

std::string text(std::string_view of) {
  SearchWords words;
  words.add_text(of);
  return words.str();
}
std::string name(std::string_view of) {
  SearchWords words;
  words.add_name(of);
  return words.str();
}
bool found(std::string_view of, std::string_view wanted) {
  const std::string begin = wanted_pinyin(wanted);
  return !begin.empty() && (" " + name(of)).find(" " + begin) != std::string::npos;
}

TEST(SearchWordsTest, pairs_of_neighbours_are_words) {
  EXPECT_EQ(text("运维服务"), "服务 维服 运维");
  EXPECT_EQ(text("School A1"), "a1 ch ho ol oo sc");
  EXPECT_EQ(text("路灯（二期）"), "二期 期） 灯（ 路灯 （二");
  EXPECT_EQ(text("a-b　c 𠀀x"), "𠀀x");
  EXPECT_EQ(text("一"), "");
  EXPECT_EQ(text(""), "");
}

TEST(SearchWordsTest, every_part_of_a_text_has_pairs_that_the_text_has) {
  const std::vector<std::string> parts{"南京", "京市", "2026年", "School 1", "%（", "x_y"};
  for (const std::string& before : parts) {
    for (const std::string& part : parts) {
      const std::string all = " " + text(before + part + before) + " ";
      for (const std::string& pair : wanted_pairs(part)) EXPECT_NE(all.find(" " + pair + " "), std::string::npos);
    }
  }
}

TEST(SearchWordsTest, names_are_found_by_pinyin_and_initials_from_any_character) {
  EXPECT_EQ(name("江苏"), "0jiangsu 0js 0su");
  for (const char* wanted : {"jiangsusheng", "jiangs", "Jiang Su", "jss", "js", "sheng", "su", "sscz", "caizhengting"})
    EXPECT_TRUE(found("江苏省（财政厅）", wanted)) << wanted;
  for (const char* wanted : {"iang", "nanjing", "j", "jc", "", "江苏", "js%", "12"})
    EXPECT_FALSE(found("江苏省（财政厅）", wanted)) << wanted;
  EXPECT_TRUE(found("绿化", "lvhua"));
  EXPECT_TRUE(found("A区3号楼", "aq3h"));
  EXPECT_TRUE(found("二〇二六", "erling"));
  EXPECT_TRUE(found("第12号楼School Bus", "schoolb"));
  EXPECT_EQ(name("12号"), "012h 012hao 0hao"); // within a run of letters and digits no word begins
  EXPECT_TRUE(found("城市道路照明设施改造工程", "chengshidaoluzhaomingsheshigaizao")); // as far as 20 letters
}

TEST(SearchWordsTest, a_character_is_read_in_each_of_its_ways) {
  for (const char* wanted : {"chongqing", "zhongqing", "cq", "zq"}) EXPECT_TRUE(found("重庆", wanted)) << wanted;
  for (const char* wanted : {"yinhang", "yh", "yx"}) EXPECT_TRUE(found("银行", wanted)) << wanted;
  EXPECT_TRUE(found("会计", "kuaiji"));
  const std::string many = name("重行长都单乐曾重行长都单乐曾重行长都单乐曾");
  EXPECT_LT(many.size(), 21U * 2 * 9 * 36);
}

} // namespace
} // namespace onebudget
