#pragma once
// The faults of this room, in one place. Inside storage only.

#include <string>
#include <string_view>

#include "sdk/values/result.hpp"

namespace onebudget::storage {

Fault busy_fault();
Fault deadline_fault();
Fault aborted_fault();
Fault broken_fault(std::string_view detail);
Fault exception_fault(std::string_view detail);
Fault url_fault(std::string_view detail);
Fault text_fault(std::string_view detail);
Fault connection_fault(std::string_view detail);
Fault unknown_outcome_fault();

/// From SQLite's (extended) result code. `detail` is the driver's message; it goes into the text, so statements must
/// never carry secrets as literals.
Fault sqlite_fault(int code, std::string_view detail);

/// From PostgreSQL's SQLSTATE; an empty one means the connection is gone.
Fault postgresql_fault(std::string_view state, std::string_view detail);

/// True for a serialization failure or a deadlock: the whole unit may run again.
bool retryable(std::string_view state);

} // namespace onebudget::storage
