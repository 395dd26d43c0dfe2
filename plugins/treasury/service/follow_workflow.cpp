// How documents and their approvals move together.

#include "plugins/treasury/service/facts.hpp"
#include "sdk/cpp/approval.hpp"

namespace onebudget::treasury {

Result<void> follow_workflow(const Call& call, const Change& change, const Shown& shown, Verdict& verdict) {
  return plugin::follow_approval(call, change,
                                 {.title = shown.title,
                                  .unit = change.after.ref("unit"),
                                  .amount = shown.amount,
                                  .category = shown.category,
                                  .makers = {change.after.text("created_by")}},
                                 verdict);
}

Result<void> follow_return(Call& call, const Event& event) {
  return plugin::follow_return(call, event,
                               {{kPlan, {"submitted", "reviewed"}, "return"},
                                {kRequest, {"submitted", "reviewed"}, "return"},
                                {kRefund, {"submitted", "reviewed"}, "return"},
                                {kCorrection, {"submitted", "reviewed"}, "return"}});
}

Result<void> follow_expiry(Call& call, const Event& event) {
  const Row payload(event.payload);
  if (payload.text("entity") != kRequest) return {};
  OB_TRY(const Row row, call.records().get(kRequest, payload.ref("id")));
  if (row.text("funds") != "reserved") return {};
  return call.records().update(kRequest, row.id(), row.version(), {{"funds", "expired"}});
}

} // namespace onebudget::treasury
