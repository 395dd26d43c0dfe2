#pragma once
// The tables of this room, which must be there before any migration. Inside storage only.

#include "kernel/storage/storage.hpp"

namespace onebudget::storage {

/// Creates ob_migration, ob_migration_batch and ob_id unless they are there. Several nodes may do so at once.
Result<void> make_own_tables(Database& database);

/// Keeps other nodes from changing the schema until the transaction ends.
Result<void> lock_schema(Session& session);

} // namespace onebudget::storage
