#pragma once
// Documents of this plugin in approval.

#include "plugins/monitoring/service/service.hpp"

namespace onebudget::monitoring {

/// What an approval is called in the inbox, and where it begins.
struct Approval {
  const char* begins;  ///< the transition that starts the case
  const char* recalls; ///< the one by which its submitter takes it back
  std::string title, category;
  Money amount;
  std::vector<std::string> makers; ///< who may not approve
};
/// Moves document and approval together: the first transition starts the case, while it runs the other transitions are
/// made by the workflow only. Without the workflow, or without a definition, transitions are made as their permissions
/// say. Finding monitoring.in_approval.
Result<void> follow_workflow(const Call& call, const Change& change, const Approval& approval, Verdict& verdict);
/// workflow.case.returned by a missed deadline: back to its maker. Harmless when repeated.
Result<void> follow_return(Call& call, const Event& event);

} // namespace onebudget::monitoring
