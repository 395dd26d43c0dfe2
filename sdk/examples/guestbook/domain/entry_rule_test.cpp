#include "entry_rule.hpp"

#include <gtest/gtest.h>

#include "sdk/testing/cases.hpp"

namespace guestbook {
namespace {

using onebudget::Day;
using onebudget::Money;
using onebudget::testing::Case;

TEST(EntryRule, holds_in_every_case) {
  const auto differences =
      onebudget::testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/entry_rule.case", [](const Case& one) {
        EntryFacts facts;
        facts.words = one.value("words", "good");
        facts.gift = *Money::parse_yuan(one.value("gift", "0"));
        facts.most = *Money::parse_yuan(one.value("most", "10000"));
        facts.visited_on = *Day::parse(one.value("visited_on", "2026-01-01"));
        facts.today = *Day::parse(one.value("today", "2026-01-01"));
        std::vector<std::string> out;
        for (const auto& finding : check_entry(facts)) out.push_back(finding.code + " " + finding.field);
        return out;
      });
  EXPECT_EQ(differences, std::vector<std::string>());
}

} // namespace
} // namespace guestbook
