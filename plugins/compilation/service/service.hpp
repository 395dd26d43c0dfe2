#pragma once
// What the plugin does on a host: rules before a write, and the routes. One file for each verb.

#include <cstddef>

#include "sdk/cpp/approval.hpp"
#include "sdk/cpp/handlers.hpp"

namespace onebudget::compilation {

using plugin::Answer;
using plugin::Call;
using plugin::Change;
using plugin::Event;
using plugin::Json;
using plugin::Message;
using plugin::Request;
using plugin::Row;
using plugin::Verdict;

inline constexpr const char* kStandards = "standards/1";
inline constexpr const char* kWorkflow = "workflow/1";

/// Fields of the project that hold a code of the standards list of the same name; the first are kept by year and have
/// successions.
inline constexpr const char* kCodes[] = {"functional_class", "department_economic_class", "government_economic_class",
                                         "fund_kind", "special_fund"};
inline constexpr std::size_t kYearly = 3;

/// A query in one line.
inline plugin::Query where(std::string filter, std::string sort = {}, std::vector<std::string> fields = {}) {
  plugin::Query query;
  query.filter = std::move(filter);
  query.sort = std::move(sort);
  query.fields = std::move(fields);
  return query;
}

/// Findings as the refusal of a route (422).
inline Fault refusal(const char* code, Text message, std::vector<FieldFault> findings) {
  return fault(FaultKind::rule, code, std::move(message), std::move(findings));
}

/// compilation/1 totals {projects: [codes]} → {projects: [{code, total}]}, in fen: those in the library that the caller
/// sees.
Result<Json> project_totals(Call& call, const Message& message);

/// Hook on project: term, amounts, papers on submission, classification of the year, and the project code.
Result<void> validate_project(Call& call, const Change& change, Verdict& verdict);

/// GET /compilation/code-change?year=2026: visible projects whose functional or economic class of that year's list was
/// renamed, split, merged or withdrawn for a later one, with the codes that took its place. `suggestion` is the one to
/// use where there is exactly one; a split is for people to decide. At most 1000, then `truncated`.
Result<Answer> list_code_changes(Call& call, const Request& request);

// Hooks. Each checks one entity before it is written; see the rule index.
Result<void> validate_review(Call& call, const Change& change, Verdict& verdict);    ///< project_review
Result<void> validate_ex_ante(Call& call, const Change& change, Verdict& verdict);   ///< ex_ante_review
Result<void> validate_zero_base(Call& call, const Change& change, Verdict& verdict); ///< zero_base_review
Result<void> validate_line(Call& call, const Change& change, Verdict& verdict);      ///< expenditure_line
Result<void> validate_linked(Call& call, const Change& change, Verdict& verdict);  ///< procurement, asset, service_line
Result<void> validate_year(Call& call, const Change& change, Verdict& verdict);    ///< year_amount
Result<void> validate_round(Call& call, const Change& change, Verdict& verdict);   ///< budget_round
Result<void> validate_ceiling(Call& call, const Change& change, Verdict& verdict); ///< ceiling
Result<void> validate_version(Call& call, const Change& change, Verdict& verdict); ///< budget_version
Result<void> validate_approval(Call& call, const Change& change, Verdict& verdict);      ///< congress_approval
Result<void> validate_statutory_act(Call& call, const Change& change, Verdict& verdict); ///< statutory_act
Result<void> validate_issue(Call& call, const Change& change, Verdict& verdict);  ///< budget_issue; publishes the event
Result<void> validate_policy(Call& call, const Change& change, Verdict& verdict); ///< policy_value
Result<void> validate_secret_total(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_duplicate(Call& call, const Change& change, Verdict& verdict); ///< duplicate_pair
Result<void> validate_scenario(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_mapping(Call& call, const Change& change, Verdict& verdict); ///< import_mapping

/// GET /fiscal-gap?region=<node>&year=2026 → {resources, guaranteed, committed, other, gap, rest} in yuan.
Result<Answer> show_fiscal_gap(Call& call, const Request& request);
/// GET /statutory-calendar?region=<node>&year=2026 → {items: [{kind, due_on, done_on, state, late_days …}]}: every day
/// that the law gives the region's budget, judged by today where nothing is on record.
Result<Answer> show_statutory_calendar(Call& call, const Request& request);
/// GET /rolling-plan/{project}?base_year=2026[&version=2] → {amounts, variance against the version or roll before}.
Result<Answer> show_rolling_plan(Call& call, const Request& request);
/// POST /ceiling/{id}/split {parts: [{node, amount}]} → the children, new or changed; amounts in yuan.
Result<Answer> split_ceiling(Call& call, const Request& request);
/// POST /ceiling/{id}/apply-results {dry_run, documents: {<result>: <document>}}: what results of evaluations do to
/// this ceiling, for every project under its node; written unless it is a trial. Shielded money only with a document.
Result<Answer> apply_results(Call& call, const Request& request);
/// GET /result-trace?ceiling=<id> → the results and policies behind a ceiling; ?result=<id> → the ceiling that carries
/// it, its parts and the review of that year.
Result<Answer> show_result_trace(Call& call, const Request& request);
/// POST /freeze {unit, fiscal_year, step} → the frozen version. 二上 is checked hard against the issued ceilings.
Result<Answer> freeze_version(Call& call, const Request& request);
/// GET /compare?left=<version>&right=<version>[&by=fund,category] → every cell that differs; without `by` whole cells.
Result<Answer> compare_frozen(Call& call, const Request& request);
/// POST /roll-up {cells: [{code, parent, column, amount}]} → {sound, differences}; at most 50,000 cells.
Result<Answer> roll_up(Call& call, const Request& request);
/// POST /budget-issue/{id}/prepare: fills the issue's lines from the newest frozen 二上 of its unit.
Result<Answer> prepare_issue(Call& call, const Request& request);
/// POST /duplicate-search {region, fiscal_year} → 202 {job}: the job `duplicates` writes candidates as duplicate_pair.
Result<Answer> search_duplicates(Call& call, const Request& request);
/// Job `duplicates`, as the asker: {projects, found, written, known, held_back}. Pairs that were written before stay as
/// they were judged; of the others the likeliest are written, so many that each unit has few to judge at a time. Goes
/// on behind the last checkpoint; ends with plugin.too_many above a million visible projects.
Result<Json> run_duplicate_search(Call& call, plugin::Job& job);
/// POST /recommend {region, fiscal_year, seconds, seed} → a recommendation with reasons, for a person to judge.
Result<Answer> recommend(Call& call, const Request& request);
/// POST /scenario/{id}/run[?department=&function=&region=] → base and scenario side by side, by department, function,
/// region and project: of those whose codes begin so, the first 2000 that change. Above 20,000 visible projects 202
/// {job}, whose result is the same.
Result<Answer> compute_scenario(Call& call, const Request& request);
/// Job `scenario`: at most a million projects, in less than 2 GiB.
Result<Json> run_scenario_job(Call& call, plugin::Job& job);
/// GET /forecast?dataset=…&year=2027[&from=2020] → sums by department and function, and the backtest of all methods.
Result<Answer> show_forecast(Call& call, const Request& request);
/// POST /import-mapping/{id}/run {dataset, rows, first_line, dry_run} → {records, errors, total}; all or nothing.
Result<Answer> run_mapping(Call& call, const Request& request);
/// POST /import-mapping/{id}/file?dataset=&dry_run=true&expected_total=&first_line=1, the body a CSV or XLSX file of at
/// most 20,000 rows and the server's limit of a body → as run_mapping; errors name the cell ("C12").
Result<Answer> run_mapping_on_file(Call& call, const Request& request);
/// GET /form?kind=declaration|ex-ante|zero-base|ceiling|version|issue&id=<record>: the official form (J1, J3 – J6) as
/// an HTML page with print styles, for whoever reads the record.
Result<Answer> show_printed(Call& call, const Request& request);
/// A transition of a project, a review, a version or an issue and its approval: submitting begins the approval when a
/// definition is published for it, and goes on with a returned one; withdrawing recalls it; while it runs the other
/// transitions are made by the workflow only. Without the workflow, or without a definition, transitions are made
/// directly as their permissions say. Its maker is who created the record.
Result<void> follow_workflow(const Call& call, const Change& change, plugin::Approval approval, Verdict& verdict);
/// performance.effect.applied and .revoked: one result_effect for each result, for people to carry. Harmless when
/// repeated, in any order. Fault compilation.result_year before the second year after the one evaluated.
Result<void> follow_result(Call& call, const Event& event);
/// workflow.case.returned by a missed deadline: the project, review, version or issue goes back to its maker. Harmless
/// when repeated.
Result<void> follow_return(Call& call, const Event& event);

} // namespace onebudget::compilation
