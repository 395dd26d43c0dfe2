#include "plugins/standards/domain/rule_pack.hpp"

#include <gtest/gtest.h>

#include "sdk/testing/cases.hpp"

namespace onebudget::standards {
namespace {

TEST(RulePack, holds_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/rule_pack.case",
                               [](const testing::Case& one) {
                                 std::vector<PackRule> rules;
                                 Text finding{"说明", "Finding"};
                                 for (const auto& [name, value] : one.given) {
                                   if (name == "many")
                                     for (int i = 0; i < std::stoi(value); ++i)
                                       rules.push_back({"r" + std::to_string(i), "a==1", finding});
                                   else if (name == "only_zh")
                                     rules.back().finding.en.clear();
                                   else
                                     rules.push_back({name, value, finding});
                                 }
                                 std::vector<std::string> out;
                                 for (const FieldFault& each : check_pack(rules))
                                   out.push_back(each.code + " " + each.field);
                                 return out;
                               }),
            std::vector<std::string>());
}

} // namespace
} // namespace onebudget::standards
