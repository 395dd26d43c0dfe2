#pragma once
// A database behind ODBC (DM, or PostgreSQL in the tests). Inside storage only.

#include <memory>
#include <string>

#include "kernel/base/clock.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::storage::odbc {

/// `text` is an ODBC connection string.
Result<std::unique_ptr<Database>> open_database(const std::string& text, const DatabaseConfig& config,
                                                const Clock& clock);

} // namespace onebudget::storage::odbc
