#include "plugins/standards/domain/succession.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "sdk/testing/cases.hpp"

namespace onebudget::standards {
namespace {

using Lines = std::vector<std::string>;

SuccessionKind kind_of(const std::string& text) {
  if (text == "split") return SuccessionKind::split;
  if (text == "merged") return SuccessionKind::merged;
  return text == "withdrawn" ? SuccessionKind::withdrawn : SuccessionKind::renamed;
}

TEST(Succession, holds_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/succession.case",
                               [](const testing::Case& one) {
                                 std::istringstream words(one.when);
                                 std::string kind, to;
                                 Succession succession;
                                 words >> kind >> succession.from_year >> succession.from_code >> to >>
                                     succession.to_year >> succession.to_code;
                                 succession.kind = kind_of(kind);
                                 succession.from_known = one.given.empty();
                                 Lines out;
                                 for (const FieldFault& finding : check_succession(succession))
                                   out.push_back(finding.code + " " + finding.field);
                                 return out;
                               }),
            Lines());
}

TEST(Succession, suggests_one_successor_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/suggested.case",
                               [](const testing::Case& one) {
                                 std::vector<Succession> all;
                                 for (const auto& [kind, to] : one.given)
                                   all.push_back({kind_of(kind), "2050203", to, 2026, 2027});
                                 const std::string code = suggested(all);
                                 return code.empty() ? Lines() : Lines{code};
                               }),
            Lines());
}

} // namespace
} // namespace onebudget::standards
