#pragma once
// What the plugin does on a host: rules before a write, routes, messages, events. One file for each verb.

#include <string>
#include <vector>

#include "sdk/cpp/handlers.hpp"

namespace onebudget::performance {

using plugin::Answer;
using plugin::Call;
using plugin::Change;
using plugin::Event;
using plugin::Json;
using plugin::Message;
using plugin::Request;
using plugin::Row;
using plugin::Verdict;

// Hooks. Each checks one entity before it is written; see the rule index.
Result<void> validate_indicator(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_scheme(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_parameter(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_benchmark(Call& call, const Change& change, Verdict& verdict); ///< computed from confirmed scores
Result<void> validate_goal(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_goal_indicator(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_evaluation(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_score_line(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_evidence(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_expert_score(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_cost_line(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_finding(Call& call, const Change& change, Verdict& verdict);  ///< score_finding
Result<void> validate_sampling(Call& call, const Change& change, Verdict& verdict); ///< sampling_plan; draws
Result<void> validate_policy(Call& call, const Change& change, Verdict& verdict);   ///< policy_pack
/// result: proposes, tells, decides; `apply` and `revoke` publish their events and write points and accountability.
Result<void> validate_result(Call& call, const Change& change, Verdict& verdict);
/// appeal: terms, one at a time, rulings; what a granted one corrects is written by correct_result.
Result<void> validate_appeal(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_accountability(Call& call, const Change& change, Verdict& verdict);

/// GET /suggest?project=<id>&text=&limit=20 → {items: [{code, name, …, score, reasons}]}, best first; at most 100.
/// `text` adds words to those of the project, or stands alone.
Result<Answer> suggest_indicators(Call& call, const Request& request);
/// GET /goal/{id}/quality → {score, errors, advice}: what would refuse the submission, and what could be better.
Result<Answer> show_quality(Call& call, const Request& request);
/// POST /evaluation/{id}/prepare → {lines}: fills an evaluation from its goal, and from the scheme what no goal holds.
/// Refused (409) when it has lines already.
Result<Answer> prepare_evaluation(Call& call, const Request& request);
/// POST /evaluation/{id}/verify → {items}: findings against a self-evaluation, each with the evidence it cites.
Result<Answer> verify_evaluation(Call& call, const Request& request);
/// GET /evaluation/{id}/form → the fields of 项目支出绩效自评表, money in yuan.
Result<Answer> show_form(Call& call, const Request& request);
/// GET /evaluation/{id}/report → the form as a page to print, text/html; the same data gives the same bytes.
Result<Answer> show_report(Call& call, const Request& request);
/// GET /comparison?indicator=<code>&year=2025 → values of the visible projects, their median and MAD, what lies far
/// out, and the published comparison of the year.
Result<Answer> compare_projects(Call& call, const Request& request);
/// POST /comparison/publish {indicator, year} → the row of `benchmark`; by a grant at the root.
Result<Answer> publish_comparison(Call& call, const Request& request);
/// POST /policy-pack/{id}/simulate {fiscal_year} → what the policy would have done; kept as policy_simulation.
Result<Answer> simulate_policy(Call& call, const Request& request);
/// POST /propose {region, fiscal_year} → {created, skipped}: results of the region's confirmed evaluations; what has
/// one already, or whose project was terminated, is skipped.
Result<Answer> propose_results(Call& call, const Request& request);
/// GET /trace?result=<id> → from the money back to every score and its evidence; ?evidence=<id> → from a paper to the
/// money; ?project=<id>&budget_year=2027 → from a ceiling: {results: [as for one result]} applied or underway.
Result<Answer> show_trace(Call& call, const Request& request);
/// GET /standing?year=2025 → {items: [{unit, points}]} of the visible units, best first.
Result<Answer> show_standing(Call& call, const Request& request);

/// report_template and office_template: the body by the grammar and the catalogue of its kind, the .docx as well. Rules
/// performance.report_template, performance.report_field, performance.report_docx.
Result<void> validate_template(Call& call, const Change& change, Verdict& verdict);
/// GET /office-template/{id}/preview, /report-template/{id}/preview → the page as it would print, a draft too, with the
/// newest evaluation that the caller sees. Fault performance.preview where there is none.
Result<Answer> preview_office_template(Call& call, const Request& request);
Result<Answer> preview_template(Call& call, const Request& request);
/// performance.office_template.in_force, .withdrawn: what an office approved is published as a report_template that all
/// below it can read, and taken back.
Result<void> publish_template(Call& call, const Event& event);
/// report: made by the routes below, never typed in. Rule performance.report.
Result<void> validate_report(Call& call, const Change& change, Verdict& verdict);
/// POST /report/make {kind, evaluation | node and fiscal_year, template?} → {id, number, made}: 201, or 200 with the
/// report that is there already when data and template are the same.
Result<Answer> make_one_report(Call& call, const Request& request);
/// POST /report/batch {kind: project|department, node, fiscal_year, template?} → 202 {job}: a report for each evaluated
/// project, or for each unit of the node that has some.
Result<Answer> make_many_reports(Call& call, const Request& request);
/// The job behind it: {made, known, total}; commits every 20 reports and goes on from there in a later attempt.
Result<Json> run_reports(Call& call, plugin::Job& job);
/// GET /report/{id}/html|docx|xlsx → the report printed again from the data that it keeps: the same bytes each time.
Result<Answer> show_report_html(Call& call, const Request& request);
Result<Answer> show_report_docx(Call& call, const Request& request);
Result<Answer> show_report_xlsx(Call& call, const Request& request);
/// GET /report/{id}/check → for data, html, docx and xlsx {kept, derived, same}; rows_today: whether today's rows still
/// say what the report says.
Result<Answer> check_report(Call& call, const Request& request);
/// GET /report-catalogue?kind=project → {fields, tables, charts} that a template of the kind may name.
Result<Answer> show_catalogue(Call& call, const Request& request);

// Messages of performance/1; their shapes are declared in plugin.json.
Result<Json> goal_state(Call& call, const Message& message);
Result<Json> effects(Call& call, const Message& message);

/// performance.appeal.granted, the kernel's word of the transition: the result takes the corrected total in the
/// plugin's own name, so that whoever ruled may still decide. Harmless when repeated and after the decision.
Result<void> correct_result(Call& call, const Event& event);
/// records.changed of a project: an approved goal whose money moved is to be confirmed. Harmless when repeated.
Result<void> follow_project(Call& call, const Event& event);

} // namespace onebudget::performance
