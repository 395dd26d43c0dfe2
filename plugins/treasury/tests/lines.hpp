#pragma once
// What the tests of the rules share: cases by name, findings as lines.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugins/treasury/domain/level.hpp"
#include "sdk/testing/cases.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::treasury {

using testing::Case;
using Lines = std::vector<std::string>;

inline Lines run(const std::string& rule, const std::function<Lines(const Case&)>& check) {
  return testing::run_cases(std::string(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/") + rule + ".case", check);
}

/// "rule field" of every finding, "(whole)" for one without a field; each must say in both languages what to do.
inline Lines lines(const std::vector<FieldFault>& findings) {
  Lines out;
  for (const FieldFault& finding : findings) {
    EXPECT_FALSE(finding.message.zh.empty() || finding.message.en.empty() || finding.remedy.zh.empty() ||
                 finding.remedy.en.empty());
    out.push_back(finding.code + " " + (finding.field.empty() ? "(whole)" : finding.field));
  }
  return out;
}

/// "rule level" of every hit; each must say in both languages what it is about.
inline Lines lines(const std::vector<Hit>& hits) {
  Lines out;
  for (const Hit& hit : hits) {
    EXPECT_FALSE(hit.message.zh.empty() || hit.message.en.empty());
    out.push_back(hit.rule + " " + name_of(hit.level));
  }
  return out;
}

inline Money yuan(const std::string& text) {
  const auto money = Money::parse_yuan(text);
  EXPECT_TRUE(money.ok()) << text;
  return money ? *money : Money();
}

/// The amount given under a name.
inline Money yuan(const Case& one, const char* name, const char* otherwise = "0") {
  return yuan(one.value(name, otherwise));
}
inline int number(const Case& one, const char* name, int otherwise = 0) {
  return std::stoi(one.value(name, std::to_string(otherwise)));
}
inline Day day(const Case& one, const char* name, const char* otherwise) {
  const auto day = Day::parse(one.value(name, otherwise));
  EXPECT_TRUE(day.has_value()) << name;
  return day.value_or(Day());
}
/// True when the case gives the name at all.
inline bool has(const Case& one, const std::string& name) {
  for (const auto& [key, value] : one.given)
    if (key == name) return value != "no";
  return false;
}

} // namespace onebudget::treasury
