#include "plugins/standards/domain/edition.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "sdk/testing/cases.hpp"

namespace onebudget::standards {
namespace {

using testing::Case;
using Lines = std::vector<std::string>;

EditionState state_of(const std::string& text) {
  if (text == "submitted") return EditionState::submitted;
  if (text == "in_force") return EditionState::in_force;
  if (text == "superseded") return EditionState::superseded;
  return text == "withdrawn" ? EditionState::withdrawn : EditionState::draft;
}

Edition edition(int number, const std::string& text) {
  std::istringstream words(text);
  std::string state, maker;
  words >> state >> maker;
  return {number,          1,  number,
          state_of(state), {}, maker.empty() ? std::vector<std::string>() : std::vector<std::string>{maker}};
}

std::vector<Edition> editions_of(const Case& one) {
  std::vector<Edition> out;
  for (const auto& [number, state] : one.given) out.push_back(edition(std::stoi(number), state));
  return out;
}

Lines lines(const std::vector<FieldFault>& findings) {
  Lines out;
  for (const FieldFault& finding : findings)
    out.push_back(finding.code + (finding.field.empty() ? "" : " " + finding.field));
  return out;
}

TEST(Editions, are_numbered_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/edition_number.case",
                               [](const Case& one) {
                                 const auto next = next_edition(editions_of(one));
                                 return Lines{next ? std::to_string(*next) : next.fault().code};
                               }),
            Lines());
}

TEST(Editions, replace_each_other_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/edition_replaces.case",
                               [](const Case& one) {
                                 const auto editions = editions_of(one);
                                 std::istringstream words(one.when);
                                 std::string verb, by, caller;
                                 std::size_t number = 0;
                                 words >> verb >> number >> by >> caller;
                                 const Edition& own = editions.at(number - 1);
                                 if (verb == "supersede") return lines(check_supersede(own, editions, caller));
                                 Lines out;
                                 for (const Edition& old : replaced_by(own, editions))
                                   out.push_back(std::to_string(old.number));
                                 return out;
                               }),
            Lines());
}

TEST(Editions, are_frozen_in_every_case) {
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/edition_frozen.case",
                               [](const Case& one) {
                                 const auto read = [&](const std::string& name) {
                                   std::istringstream words(one.value(name));
                                   int number = 0;
                                   std::string state;
                                   words >> number >> state;
                                   return edition(number, state);
                                 };
                                 return lines(check_frozen(
                                     one.value("before").empty() ? std::nullopt : std::optional(read("before")),
                                     read("after")));
                               }),
            Lines());
}

TEST(Editions, are_valid_for_a_time_in_every_case) {
  EXPECT_EQ(
      testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/validity.case",
                         [](const Case& one) {
                           return lines(check_validity({Day::parse(one.value("from")), Day::parse(one.value("to"))}));
                         }),
      Lines());
}

} // namespace
} // namespace onebudget::standards
