#pragma once
// What a caller may do with an entity, and with one row of it.

#include "kernel/records/core.hpp"

namespace onebudget::records {

Abilities entity_abilities(const Snapshot& snapshot, const Served& served);
Result<Abilities> row_abilities(const Snapshot& snapshot, const ServedPtr& served, RecordId id, const Row& stored);

} // namespace onebudget::records
