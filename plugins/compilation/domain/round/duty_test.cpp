#include "plugins/compilation/domain/round/duty.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

std::optional<Day> given(const Case& one, const char* name) {
  return has(one, name) ? std::optional<Day>(testing::day(one, name, "")) : std::nullopt;
}

/// The budget of 2026, today 2026-02-15.
DutyFacts facts_of(const Case& one) {
  DutyFacts facts;
  facts.duty = duty_of(one.value("duty", "notice")).value_or(Duty::notice);
  facts.fiscal_year = 2026;
  facts.today = testing::day(one, "today", "2026-02-15");
  facts.session_on = given(one, "session");
  facts.approved_on = given(one, "approved");
  facts.base = given(one, "base");
  facts.done_on = given(one, "done");
  facts.exempt = has(one, "exempt");
  return facts;
}

TEST(Duty, stands_as_the_days_say_in_every_case) {
  EXPECT_EQ(run("statutory_day",
                [](const Case& one) {
                  Policy policy;
                  for (const auto& [name, value] : one.given)
                    if (name == "publish_days" || name == "notice_by") {
                      if (!policy.set(name, value)) return Lines{"compilation.policy_value"};
                    }
                  const DutyStanding standing = standing_of(facts_of(one), policy);
                  std::string line = kDutyStates[static_cast<std::size_t>(standing.state)];
                  if (standing.due_on) line += " " + standing.due_on->str();
                  if (standing.late_days > 0) line += " " + std::to_string(standing.late_days);
                  return Lines{line};
                }),
            Lines());
}

TEST(Duty, is_recorded_whole_in_every_case) {
  EXPECT_EQ(run("statutory_act",
                [](const Case& one) {
                  return lines(check_act({facts_of(one), has(one, "department"), has(one, "document"),
                                          has(one, "reason"), one.when == "record"},
                                         {}));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
