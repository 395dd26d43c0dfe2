#pragma once
// What was stored before a field was encrypted, or under an older key, is sealed by the current key in small
// transactions. Whatever stops it, the next run goes on with what is left; rows stay readable all the while.

#include <functional>

#include "kernel/records/core.hpp"

namespace onebudget::records {

/// Told how many values were sealed so far; false stops the work.
using GoOn = std::function<bool(std::int64_t sealed)>;

/// Rows, then history, then the note that the entity is done. Answers false when `go_on` stopped it.
Result<bool> reseal(Core& core, const Context& context, const Served& served, const GoOn& go_on, std::int64_t& sealed);

} // namespace onebudget::records
