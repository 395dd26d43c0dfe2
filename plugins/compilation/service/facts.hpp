#pragma once
// What several verbs read: policy values, codes behind refs, facts about a project.

#include <map>
#include <optional>
#include <set>

#include "plugins/compilation/domain/lifecycle/gate.hpp"
#include "plugins/compilation/service/marks.hpp"

namespace onebudget::compilation {

inline constexpr const char* kProject = "compilation.project";

/// "=in=(1,2,3)" over ids, in batches: each(filter) is called for up to 100 ids at a time.
Result<void> by_hundreds(const std::set<std::string>& ids, const std::string& field,
                         const std::function<Result<void>(const std::string& filter)>& each);
/// Codes of rows of a list of the standards (or any entity with a `code`), by id.
Result<std::map<std::string, std::string>> codes_of(const Call& call, const std::string& entity,
                                                    const std::set<std::string>& ids, const char* field = "code");
/// The numbers in force for a budget year.
Result<Policy> policy_for(const Call& call, int fiscal_year);

Category category_of(const std::string& text);
/// 1 … 8; 8 for anything unknown.
int order_of(const std::string& text);

/// Everything the gates ask about a project, from its children.
Result<ProjectFacts> facts_of(const Call& call, const Row& project);
/// Money in issued budgets of a project, of other years than `fiscal_year`.
Result<Money> budgeted_before(const Call& call, RecordId project, int fiscal_year);

/// The confirmed profile (单位基本情况) of a unit for a year; nothing while nobody confirmed one, or for a caller who
/// may not read it.
Result<std::optional<Row>> profile_of(const Call& call, RecordId unit, int fiscal_year);

/// Years of a request, which the interface has checked.
int year_parameter(const Request& request, const char* name);
int year_member(const Json& body, const char* name);

} // namespace onebudget::compilation
