// How projects, reviews, versions and issues move together with their approvals.

#include "plugins/compilation/service/facts.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

Result<void> follow_workflow(const Call& call, const Change& change, plugin::Approval approval, Verdict& verdict) {
  approval.makers = {change.after.text("created_by")};
  return plugin::follow_approval(call, change, approval, verdict);
}

Result<void> follow_return(Call& call, const Event& event) {
  return plugin::follow_return(call, event,
                               {{kProject, {"submitted", "department_reviewed"}, "return"},
                                {"compilation.ex_ante_review", {"submitted"}, "return"},
                                {"compilation.zero_base_review", {"submitted"}, "return"},
                                {"compilation.budget_version", {"submitted"}, "return"},
                                {"compilation.budget_issue", {"submitted"}, "return"}});
}

} // namespace onebudget::compilation
