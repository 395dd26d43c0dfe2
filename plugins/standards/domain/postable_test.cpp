#include "plugins/standards/domain/postable.hpp"

#include <gtest/gtest.h>

#include "sdk/testing/cases.hpp"

namespace onebudget::standards {
namespace {

using testing::Case;

CodeFacts facts_of(const Case& one) {
  const std::string state = one.value("state", "in_force");
  CodeFacts facts;
  facts.code = "2050203";
  facts.name = "初中教育";
  facts.leaf = one.value("leaf", "yes") == "yes";
  facts.state = state == "draft"        ? EditionState::draft
                : state == "superseded" ? EditionState::superseded
                : state == "withdrawn"  ? EditionState::withdrawn
                                        : EditionState::in_force;
  facts.validity = {Day::parse(one.value("from")), Day::parse(one.value("to"))};
  facts.list_year = std::stoi(one.value("list_year", "2026"));
  facts.edition_in_force = std::stoi(one.value("edition_in_force", "0"));
  for (const auto& [name, value] : one.given)
    if (name == "successor") facts.successors.push_back(value);
  return facts;
}

TEST(Postable, holds_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/postable.case",
                               [](const Case& one) {
                                 const int year = std::stoi(one.value("year", "2026"));
                                 std::vector<std::string> out;
                                 for (const FieldFault& finding :
                                      check_postable(facts_of(one), year, *Day::of(year, 1, 1), "/functional_class")) {
                                   EXPECT_EQ(finding.field, "/functional_class");
                                   EXPECT_NE(finding.message.zh.find("2050203 初中教育"), std::string::npos);
                                   out.push_back(finding.code + " " + finding.remedy.zh);
                                 }
                                 return out;
                               }),
            std::vector<std::string>());
}

} // namespace
} // namespace onebudget::standards
