#include "plugins/standards/domain/rule_conflict.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "sdk/testing/cases.hpp"

namespace onebudget::standards {
namespace {

TEST(RuleConflict, holds_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/rule_conflict.case",
                               [](const testing::Case& one) {
                                 std::vector<RuleConditions> rules;
                                 for (const auto& [name, value] : one.given) {
                                   RuleConditions rule{name, {}};
                                   std::istringstream words(value);
                                   Condition each;
                                   while (words >> each.field >> each.op >> each.value) rule.all.push_back(each);
                                   rules.push_back(rule);
                                 }
                                 std::vector<std::string> out;
                                 for (const FieldFault& each : check_conflicts(rules))
                                   out.push_back(each.code + " " + each.field);
                                 return out;
                               }),
            std::vector<std::string>());
}

} // namespace
} // namespace onebudget::standards
