#pragma once
// What the tests of the rules share.

#include "plugins/treasury/domain/level.hpp"
#include "sdk/testing/case_lines.hpp"

namespace onebudget::treasury {

using testing::Case;
using testing::day;
using testing::has;
using testing::lines;
using testing::Lines;
using testing::number;
using testing::run;
using testing::yuan;

/// "rule level" of every hit; each must say in both languages what it is about.
inline Lines lines(const std::vector<Hit>& hits) {
  Lines out;
  for (const Hit& hit : hits) {
    EXPECT_FALSE(hit.message.zh.empty() || hit.message.en.empty());
    out.push_back(hit.rule + " " + name_of(hit.level));
  }
  return out;
}

} // namespace onebudget::treasury
