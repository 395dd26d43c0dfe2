#include "plugins/performance/domain/score/total_score.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

TEST(TotalScore, is_computed_in_every_case) {
  EXPECT_EQ(run("total",
                [](const Case& one) {
                  const auto money = rows(one, "execution").at(0);
                  const Execution execution{yuan(money.at(2)), yuan(money.at(0))};
                  const Points weight = points(one.value("execution_weight", "10"));
                  std::vector<Weighed> weighed;
                  for (const auto& row : rows(one, "line"))
                    weighed.push_back({points(row.at(0)), points(row.at(1)), row.size() < 3});
                  auto findings = check_execution(execution);
                  const auto sums = check_weights_of(weighed, weight);
                  findings.insert(findings.end(), sums.begin(), sums.end());
                  if (!findings.empty()) return lines(findings);
                  const ExecutionScore executed = execution_score(execution, weight);
                  const Total total = total_of(weighed, weight, executed.points, {});
                  return Lines{"execution " + executed.points.str() + " rate " + executed.rate.percent() + " total " +
                               total.total.str() + " " + code_of(total.grade)};
                }),
            Lines{});
}

TEST(TotalScore, review_points_follow_the_total) {
  EXPECT_EQ(review_points(Points::whole(100), 15), 15);
  EXPECT_EQ(review_points(Points::whole(90), 15), 14) << "13.5, half up";
  EXPECT_EQ(review_points(Points(), 15), 0);
}

} // namespace
} // namespace onebudget::performance
