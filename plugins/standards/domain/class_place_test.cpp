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

} // namespace
} // namespace onebudget::standards
