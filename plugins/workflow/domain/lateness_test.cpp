#include "plugins/workflow/domain/lateness.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "sdk/testing/cases.hpp"

namespace onebudget::workflow {
namespace {

using Lines = std::vector<std::string>;

Calendar published() {
  std::ifstream file(ONEBUDGET_PLUGIN_SOURCE "/data/holiday.csv");
  std::stringstream text;
  text << file.rdbuf();
  return Calendar::parse(text.str()).value();
}

Overdue overdue_of(const std::string& text) {
  if (text == "escalate") return Overdue::escalate;
  return text == "return" ? Overdue::send_back : Overdue::remind;
}

TEST(Lateness, holds_in_every_case) {
  const Calendar calendar = published();
  const auto run = [&](const testing::Case& one) -> Lines {
    std::optional<int> workdays;
    if (!one.value("workdays").empty()) workdays = std::stoi(one.value("workdays"));
    const Day today = Day::parse(one.value("today")).value();
    const auto due = due_day(calendar, Day::parse(one.value("opened")).value(), workdays, Day::parse(one.value("by")));
    if (!due) return {due.fault().code};
    const std::optional<Day> day = *due ? std::optional<Day>((*due)->day) : std::nullopt;
    const Measure measure = measure_on(today, day, overdue_of(one.value("overdue")), !one.value("escalated").empty());
    constexpr const char* kNames[] = {"nothing", "remind", "escalate", "send_back"};
    const std::string said = kNames[static_cast<int>(measure)];
    if (!day) return {"none " + said};
    return {day->str() + " " + said + " " + next_alarm(calendar, today, *day).str()};
  };
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/late.case", run), Lines());
}

} // namespace
} // namespace onebudget::workflow
