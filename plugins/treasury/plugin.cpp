// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/treasury/service/service.hpp"

namespace onebudget::treasury {

class Treasury final : public plugin::Plugin {
 public:
  Treasury() {
    validate("usage_plan", validate_plan);
    validate("payment_request", validate_request);
    validate("payment_certificate", validate_certificate);
    validate("refund", validate_refund);
    validate("payment_correction", validate_correction);
    validate("card_expense", validate_expense);
    validate("exchange_authority", validate_authority);
    validate("reconciliation", validate_reconciliation);
    listen("workflow.case.returned", follow_return);
    listen("ledger.reservation.expired", follow_expiry);
    route("POST /usage-plan/{id}/grant", grant_plan);
    route("POST /payment-request/{id}/check", check_payment);
    route("POST /payment-certificate/{id}/receipt", record_receipt);
    route("POST /payment-certificate/{id}/cancellation", make_cancellation);
    route("POST /reconciliation/{id}/match", match_statement);
    route("POST /exchange/take", take_messages);
    route("POST /exchange/message/{id}/report", report_message);
    route("POST /exchange/receive", receive_message);
    route("GET /usage-plan/{id}/form", print_plan);
    route("GET /payment-request/{id}/form", print_request);
    route("GET /curve", show_curve);
    route("POST /recount", recount);
    job("daily_reconciliation", open_sheets);
  }
};

} // namespace onebudget::treasury

ONEBUDGET_PLUGIN(onebudget::treasury::Treasury);
