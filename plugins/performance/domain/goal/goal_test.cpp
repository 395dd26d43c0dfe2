#include "plugins/performance/domain/goal/goal.hpp"

#include <algorithm>

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

Scheme usual() {
  return {points("10"),
          {{"output", points("50"), {"quantity", "quality", "timeliness", "cost"}, true, false},
           {"benefit", points("30"), {"economic", "social", "ecological", "sustainable"}, false, false},
           {"satisfaction", points("10"), {"satisfaction"}, false, true}},
          {},
          {}};
}

GoalLine line(const std::vector<std::string>& words) {
  GoalLine out;
  out.first_level = words.at(0);
  out.second_level = words.at(1);
  out.name = words.at(0) + words.at(1) + words.at(2);
  out.weight = points(words.at(2));
  out.target = words.at(3);
  out.unit = "%";
  out.has_source = true;
  return out;
}

Goal goal_in(const Case& one) {
  Goal goal;
  goal.amount = yuan("1000000.00");
  goal.project_amount = yuan(one, "project_amount", "1000000.00");
  goal.funds = yuan(one, "funds", "1000000.00");
  goal.has_annual = one.value("annual") != "no";
  goal.years = number(one, "years", 1);
  goal.serves_public = one.value("serves_public") != "no";
  if (has(one, "nothing")) return goal;
  const std::string without = one.value("without");
  for (const char* kind : {"quantity", "quality", "timeliness", "cost"})
    if (without != kind) goal.lines.push_back(line({"output", kind, "12.5", "100"}));
  goal.lines.push_back(line({"benefit", "social", "30", "100"}));
  if (without != "satisfaction") goal.lines.push_back(line({"satisfaction", "satisfaction", "10", "90"}));
  for (const auto& row : rows(one, "last")) goal.lines.back() = line(row);
  for (const auto& row : rows(one, "line")) goal.lines.push_back(line(row));
  if (one.value("first") == "quality") std::swap(goal.lines[0], goal.lines[1]);
  GoalLine& first = goal.lines.front();
  first.name = one.value("name", first.name);
  first.has_source = one.value("source") != "no";
  first.history = Value::parse(one.value("history"));
  first.benchmark = Value::parse(one.value("benchmark"));
  return goal;
}

TEST(Goal, is_checked_in_every_case) {
  EXPECT_EQ(run("goal",
                [](const Case& one) {
                  const Goal goal = goal_in(one);
                  const auto findings = check_goal(goal, usual(), {});
                  if (!findings.empty()) return lines(findings);
                  const Quality quality = quality_of(goal, {});
                  Lines out = lines(quality.advice);
                  out.push_back("quality " + std::to_string(quality.score));
                  return out;
                }),
            Lines{});
}

} // namespace
} // namespace onebudget::performance
