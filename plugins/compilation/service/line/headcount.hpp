#pragma once
// 定员定额 on lines as they are written, and on all of a project's lines when it takes a step.

#include "plugins/compilation/domain/line/headcount.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

/// The expenditure standard that a line or asset names: its ceiling and what it measures; empty without one.
struct Standard {
  std::optional<Money> ceiling;
  std::string unit_of_measure;
};
Result<Standard> standard_of(const Call& call, const Row& row);

/// A line before its amount is known: heads by the standard, else by the line's own unit of measure.
HeadcountFacts headcount_of(Category category, const Row& line, const Standard& standard,
                            const std::string& department_class, const std::optional<Row>& profile);

/// Rule compilation.headcount on the lines of the project's year: a profile may be confirmed after they were written.
/// Each finding names its line ("/lines/3").
Result<void> report_headcount(const Call& call, const Row& project, Verdict& verdict);

} // namespace onebudget::compilation
