// How projects, reviews, versions and issues move together with their approvals.

#include "sdk/cpp/approval.hpp"

#include "plugins/compilation/service/facts.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

Result<void> follow_workflow(const Call& call, const Change& change, const Submission& given, Verdict& verdict) {
  return plugin::follow_approval(call, change,
                                 {.title = given.title,
                                  .unit = given.unit,
                                  .amount = given.amount,
                                  .category = given.category,
                                  .makers = {change.after.text("created_by")}},
                                 verdict);
}

Result<void> give_up(const Call& call, const char* entity, RecordId id) {
  return plugin::end_approval(call, entity, id);
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
