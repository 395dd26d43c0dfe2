#pragma once
// What the tests of the rules share: cases by name, findings as lines.

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "plugins/performance/domain/parameters.hpp"
#include "plugins/performance/domain/words.hpp"
#include "sdk/testing/cases.hpp"
#include "sdk/values/day.hpp"

namespace onebudget::performance {

using testing::Case;
using Lines = std::vector<std::string>;

inline Lines run(const std::string& rule, const std::function<Lines(const Case&)>& check) {
  return testing::run_cases(std::string(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/") + rule + ".case", check);
}

/// "rule field" of every finding; each must say in both languages what to do.
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
inline Money yuan(const Case& one, const char* name, const char* otherwise = "0") {
  return yuan(one.value(name, otherwise));
}
inline Points points(const std::string& text) {
  const auto out = Points::parse(text);
  EXPECT_TRUE(out.has_value()) << text;
  return out.value_or(Points());
}
inline Ratio share(const std::string& text) {
  const auto out = Ratio::parse(text);
  EXPECT_TRUE(out.ok()) << text;
  return out ? *out : Ratio();
}
inline Value value(const std::string& text) {
  const auto out = Value::parse(text);
  EXPECT_TRUE(out.has_value()) << text;
  return out.value_or(Value());
}
inline Day day(const std::string& text) {
  const auto out = Day::parse(text);
  EXPECT_TRUE(out.has_value()) << text;
  return out.value_or(Day());
}
inline int number(const Case& one, const char* name, int otherwise = 0) {
  return std::stoi(one.value(name, std::to_string(otherwise)));
}
/// True when the case gives the name at all, unless as "no".
inline bool has(const Case& one, const std::string& name) {
  bool out = false;
  for (const auto& [key, given] : one.given)
    if (key == name) out = given != "no";
  return out;
}
/// Every value given under a name, in order, as words.
inline std::vector<std::vector<std::string>> rows(const Case& one, const std::string& name) {
  std::vector<std::vector<std::string>> out;
  for (const auto& [key, given] : one.given) {
    if (key != name) continue;
    std::istringstream words(given);
    out.emplace_back();
    for (std::string word; words >> word;) out.back().push_back(word);
  }
  return out;
}

} // namespace onebudget::performance
