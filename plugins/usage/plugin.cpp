// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/usage/service/service.hpp"

namespace onebudget::usage {

class Usage final : public plugin::Plugin {
 public:
  Usage() {
    for (const char* topic : {"workflow.case.finished", "workflow.case.returned", "workflow.step.acted"})
      listen(topic, follow_approval);
    listen("compilation.budget_round.open", follow_opening);
    listen("compilation.budget_version.frozen", follow_version);
    listen("compilation.budget.issued", follow_issue);
    listen("treasury.certificate.paid", follow_payment);
    listen("monitoring.alert.raised", follow_alert);
    listen("monitoring.alert.violation", follow_finding);
    for (const char* topic :
         {"performance.goal.approved", "performance.evaluation.confirmed", "performance.result.applied"})
      listen(topic, follow_performance);
    for (const char* topic : {"records.imported", "records.import_refused"}) listen(topic, follow_import);
    route("GET /figures", show_figures);
  }
};

} // namespace onebudget::usage

ONEBUDGET_PLUGIN(onebudget::usage::Usage);
