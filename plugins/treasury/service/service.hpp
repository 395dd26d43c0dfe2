#pragma once
// What the plugin does on a host: rules before a write, routes, messages, events. One file for each verb.

#include "sdk/cpp/handlers.hpp"

namespace onebudget::treasury {

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

inline constexpr const char* kWorkflow = "workflow/1";
inline constexpr const char* kLedger = "ledger/1";
inline constexpr const char* kMonitoring = "monitoring/1";

inline constexpr const char* kPlan = "treasury.usage_plan";
inline constexpr const char* kRequest = "treasury.payment_request";
inline constexpr const char* kCertificate = "treasury.payment_certificate";
inline constexpr const char* kRefund = "treasury.refund";
inline constexpr const char* kCorrection = "treasury.payment_correction";
inline constexpr const char* kExpense = "treasury.card_expense";
inline constexpr const char* kMessage = "treasury.exchange_message";

/// A query in one line.
inline plugin::Query where(std::string filter, std::string sort = {}, std::vector<std::string> fields = {}) {
  plugin::Query query;
  query.filter = std::move(filter);
  query.sort = std::move(sort);
  query.fields = std::move(fields);
  return query;
}

/// Findings as the refusal of a route (422). Only one code crosses the border, so it is that of the first finding.
inline Fault refusal(std::string code, Text message, std::vector<FieldFault> findings) {
  return fault(FaultKind::rule, std::move(code), std::move(message), std::move(findings));
}

// Hooks. Each checks one entity before it is written; see the rule index.
Result<void> validate_plan(Call& call, const Change& change, Verdict& verdict);           ///< usage_plan
Result<void> validate_request(Call& call, const Change& change, Verdict& verdict);        ///< payment_request
Result<void> validate_certificate(Call& call, const Change& change, Verdict& verdict);    ///< payment_certificate
Result<void> validate_refund(Call& call, const Change& change, Verdict& verdict);         ///< refund
Result<void> validate_correction(Call& call, const Change& change, Verdict& verdict);     ///< payment_correction
Result<void> validate_expense(Call& call, const Change& change, Verdict& verdict);        ///< card_expense
Result<void> validate_authority(Call& call, const Change& change, Verdict& verdict);      ///< exchange_authority
Result<void> validate_reconciliation(Call& call, const Change& change, Verdict& verdict); ///< reconciliation

/// POST /usage-plan/{id}/grant {amount} → {approved_amount}: what a plan under review is granted, at most what it asks.
Result<Answer> grant_plan(Call& call, const Request& request);
/// POST /payment-request/{id}/check → {allowed, level, hits, findings, rules_run, funds}: all rules, without any
/// effect.
Result<Answer> check_payment(Call& call, const Request& request);
/// POST /payment-certificate/{id}/receipt {bank_serial, paid_on, amount, …} → {status, repeated}. Amounts in yuan.
Result<Answer> record_receipt(Call& call, const Request& request);
/// POST /payment-certificate/{id}/cancellation {reason} → {id, cert_no}: the voucher that cancels a sent one.
Result<Answer> make_cancellation(Call& call, const Request& request);
/// POST /reconciliation/{id}/match → {our_count, our_sum, differences}.
Result<Answer> match_statement(Call& call, const Request& request);
/// POST /exchange/take {limit} → {messages}: the oldest that wait, and from now on count as taken.
Result<Answer> take_messages(Call& call, const Request& request);
/// POST /exchange/message/{id}/report {step: acknowledge|fail|retry, reason} → {state}.
Result<Answer> report_message(Call& call, const Request& request);
/// POST /exchange/receive {number, type, cert_no, body} → {state, repeated}: the same number twice has one effect.
Result<Answer> receive_message(Call& call, const Request& request);
/// GET /usage-plan/{id}/form (J8) and /payment-request/{id}/form (J9) → a page for printing.
Result<Answer> print_plan(Call& call, const Request& request);
Result<Answer> print_request(Call& call, const Request& request);
/// GET /curve?year=2026[&region=&department=&unit=&fund=&function=] → {year, day, total, items, fresh}: plans and
/// payments by month, amounts in yuan; of the caller's rows, up to a second late.
Result<Answer> show_curve(Call& call, const Request& request);
/// POST /recount {fiscal_year} → {checked, drifted}: balances that are kept against what their documents come to.
Result<Answer> recount(Call& call, const Request& request);

/// Job daily_reconciliation {day?}: for each region in 旁路 a sheet of the day before (or of `day`) against the leading
/// system, once; answers {day, opened, differences}.
Result<Json> open_sheets(Call& call, Job& job);

/// workflow.case.returned by a missed deadline: the document goes back to its maker. Harmless when repeated.
Result<void> follow_return(Call& call, const Event& event);
/// ledger.reservation.expired of a request: what it held is gone, so it cannot be approved until it is submitted again.
Result<void> follow_expiry(Call& call, const Event& event);

} // namespace onebudget::treasury
