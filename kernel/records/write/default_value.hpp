#pragma once
#include "kernel/records/entity.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::records {

/// The declared default as a column's value. Fault records.bad_default when it does not fit the field.
Result<storage::Value> default_value(const Field& field);

} // namespace onebudget::records
