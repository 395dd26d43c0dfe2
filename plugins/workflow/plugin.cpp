// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/workflow/service/service.hpp"

namespace onebudget::workflow {

class Workflow final : public plugin::Plugin {
 public:
  Workflow() {
    validate("case", keep_trace);
    validate("step", keep_trace);
    validate("definition", check_definition_row);
    validate("delegation", check_delegation);
    validate("phrase", check_phrase);
    route("POST /preview", preview);
    route("GET /inbox", inbox);
    route("GET /colleague", colleagues);
    route("POST /batch", approve_batch);
    route("POST /deadlines", run_deadlines);
    route("GET /case/{id}/track", track);
    route("POST /case/{id}/look", look);
    route("POST /case/{id}/urge", urge);
    route("POST /case/{id}/withdraw", withdraw_case);
    route("POST /step/{id}/act", act_on_task);
    route("POST /step/{id}/transfer", transfer);
    route("POST /step/{id}/add", add_signer);
    route("POST /step/{id}/drop", drop_signer);
    route("POST /step/{id}/claim", claim);
    serve("workflow/1", "start", start);
    serve("workflow/1", "act", act);
    serve("workflow/1", "withdraw", withdraw);
    serve("workflow/1", "state", state);
    serve("workflow/1", "permits", permits);
    serve("workflow/1", "field_rights", field_rights);
    serve("workflow/1", "due", due);
    job("deadlines", deadlines);
  }
};

} // namespace onebudget::workflow

ONEBUDGET_PLUGIN(onebudget::workflow::Workflow);
