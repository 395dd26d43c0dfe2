#pragma once
// What the tests of the rules share.

#include "sdk/testing/case_lines.hpp"

namespace onebudget::compilation {

using testing::Case;
using testing::has;
using testing::lines;
using testing::Lines;
using testing::number;
using testing::run;
using testing::yuan;

} // namespace onebudget::compilation
