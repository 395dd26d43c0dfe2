// How contracts and rectifications move together with their approvals.

#include "plugins/monitoring/service/handle/approval.hpp"
#include "sdk/cpp/approval.hpp"

namespace onebudget::monitoring {

Result<void> follow_workflow(const Call& call, const Change& change, const Approval& approval, Verdict& verdict) {
  return plugin::follow_approval(call, change,
                                 {.title = approval.title,
                                  .unit = change.after.ref("unit"),
                                  .amount = approval.amount,
                                  .category = approval.category,
                                  .makers = approval.makers,
                                  .begins = approval.begins,
                                  .recalls = approval.recalls},
                                 verdict);
}

Result<void> follow_return(Call& call, const Event& event) {
  return plugin::follow_return(call, event,
                               {{kContract, {"submitted"}, "return"}, {kAlert, {"rectified"}, "return_rectification"}});
}

} // namespace onebudget::monitoring
