#include "sdk/testing/cases.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace onebudget::testing {
namespace {

TEST(Cases, are_read_in_both_languages) {
  const auto cases = parse_cases(
      "# 说明\n\ncase one\n  given a = 1\n given a = 2 = 2\n  given bare\n  when check now\n  then x\n then y\n\n案例 "
      "二\r\n 假定 甲 = 乙\n 那么 丙\n",
      "f");
  ASSERT_TRUE(cases.ok());
  ASSERT_EQ(cases->size(), 2U);
  EXPECT_EQ(cases->at(0).name, "one");
  EXPECT_EQ(cases->at(0).line, 3);
  EXPECT_EQ(cases->at(0).value("a"), "2 = 2");
  EXPECT_EQ(cases->at(0).value("bare", "x"), "");
  EXPECT_EQ(cases->at(0).value("absent", "x"), "x");
  EXPECT_EQ(cases->at(0).when, "check now");
  EXPECT_EQ(cases->at(0).then, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(cases->at(1).value("甲"), "乙");
}

TEST(Cases, that_cannot_be_understood_are_named_with_their_line) {
  for (const auto& [text, line] : {std::pair{"given a = 1\n", ":1:"},
                                   {"case a\nwhen x\nwhen y\n", ":3:"},
                                   {"case a\nperhaps b\n", ":2:"},
                                   {"case\n", ":1:"},
                                   {"case a\ngivena = 1\n", ":2:"}}) {
    const auto cases = parse_cases(text, "f.case");
    ASSERT_FALSE(cases.ok()) << text;
    EXPECT_NE(cases.fault().message.en.find(line), std::string::npos) << cases.fault().message.en;
  }
}

TEST(Cases, tell_what_differs) {
  const std::string path = ::testing::TempDir() + "differs.case";
  std::ofstream(path) << "case right\n then a\n then b\ncase wrong\n then c\n";
  const auto differences = run_cases(path, [](const Case&) { return std::vector<std::string>{"b", "a"}; });
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0], path + ":4: wrong: expected c, got a | b");
  EXPECT_EQ(run_cases(path + ".gone", [](const Case&) { return std::vector<std::string>(); }).size(), 1U);
}

} // namespace
} // namespace onebudget::testing
