#pragma once
// What registers and the library say of suppliers and assets.

#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

/// Tells what the registers say of the contracts' suppliers (R24), and again when the registers' records change.
Result<void> tell_suppliers(const Call& call, const std::vector<Row>& contracts);
Result<void> tell_registered(const Call& call, const std::set<std::string>& records);
/// Tells assets that projects of the library ask for (R38), by the ids of their lines.
Result<void> tell_assets(const Call& call, const std::set<std::string>& assets);

} // namespace onebudget::monitoring
