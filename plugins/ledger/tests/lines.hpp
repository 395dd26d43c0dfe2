#pragma once
// What the tests of the rules share.

#include <algorithm>

#include "plugins/ledger/domain/chart/chart.hpp"
#include "sdk/testing/case_lines.hpp"

namespace onebudget::ledger {

using testing::Case;
using testing::day;
using testing::has;
using testing::lines;
using testing::Lines;
using testing::number;
using testing::run;
using testing::yuan;

} // namespace onebudget::ledger
