#include "plugins/workflow/domain/filling.hpp"

#include <gtest/gtest.h>

#include "sdk/testing/cases.hpp"

namespace onebudget::workflow {
namespace {

using Lines = std::vector<std::string>;

Lines told(const Result<void>& result) {
  if (result) return {};
  Lines out;
  for (const FieldFault& field : result.fault().fields) out.push_back(field.code + " " + field.field);
  return out;
}

TEST(Filling, holds_in_every_case) {
  const auto run = [](const testing::Case& one) -> Lines {
    std::vector<FieldRight> rights;
    std::vector<std::string> given, empty;
    for (const auto& [name, value] : one.given) {
      if (name == "grants" || name == "requires") rights.push_back({value, name == "requires"});
      if (name == "fills") given.push_back(value);
      if (name == "empty") empty.push_back(value);
    }
    const Lines refused = told(may_fill(rights, "审核", one.when != "return", given));
    return refused.empty() && one.when != "return" ? told(all_filled(rights, "审核", empty)) : refused;
  };
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/filling.case", run), Lines());
}

TEST(Filling, a_refusal_says_which_step_and_what_to_do) {
  const auto refused = may_fill({{"grade"}}, "业务处室审核", true, {"amount"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().kind, FaultKind::forbidden);
  EXPECT_NE(refused.fault().message.zh.find("“业务处室审核”不能填写字段 amount"), std::string::npos);
  EXPECT_FALSE(refused.fault().fields.at(0).remedy.en.empty());
}

TEST(Filling, names_that_are_none_neither_break_the_pointer_nor_fill_the_sentence) {
  std::vector<std::string> given = {"a/b~c"};
  for (int i = 0; i < 30; ++i) given.push_back("f" + std::to_string(i));
  const auto refused = may_fill({}, "审核", true, given);
  ASSERT_EQ(refused.fault().fields.size(), 31U);
  EXPECT_EQ(refused.fault().fields[0].field, "/fields/a~1b~0c");
  EXPECT_NE(refused.fault().message.en.find("may not fill in ?, f0,"), std::string::npos) << refused.fault().message.en;
  EXPECT_EQ(refused.fault().message.en.find("f10"), std::string::npos);
}

TEST(Filling, knows_a_name_when_it_sees_one) {
  for (const char* good : {"a", "three_guarantees", "x2"}) EXPECT_TRUE(is_field_name(good)) << good;
  for (const char* bad : {"", "2x", "_x", "Amount", "a.b", "a b", "金额"}) EXPECT_FALSE(is_field_name(bad)) << bad;
  EXPECT_FALSE(is_field_name(std::string(64, 'a')));
}

} // namespace
} // namespace onebudget::workflow
