#pragma once
// What the plugin does on a host: rules before a write, routes, messages, jobs. One file for each verb.

#include "sdk/cpp/handlers.hpp"

namespace onebudget::monitoring {

using plugin::Answer;
using plugin::Call;
using plugin::Change;
using plugin::Event;
using plugin::Job;
using plugin::Json;
using plugin::Message;
using plugin::Request;
using plugin::Row;
using plugin::Verdict;

inline constexpr const char* kAlert = "monitoring.alert";
inline constexpr const char* kFact = "monitoring.fact";
inline constexpr const char* kContract = "monitoring.contract";
inline constexpr const char* kExecution = "monitoring.execution_record";
inline constexpr const char* kThreshold = "monitoring.threshold";
inline constexpr const char* kLedger = "ledger/1";

/// True of a plugin that is not installed: its service or its records are not there.
inline bool not_there(const Fault& fault) {
  return fault.code == "host.no_service" || fault.code == "records.unknown_entity";
}

/// The day in China of an instant.
inline Day day_in_china(std::int64_t utc_ms) {
  constexpr std::int64_t kChina_ms = 8 * 3'600'000LL, kDay_ms = 86'400'000;
  return Day::from_number(static_cast<std::int32_t>((utc_ms + kChina_ms) / kDay_ms));
}

/// A query in one line.
inline plugin::Query where(std::string filter, std::string sort = {}, std::int64_t limit = 0) {
  plugin::Query query;
  query.filter = std::move(filter);
  query.sort = std::move(sort);
  query.limit = limit;
  return query;
}

// Hooks. Each checks one entity before it is written; see the rule index.
Result<void> validate_rule(Call& call, const Change& change, Verdict& verdict);      ///< alert_rule
Result<void> validate_threshold(Call& call, const Change& change, Verdict& verdict); ///< threshold
Result<void> validate_fact(Call& call, const Change& change, Verdict& verdict);      ///< fact
Result<void> validate_execution(Call& call, const Change& change, Verdict& verdict); ///< execution_record
Result<void> validate_alert(Call& call, const Change& change, Verdict& verdict);     ///< steps of an alert
Result<void> validate_file(Call& call, const Change& change, Verdict& verdict);      ///< what is put on an alert's file
Result<void> validate_contract(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_contract_part(Call& call, const Change& change, Verdict& verdict); ///< its lines, changes, …
Result<void> validate_progress(Call& call, const Change& change, Verdict& verdict);      ///< sets the lights
Result<void> validate_unmatched(Call& call, const Change& change, Verdict& verdict);     ///< unmatched_actual

/// monitoring/1 examine {document?, unit, day?, fiscal_year?, stage?, subject?, object?, facts, overrides?} → {allowed,
/// hits[], not_run[]}: the live rules of one document. Money in fen. Writes nothing.
Result<Json> examine(Call& call, const Message& message);
/// monitoring/1 observe {unit, fiscal_year, told_by, subjects[]} → {facts}: keeps what a source tells; the scan judges.
Result<Json> observe(Call& call, const Message& message);

/// Job evaluate {full?, day?}: judges what is new, or with `full` all that was not yet judged on that day; resumable.
Result<Json> evaluate_job(Call& call, Job& job);
/// POST /evaluate {full?, day?} → 202 {scan}. The scan is the plugin's own: it sees every unit, whoever asked for it.
Result<Answer> start_evaluation(Call& call, const Request& request);
/// monitoring.evaluation.asked: begins the job in the plugin's name.
Result<void> follow_asked(Call& call, const Event& event);
/// records.changed of facts, execution records, contracts and their parts: judged at once, alerts raised. Harmless when
/// repeated.
Result<void> follow_changed(Call& call, const Event& event);
/// treasury.request.examined, treasury.request.gone, treasury.refund.booked, ledger.line.moved: kept as facts, which
/// are judged as soon as they are there. Harmless when repeated.
Result<void> follow_examined(Call& call, const Event& event);
Result<void> follow_gone(Call& call, const Event& event);
Result<void> follow_refund(Call& call, const Event& event);
Result<void> follow_lines(Call& call, const Event& event);
/// GET /evaluate/{scan} → {state: running | done, result}; kept for a day.
Result<Answer> show_scan(Call& call, const Request& request);
/// POST /threshold/{id}/preview → what the draft would change on last year's visible records; kept on the draft.
Result<Answer> preview_threshold(Call& call, const Request& request);
/// GET /rule-run → the newest scan, rule by rule: examined, hits, or not run with the source's name.
Result<Answer> show_run(Call& call, const Request& request);
/// GET /dual-monitoring?unit=&year= → newest lights of money and goals by project.
Result<Answer> show_lights(Call& call, const Request& request);
/// GET /alert/{id}/form → the form of J11 as a page for printing.
Result<Answer> print_alert(Call& call, const Request& request);
/// GET /stream[?after=&limit=&level=&rule=&status=&year=&region=&department=&unit=] → {items, newest, counts, fresh}:
/// the newest alerts behind `after`, and counts of all that fit; of the caller's rows, counts up to a second late.
Result<Answer> show_stream(Call& call, const Request& request);
/// POST /examine: as the message, for people.
Result<Answer> examine_request(Call& call, const Request& request);

} // namespace onebudget::monitoring
