#pragma once
// What tests of rules by text cases share: the cases of a rule by its name, findings as lines, and the values that a
// case gives. For tests that onebudget_add_plugin() builds; ONEBUDGET_PLUGIN_SOURCE is the plugin's folder.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "sdk/testing/cases.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::testing {

using Lines = std::vector<std::string>;

/// tests/cases/<rule>.case against the rule; what differs, empty = all hold.
inline Lines run(const std::string& rule, const std::function<Lines(const Case&)>& check) {
  return run_cases(std::string(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/") + rule + ".case", check);
}

/// "rule field" of every finding, "(whole)" for one without a field; each must say in both languages what to do.
inline Lines lines(const std::vector<FieldFault>& findings) {
  Lines out;
  for (const FieldFault& finding : findings) {
    EXPECT_FALSE(finding.message.zh.empty() || finding.message.en.empty() || finding.remedy.zh.empty() ||
                 finding.remedy.en.empty())
        << finding.code;
    out.push_back(finding.code + " " + (finding.field.empty() ? "(whole)" : finding.field));
  }
  return out;
}

inline Money yuan(const std::string& text) {
  const auto money = Money::parse_yuan(text);
  EXPECT_TRUE(money.ok()) << text;
  return money ? *money : Money();
}
/// The amount given under a name.
inline Money yuan(const Case& one, const std::string& name, const std::string& otherwise = "0") {
  return yuan(one.value(name, otherwise));
}

inline Day day(const std::string& text) {
  const auto day = Day::parse(text);
  EXPECT_TRUE(day.has_value()) << text;
  return day.value_or(Day());
}
inline Day day(const Case& one, const std::string& name, const std::string& otherwise) {
  return day(one.value(name, otherwise));
}

inline int number(const Case& one, const std::string& name, int otherwise = 0) {
  return std::stoi(one.value(name, std::to_string(otherwise)));
}

/// True when the case gives the name at all, unless as "no" in the end.
inline bool has(const Case& one, const std::string& name) {
  bool out = false;
  for (const auto& [key, given] : one.given)
    if (key == name) out = given != "no";
  return out;
}

} // namespace onebudget::testing
