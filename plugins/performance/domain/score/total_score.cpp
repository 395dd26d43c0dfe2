#include "plugins/performance/domain/score/total_score.hpp"

#include <algorithm>

namespace onebudget::performance {

namespace {
constexpr Points kWhole = Points::whole(100);
} // namespace

std::vector<FieldFault> check_execution(const Execution& execution) {
  if (Money() < execution.budget && !(execution.executed < Money())) return {};
  const bool budget = !(Money() < execution.budget);
  return {{budget ? "/full_budget" : "/executed",
           "performance.execution",
           {budget ? "全年预算数应大于零，否则无法计算执行率。" : "全年执行数不能为负。",
            budget ? "The year's budget is above zero, or there is no rate of execution."
                   : "What was executed is not "
                     "negative."},
           {"请核对资金表；没有资金的项目不作评价。", "Check the money; a project without any is not evaluated."}}};
}

ExecutionScore execution_score(const Execution& execution, Points weight) {
  const auto rate = Ratio::of(execution.executed, execution.budget, Rounding::half_up);
  if (!rate) return {};
  return {*rate, weight.times(std::min(Ratio::from_percent(100), *rate))};
}

std::vector<FieldFault> check_weights_of(const std::vector<Weighed>& lines, Points execution_weight) {
  Points sum = execution_weight;
  bool any = false;
  for (const Weighed& line : lines) {
    sum += line.weight;
    any = any || (line.applicable && Points() < line.weight);
  }
  if (sum != kWhole)
    return {{"/lines",
             "performance.weights",
             {"分值合计 " + sum.str() + "（含预算执行率 " + execution_weight.str() + "），应为 100。",
              "The weights add up to " + sum.str() + " with " + execution_weight.str() + " for execution, not to 100."},
             {"请调整各指标分值。", "Adjust the weights."}}};
  if (!any)
    return {{"/lines",
             "performance.nothing_applies",
             {"所有指标都不适用，无法评分。", "No indicator applies; there is nothing to score."},
             {"请至少保留一项适用的指标。", "Leave at least one that applies."}}};
  return {};
}

Total total_of(const std::vector<Weighed>& lines, Points execution_weight, Points execution_points,
               const Parameters& parameters) {
  Points weight, points;
  for (const Weighed& line : lines) {
    if (!line.applicable) continue;
    weight += line.weight;
    points += line.points;
  }
  Total out;
  out.execution = execution_points;
  const Points rest = kWhole - execution_weight;
  if (Points() < weight)
    out.lines =
        Points::from_hundredths(scaled(points.hundredths(), rest.hundredths(), weight.hundredths(), Rounding::half_up));
  out.total = out.execution + out.lines;
  out.grade = grade_for(out.total, parameters);
  return out;
}

Grade grade_for(Points total, const Parameters& parameters) {
  if (total >= parameters.excellent) return Grade::excellent;
  if (total >= parameters.good) return Grade::good;
  return total >= parameters.fair ? Grade::fair : Grade::poor;
}

int review_points(Points total, int most) {
  return static_cast<int>(scaled(total.hundredths(), most, kWhole.hundredths(), Rounding::half_up));
}

} // namespace onebudget::performance
