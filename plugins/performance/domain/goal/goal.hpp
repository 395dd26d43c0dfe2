#pragma once
// 绩效目标: whether it is complete, measurable, well weighed and no step back; domain rules J2.

#include <optional>
#include <string>
#include <vector>

#include "plugins/performance/domain/goal/scheme.hpp"
#include "plugins/performance/domain/score/line_score.hpp"

namespace onebudget::performance {

struct GoalLine {
  std::string first_level, second_level, name;
  Nature nature = Nature::at_least;
  std::string target, unit;
  Points weight;
  bool has_source = false;        ///< 数据来源
  std::optional<Value> history;   ///< what was reached before
  std::optional<Value> benchmark; ///< of the library or of similar projects
  bool from_library = false;
};

struct Goal {
  Money amount;         ///< money the goal was written for
  Money project_amount; ///< the project's money now
  Money funds;          ///< 财政拨款 + 其他资金
  bool has_annual = false, has_midterm = false;
  int years = 1; ///< term of the project
  bool serves_public = true;
  std::vector<GoalLine> lines;
};

struct Quality {
  int score = 100;                ///< 0 … 100, for reviewers; never refuses by itself
  std::vector<FieldFault> advice; ///< what could be better
};

/// What keeps a goal from being submitted. Rules performance.goal, performance.goal_money, performance.weights,
/// performance.goal_tree, performance.target…
std::vector<FieldFault> check_goal(const Goal& goal, const Scheme& scheme, const Parameters& parameters);
/// Measurability, sources, vague words, history and benchmarks. Rule performance.goal_quality. Points off: 10 for a
/// vague name, 5 for a missing source, 10 for a step back, 10 below the benchmark, 15 when under half is measurable.
Quality quality_of(const Goal& goal, const Parameters& parameters);

} // namespace onebudget::performance
