#include "plugins/workflow/domain/hands.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sdk/testing/cases.hpp"

namespace onebudget::workflow {
namespace {

using Lines = std::vector<std::string>;

const Lines kPeople = {"", "甲", "乙", "丙", "丁"};

PersonId person(const std::string& name) { return std::find(kPeople.begin(), kPeople.end(), name) - kPeople.begin(); }

TEST(Hands, hold_in_every_case) {
  const auto run = [](const testing::Case& one) -> Lines {
    const std::string round = one.value("round");
    Turn turn{person(one.value("actor")), 0, "复核", round.empty() ? 1 : std::stoi(round), 9};
    std::vector<PersonId> office, principals, makers;
    std::vector<Hand> before;
    for (const auto& [name, value] : one.given) {
      if (name == "office") office.push_back(person(value));
      if (name == "delegated") principals.push_back(person(value));
      if (name == "made") makers.push_back(person(value));
      if (name != "审核" && name != "复核") continue;
      const auto colon = value.find(':');
      const std::string principal = colon == std::string::npos ? "" : value.substr(colon + 1);
      before.push_back({person(value.substr(0, colon)), person(principal), name, 1, 5});
    }
    const auto found = entitled(turn.actor, person(one.value("holder")), office, principals);
    if (!found) return {"workflow.not_yours"};
    turn.principal = *found;
    if (const auto refused = unclean(turn, makers, before)) return {refused->code};
    return {turn.principal == 0 ? "self" : "for " + kPeople[static_cast<std::size_t>(turn.principal)]};
  };
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/hands.case", run), Lines());
}

} // namespace
} // namespace onebudget::workflow
