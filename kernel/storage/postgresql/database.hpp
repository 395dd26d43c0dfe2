#pragma once
// The PostgreSQL database: pools of reading and writing connections. Inside storage only.

#include <memory>
#include <string>

#include "kernel/base/clock.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::storage::postgresql {

Result<std::unique_ptr<Database>> open_database(const DatabaseConfig& config, const Clock& clock);

/// libpq's URI as POCO's key='value' text.
Result<std::string> connection_text(const std::string& url);

} // namespace onebudget::storage::postgresql
