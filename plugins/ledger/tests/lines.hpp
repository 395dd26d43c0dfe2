#pragma once
// Cases against rules: what the given lines say, and findings as lines.

#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/ledger/domain/chart/chart.hpp"
#include "sdk/testing/cases.hpp"

namespace onebudget::ledger {

using testing::Case;
using Lines = std::vector<std::string>;

inline bool has(const Case& one, const std::string& name) {
  return std::any_of(one.given.begin(), one.given.end(), [&](const auto& pair) { return pair.first == name; });
}
inline Money yuan(const Case& one, const std::string& name, const std::string& otherwise = "0.00") {
  const auto amount = Money::parse_yuan(one.value(name, otherwise));
  EXPECT_TRUE(amount.ok()) << one.name << ": " << name;
  return amount ? *amount : Money();
}
inline int number(const Case& one, const std::string& name, int otherwise = 0) {
  return std::stoi(one.value(name, std::to_string(otherwise)));
}
inline Day day(const Case& one, const std::string& name, const std::string& otherwise) {
  return Day::parse(one.value(name, otherwise)).value_or(Day());
}
inline Lines lines(const std::vector<FieldFault>& findings) {
  Lines out;
  for (const FieldFault& finding : findings) {
    EXPECT_FALSE(finding.remedy.zh.empty() || finding.remedy.en.empty()) << finding.code;
    out.push_back(finding.code + " " + finding.field);
  }
  return out;
}
inline Lines run(const std::string& name, const std::function<Lines(const Case&)>& rule) {
  return testing::run_cases(std::string(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/") + name + ".case", rule);
}

} // namespace onebudget::ledger
