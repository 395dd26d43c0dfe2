#pragma once
// The calendar of the two rounds up and down (两上两下, domain rules 1.6): which step is open on which day, and for
// whom.

#include <optional>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::compilation {

enum class RoundStep { one_up, one_down, two_up, two_down };

struct Round {
  RoundStep step = RoundStep::one_up;
  Day opens, closes; ///< both days belong to it
  bool open = false; ///< opened by a person and not closed since
};

/// Rule compilation.round_calendar: a step does not end before it begins, lies in its calendar (not before the year
/// before the fiscal year), and begins after the step before it has closed. `others`: the other steps of the same
/// region and year.
std::vector<FieldFault> check_round(const Round& round, const std::vector<Round>& others, int fiscal_year);
/// Rule compilation.round_open: opens on its days only, and while no other step is open.
std::vector<FieldFault> check_opening(const Round& round, const std::vector<Round>& others, Day today);
/// Rule compilation.round_closed: what a unit types is taken while the step is open and its last day has not passed.
std::vector<FieldFault> check_editing(const std::optional<Round>& round, Day today);

} // namespace onebudget::compilation
