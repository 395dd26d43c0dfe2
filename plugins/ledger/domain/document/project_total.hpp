#pragma once
// 项目有余额: what supplements (追加) and adjustments give a project stays within the project's total. Domain rules 1.5
// and 1.8.

#include <map>
#include <set>

#include "plugins/ledger/domain/document/document.hpp"

namespace onebudget::ledger {

/// A project as the library knows it, and what its units were given so far: indicators to be issued and executable ones
/// of all years.
struct ProjectFacts {
  Money total, issued;
};

/// Codes of projects that a document may give more to; none of a kind that brings no money to a project.
std::set<std::string> raised_projects(const Document& document);
/// Rule ledger.project_total: issued + what the document adds, less what it takes, is at most the total. A project that
/// is not among the facts is exempt. Field "/lines/<line>/amount" of the last line that adds.
std::vector<FieldFault> check_project_totals(const Document& document,
                                             const std::map<std::string, ProjectFacts>& projects);

} // namespace onebudget::ledger
