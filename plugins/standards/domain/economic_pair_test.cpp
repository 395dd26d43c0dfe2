#include "plugins/standards/domain/economic_pair.hpp"

#include <gtest/gtest.h>

#include "sdk/testing/cases.hpp"

namespace onebudget::standards {
namespace {

TEST(EconomicPair, holds_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/economic_pair.case",
                               [](const testing::Case& one) {
                                 const std::size_t space = one.when.find(' ');
                                 EconomicPair pair{one.when.substr(0, space), one.when.substr(space + 1), "", {}};
                                 for (const auto& [name, value] : one.given) {
                                   if (name == "unit")
                                     pair.unit_type = value;
                                   else
                                     pair.allowed.push_back({name, value});
                                 }
                                 std::vector<std::string> out;
                                 for (const FieldFault& finding : check_pair(pair, "/government_economic_class"))
                                   out.push_back(finding.code + " " + finding.remedy.zh);
                                 return out;
                               }),
            std::vector<std::string>());
}

} // namespace
} // namespace onebudget::standards
