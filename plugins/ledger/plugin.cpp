// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/ledger/service/service.hpp"

namespace onebudget::ledger {

class Ledger final : public plugin::Plugin {
 public:
  Ledger() {
    validate("document", validate_document);
    validate("control", validate_control);
    validate("override", validate_override);
    validate("period", validate_period);
    for (const char* dated : {"account", "posting_rule"}) validate(dated, validate_dated);
    serve("ledger/1", "check", check);
    serve("ledger/1", "reserve", reserve);
    serve("ledger/1", "confirm", [](Call& call, const Message& message) { return confirm(call, message); });
    serve("ledger/1", "consume", [](Call& call, const Message& message) { return consume(call, message); });
    serve("ledger/1", "refund", [](Call& call, const Message& message) { return refund(call, message); });
    serve("ledger/1", "release", [](Call& call, const Message& message) { return release(call, message); });
    serve("ledger/1", "state", state);
    serve("ledger/1", "balance", balance);
    route("POST /check", check_route);
    route("POST /external/{verb}", external);
    route("GET /balance", balance_route);
    route("GET /execution", show_execution);
    route("POST /drift", drift_route);
    route("GET /replay", replay);
    route("POST /year-end", year_end);
    route("POST /document/{id}/reverse", reverse_document);
    listen("compilation.budget.issued", follow_issue);
    listen("ledger.document.received", post_received);
    listen("ledger.control.changed", follow_control);
    job("count", count_control);
    job("expire", expire);
    job("drift", drift_job);
  }
};

} // namespace onebudget::ledger

ONEBUDGET_PLUGIN(onebudget::ledger::Ledger);
