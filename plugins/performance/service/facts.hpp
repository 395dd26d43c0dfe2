#pragma once
// What several verbs read: parameters, schemes, lines, proofs, terms of workdays, who may evaluate.

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "plugins/performance/domain/evaluate/verification.hpp"
#include "plugins/performance/domain/goal/goal.hpp"
#include "plugins/performance/domain/result/application.hpp"
#include "plugins/performance/domain/score/total_score.hpp"
#include "plugins/performance/service/service.hpp"

namespace onebudget::performance {

inline constexpr const char* kProject = "compilation.project";
inline constexpr const char* kGoal = "performance.goal";
inline constexpr const char* kEvaluation = "performance.evaluation";
inline constexpr const char* kScoreLine = "performance.score_line";
inline constexpr const char* kEvidence = "performance.evidence";
inline constexpr const char* kResult = "performance.result";

/// A query in one line.
inline plugin::Query where(std::string filter, std::string sort = {}, std::vector<std::string> fields = {}) {
  plugin::Query query;
  query.filter = std::move(filter);
  query.sort = std::move(sort);
  query.fields = std::move(fields);
  return query;
}
inline bool written(const Change& change) {
  return change.action == plugin::Action::create || change.action == plugin::Action::update;
}
inline bool moves(const Change& change, std::string_view transition) {
  return change.action == plugin::Action::transition && change.transition == transition;
}
/// Findings as the refusal of a route (422).
inline Fault refusal(const char* code, Text message, std::vector<FieldFault> findings) {
  return fault(FaultKind::rule, code, std::move(message), std::move(findings));
}

/// "=in=(1,2,3)" over ids: each(filter) is called for up to 100 ids at a time.
Result<void> by_hundreds(const std::set<std::string>& ids, const std::string& field,
                         const std::function<Result<void>(const std::string& filter)>& each);

/// The parameters in force on a day.
Result<Parameters> parameters_on(const Call& call, Day day);
/// The tree of a scheme row. Fault performance.scheme for one that cannot be read.
Result<Scheme> scheme_of(const Row& scheme);
Result<Scheme> read_scheme(const Call& call, RecordId id);
/// The rules of a policy pack. Fault performance.policy.
Result<PolicyPack> pack_of(const Row& pack);
/// SM3 of a policy's rules, in hexadecimal.
Result<std::string> digest_of(const Call& call, const Json& document);

Points points_in(const Row& row, const char* field);
/// A line of a goal or a score as the rules see it.
Measured measured_of(const Row& line);
/// The goal with its lines, its project's money included.
Result<Goal> goal_of(const Call& call, const Row& goal);
/// Lines of an evaluation with their evidence, in order.
Result<std::vector<SelfLine>> lines_of(const Call& call, RecordId evaluation);

/// Departments and finance evaluate by permissions of their own. Rule performance.evaluator.
Result<void> check_evaluator(const Call& call, Kind kind, Verdict& verdict);
/// Reports performance.cancelled_project when the project has been terminated.
void report_cancelled(const Row& project, Verdict& verdict);

struct Term {
  Day day;
  bool assumed = false;
};
/// The last day of a term of workdays from today. Fault performance.no_calendar without the workflow.
Result<Term> due_after(const Call& call, int workdays);

/// Parameters and members that must be there. Faults performance.parameter_missing (malformed).
Result<int> year_parameter(const Request& request, const char* name);
Result<int> year_member(const Json& body, const char* name);
Result<RecordId> id_member(const Json& body, const char* name);

} // namespace onebudget::performance
