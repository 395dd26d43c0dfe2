#pragma once
#include "kernel/records/core.hpp"
#include "kernel/records/import/spool.hpp"

namespace onebudget::records {

/// Writes all spooled rows in one transaction: rows, a history line for each, one audit line, an event
/// records.changed a batch with the ids, and in the end one event records.imported with who imported and the counts.
Result<void> write_spool(Core& core, const Context& context, const ServedPtr& served, Spool& spool,
                         const ImportReport& report);

/// The event records.import_refused of a file of which nothing was written, like records.imported.
Result<void> tell_refused(Core& core, const Context& context, const Served& served, const ImportReport& report);

} // namespace onebudget::records
