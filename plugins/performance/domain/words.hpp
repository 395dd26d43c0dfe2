#pragma once
// The closed lists that goals, schemes and scores share, with their codes as stored.

#include <optional>
#include <string_view>

#include "sdk/values/result.hpp"

namespace onebudget::performance {

/// Direction of an indicator (指标性质).
enum class Nature { at_least, at_most, equal, qualitative };
std::optional<Nature> nature_of(std::string_view code);

/// How far a qualitative goal was reached.
enum class Reached { achieved, partly, missed };
std::optional<Reached> reached_of(std::string_view code);

/// 优良中差, and 未评 for what has no score.
enum class Grade { excellent, good, fair, poor };
std::optional<Grade> grade_of(std::string_view code);
const char* code_of(Grade grade);
Text title_of(Grade grade);

/// Who evaluates: 自评, 部门评价, 财政评价, 部门整体绩效, 成本绩效.
enum class Kind { self, department, finance, unit_whole, cost };
std::optional<Kind> kind_of(std::string_view code);
const char* code_of(Kind kind);

} // namespace onebudget::performance
