#pragma once
// What the plugin hears of imports.

#include "plugins/monitoring/service/service.hpp"

namespace onebudget::monitoring {

/// records.imported: what came in pieces too large to be judged at once is scanned. Harmless when repeated.
Result<void> follow_imported(Call& call, const Event& event);

} // namespace onebudget::monitoring
