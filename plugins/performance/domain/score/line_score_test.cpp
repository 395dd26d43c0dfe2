#include "plugins/performance/domain/score/line_score.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

TEST(Score, is_computed_in_every_case) {
  EXPECT_EQ(run("score",
                [](const Case& one) {
                  Measured line;
                  line.nature = nature_of(one.value("nature", "at_least")).value_or(Nature::at_least);
                  line.weight = points(one.value("weight", "10"));
                  line.target = one.value("target");
                  line.actual = one.value("actual");
                  line.unit = "人次";
                  line.actual_unit = one.value("actual_unit", "人次");
                  line.reached = reached_of(one.value("reached"));
                  line.percent = number(one, "percent", -1);
                  line.applicable = !has(one, "not_applicable");
                  line.overshoot_accepted = has(one, "accepted");
                  line.has_reason = has(one, "reason");
                  const Parameters parameters;
                  const auto findings = check_measured(line, parameters);
                  if (!findings.empty()) return lines(findings);
                  const LineScore score = score_of(line, parameters);
                  std::string told = "points " + score.points.str() + " completion " + score.completion.percent();
                  if (score.overshoot) told += score.low_target ? " low_target" : " overshoot";
                  return Lines{told};
                }),
            Lines{});
}

TEST(Score, the_largest_numbers_do_not_overflow) {
  Measured line;
  line.weight = Points::whole(100);
  line.target = "0.000001";
  line.actual = "999999999999";
  line.unit = line.actual_unit = "元";
  line.has_reason = true;
  EXPECT_TRUE(check_measured(line, {}).empty());
  EXPECT_EQ(score_of(line, {}).points.str(), "0.00");
  line.overshoot_accepted = true;
  EXPECT_EQ(score_of(line, {}).points.str(), "100.00");
}

} // namespace
} // namespace onebudget::performance
