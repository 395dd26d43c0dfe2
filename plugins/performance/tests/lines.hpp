#pragma once
// What the tests of the rules share.

#include <sstream>
#include <string>
#include <vector>

#include "plugins/performance/domain/parameters.hpp"
#include "plugins/performance/domain/words.hpp"
#include "sdk/testing/case_lines.hpp"

namespace onebudget::performance {

using testing::Case;
using testing::day;
using testing::has;
using testing::lines;
using testing::Lines;
using testing::number;
using testing::run;
using testing::yuan;

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
