#pragma once
// From lines to a total and a grade; domain rules 3.3.

#include <vector>

#include "plugins/performance/domain/score/line_score.hpp"

namespace onebudget::performance {

struct Execution {
  Money budget;   ///< 全年预算数
  Money executed; ///< 全年执行数
};

struct ExecutionScore {
  Ratio rate;
  Points points;
};

/// weight × min(1, executed / budget), half up. Rule performance.execution: a budget above zero, nothing negative.
std::vector<FieldFault> check_execution(const Execution& execution);
ExecutionScore execution_score(const Execution& execution, Points weight);

struct Weighed {
  Points weight, points;
  bool applicable = true;
};

struct Total {
  Points execution, lines, total;
  Grade grade = Grade::poor;
};

/// Weights add up to 100 with the execution's; something must apply. Rules performance.weights,
/// performance.nothing_applies.
std::vector<FieldFault> check_weights_of(const std::vector<Weighed>& lines, Points execution_weight);
/// The execution keeps its points; what applies of the rest is rescaled to the rest of 100, half up.
Total total_of(const std::vector<Weighed>& lines, Points execution_weight, Points execution_points,
               const Parameters& parameters);
Grade grade_for(Points total, const Parameters& parameters);
/// Points of a scale of 0 … most from a total of 100, for the review of the next budget (J4: 15); half up.
int review_points(Points total, int most);

} // namespace onebudget::performance
