#include "plugins/standards/domain/class_place.hpp"

#include <gtest/gtest.h>

#include "sdk/testing/cases.hpp"

namespace onebudget::standards {
namespace {

TEST(ClassPlace, holds_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/class_place.case",
                               [](const testing::Case& one) {
                                 std::vector<std::string> out;
                                 for (const FieldFault& finding : check_place(
                                          {one.value("code"), one.value("parent"), std::stoi(one.value("level"))}))
                                   out.push_back(finding.code + " " + finding.field);
                                 return out;
                               }),
            std::vector<std::string>());
}

TEST(ClassPlace, has_no_circle_of_parents_in_any_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/class_parent.case",
                               [](const testing::Case& one) {
                                 std::vector<std::string> out;
                                 for (const auto& [code, parent] : one.given)
                                   for (const FieldFault& finding : check_parent({code, parent, 0}))
                                     out.push_back(code + " " + finding.code + " " + finding.field);
                                 return out;
                               }),
            std::vector<std::string>());
}

} // namespace
} // namespace onebudget::standards
