// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/monitoring/service/handle/approval.hpp"
#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

class Monitoring final : public plugin::Plugin {
 public:
  Monitoring() {
    validate("alert_rule", validate_rule);
    validate("threshold", validate_threshold);
    validate("fact", validate_fact);
    validate("execution_record", validate_execution);
    validate("alert", validate_alert);
    for (const char* part : {"explanation", "alert_paper", "finding", "rectification"}) validate(part, validate_file);
    validate("contract", validate_contract);
    for (const char* part : {"contract_line", "contract_change", "acceptance", "payment_term"})
      validate(part, validate_contract_part);
    validate("progress", validate_progress);
    validate("unmatched_actual", validate_unmatched);
    serve("monitoring/1", "examine", examine);
    serve("monitoring/1", "observe", observe);
    route("POST /evaluate", start_evaluation);
    route("GET /evaluate/{scan}", show_scan);
    listen("monitoring.evaluation.asked", follow_asked);
    listen("records.changed", follow_changed);
    listen("records.imported", follow_imported);
    listen("treasury.request.examined", follow_examined);
    listen("treasury.request.gone", follow_gone);
    listen("treasury.refund.booked", follow_refund);
    listen("treasury.certificate.paid", follow_paid);
    listen("ledger.line.moved", follow_lines);
    listen("workflow.case.returned", follow_return);
    route("POST /threshold/{id}/preview", preview_threshold);
    route("GET /rule-run", show_run);
    route("GET /dual-monitoring", show_lights);
    route("GET /alert/{id}/form", print_alert);
    route("POST /examine", examine_request);
    route("GET /stream", show_stream);
    job("evaluate", evaluate_job);
    job("nightly", evaluate_job);
  }
};

} // namespace onebudget::monitoring

ONEBUDGET_PLUGIN(onebudget::monitoring::Monitoring);
