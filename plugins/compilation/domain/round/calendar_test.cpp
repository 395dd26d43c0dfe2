#include "plugins/compilation/domain/round/calendar.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

/// "one_up 2025-08-01 2025-09-30 open"
Round round_of(const std::string& text) {
  std::istringstream words(text);
  std::string step, opens, closes, open;
  words >> step >> opens >> closes >> open;
  const RoundStep kind = step == "one_up"     ? RoundStep::one_up
                         : step == "one_down" ? RoundStep::one_down
                         : step == "two_up"   ? RoundStep::two_up
                                              : RoundStep::two_down;
  return {kind, *Day::parse(opens), *Day::parse(closes), open == "open"};
}

TEST(Calendar, holds_in_every_case) {
  EXPECT_EQ(
      run("round_calendar",
          [](const Case& one) {
            std::vector<Round> others;
            for (const auto& [name, value] : one.given)
              if (name == "other") others.push_back(round_of(value));
            const Day today = *Day::parse(one.value("today", "2025-08-15"));
            std::optional<Round> round;
            if (has(one, "round")) round = round_of(one.value("round"));
            if (one.when == "edit") return lines(check_editing(round, today));
            return lines(one.when == "open" ? check_opening(*round, others, today) : check_round(*round, others, 2026));
          }),
      Lines());
}

} // namespace
} // namespace onebudget::compilation
