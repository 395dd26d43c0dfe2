#pragma once
// Documents of this plugin in approval.

#include "plugins/monitoring/service/service.hpp"
#include "sdk/cpp/approval.hpp"

namespace onebudget::monitoring {

/// workflow.case.returned by a missed deadline: back to its maker. Harmless when repeated.
Result<void> follow_return(Call& call, const Event& event);

} // namespace onebudget::monitoring
