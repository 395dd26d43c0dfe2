#pragma once
// The project library: rules before a write, and the list of projects touched by code changes.

#include <cstddef>

#include "sdk/cpp/handlers.hpp"

namespace onebudget::compilation {

using plugin::Answer;
using plugin::Call;
using plugin::Change;
using plugin::Event;
using plugin::Json;
using plugin::Request;
using plugin::Row;
using plugin::Verdict;

inline constexpr const char* kStandards = "standards/1";
inline constexpr const char* kWorkflow = "workflow/1";
inline constexpr const char* kProject = "compilation.project";

/// Fields of the project that hold a code of the standards list of the same name; the first are kept by year and have
/// successions.
inline constexpr const char* kCodes[] = {"functional_class", "department_economic_class", "government_economic_class",
                                         "fund_kind", "special_fund"};
inline constexpr std::size_t kYearly = 3;

/// Hook on project: term, amounts, papers on submission, classification of the year, and the project code.
Result<void> validate_project(Call& call, const Change& change, Verdict& verdict);

/// GET /compilation/code-change?year=2026: visible projects whose functional or economic class of that year's list was
/// renamed, split, merged or withdrawn for a later one, with the codes that took its place. `suggestion` is the one to
/// use where there is exactly one; a split is for people to decide. At most 1000, then `truncated`.
Result<Answer> list_code_changes(Call& call, const Request& request);

/// A transition of a project and its approval: submitting begins the approval when a definition is published for it,
/// and goes on with a returned one; withdrawing recalls it; while it runs the other transitions are made by the
/// workflow only. Without the workflow, or without a definition, transitions are made directly as their permissions
/// say.
Result<void> follow_workflow(Call& call, const Change& change, Verdict& verdict);
/// workflow.case.returned of a project by a missed deadline: the project goes back to its unit. Harmless when repeated.
Result<void> follow_return(Call& call, const Event& event);

} // namespace onebudget::compilation
