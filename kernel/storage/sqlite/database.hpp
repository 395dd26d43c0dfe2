#pragma once
// The SQLite database: a pool of readers and one writer. Inside storage only.

#include <memory>

#include "kernel/storage/sqlite/writer.hpp"

namespace onebudget::storage::sqlite {

/// Opens or creates `file`; its directory must exist.
Result<std::unique_ptr<Database>> open_database(const std::string& file, const DatabaseConfig& config,
                                                const Clock& clock);

} // namespace onebudget::storage::sqlite
