#pragma once
// What the plugin does on a host: rules before a write, messages, routes, jobs. One file for each verb.

#include "sdk/cpp/handlers.hpp"

namespace onebudget::ledger {

using plugin::Action;
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

inline constexpr const char* kIndicator = "ledger.indicator";
inline constexpr const char* kDocument = "ledger.document";
inline constexpr const char* kLine = "ledger.document_line";
inline constexpr const char* kEntry = "ledger.entry";
inline constexpr const char* kReservation = "ledger.reservation";
inline constexpr const char* kControl = "ledger.control";
inline constexpr const char* kPool = "ledger.pool";
inline constexpr const char* kPeriod = "ledger.period";

/// Findings as the refusal of a route (422).
inline Fault refusal(const char* code, Text message, std::vector<FieldFault> findings = {}) {
  return fault(FaultKind::rule, code, std::move(message), std::move(findings));
}

// Messages of ledger/1; the manifest describes request and reply, the README says when to send them.
Result<Json> check(Call& call, const Message& message);
Result<Json> reserve(Call& call, const Message& message);
Result<Json> confirm(Call& call, const Message& message);
Result<Json> consume(Call& call, const Message& message);
Result<Json> refund(Call& call, const Message& message);
Result<Json> release(Call& call, const Message& message);
Result<Json> state(Call& call, const Message& message);
Result<Json> balance(Call& call, const Message& message);

// Hooks. Each checks one entity before it is written; see the rule index.
Result<void> validate_document(Call& call, const Change& change, Verdict& verdict); ///< posts on the transition `post`
Result<void> validate_control(Call& call, const Change& change, Verdict& verdict);  ///< makes the pools on `approve`
Result<void> validate_override(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_period(Call& call, const Change& change, Verdict& verdict);
Result<void> validate_dated(Call& call, const Change& change, Verdict& verdict); ///< account, posting_rule

/// POST /check: as the message `check`, amounts in yuan.
Result<Answer> check_route(Call& call, const Request& request);
/// POST /external/{verb}: reserve, confirm, consume, refund or release for a document of an outside system, whose
/// entity begins with "external."; as the messages, but with amounts in yuan, `lines` always given, and `on`: the day
/// it happened.
Result<Answer> external(Call& call, const Request& request);
/// GET /balance?indicators=1,2 or unit=&fiscal_year=&project=[&as_of=2026-06-30]: as the message; amounts in yuan.
Result<Answer> balance_route(Call& call, const Request& request);
/// GET /execution?year=2026[&by=month|region|department|function|fund|unit][&region=&department=&unit=&fund=&function=]
/// [&digits=3|5|7] → {year, by, day, even, total, items, fresh}: sums of executable indicators, against an even year;
/// amounts in yuan. Of the caller's rows, up to a second late.
Result<Answer> show_execution(Call& call, const Request& request);
/// POST /drift {fiscal_year}: recomputes what the caller sees from entries → {indicators, reservations, pools, entries,
/// differences: [{entity, id, field, kept, computed}], debits, credits}; amounts in yuan.
Result<Answer> drift_route(Call& call, const Request& request);
/// GET /replay?fiscal_year=2026[&until=2026-06-30] → {entries, indicators, debits, credits, accounts, digest (SM3)}.
Result<Answer> replay(Call& call, const Request& request);
/// POST /year-end {region, fiscal_year, posted_on?, fund_income?} → the documents prepared, as drafts.
Result<Answer> year_end(Call& call, const Request& request);
/// POST /document/{id}/reverse {number, posted_on?} → the red document, as a draft.
Result<Answer> reverse_document(Call& call, const Request& request);

/// compilation.budget.issued: an issue document, posted when the budget's indicators suffice, else left as a draft that
/// says what is missing. Harmless when repeated.
Result<void> follow_issue(Call& call, const Event& event);

/// ledger.document.received: posts a document that came by event. Harmless when repeated.
Result<void> post_received(Call& call, const Event& event);
/// A wide control is counted in or out by the job `count`.
Result<void> follow_control(Call& call, const Event& event);

/// Releases unconfirmed reservations past their day → {released}.
Result<Json> expire(Call& call, Job& job);
Result<Json> count_control(Call& call, Job& job);
/// The nightly recomputing; a difference makes the plugin unhealthy and publishes ledger.drift.found.
Result<Json> drift_job(Call& call, Job& job);

} // namespace onebudget::ledger
