#pragma once
// Keys of encrypted fields: their file, and the job that seals what is not sealed by the current one.

#include <memory>
#include <string>

#include "kernel/config/config.hpp"
#include "kernel/crypto/crypto.hpp"
#include "kernel/observe/observe.hpp"
#include "kernel/records/records.hpp"
#include "kernel/scheduler/scheduler.hpp"

namespace onebudget::app {

/// Opens the file, made anew only for a database that never saw a key, and gives it to the records. Handles job
/// "kernel.seal_fields", which is submitted whenever something enabled waits for it.
Result<std::unique_ptr<crypto::KeyRing>> use_field_keys(const Context& context, const config::Config& config,
                                                        records::Records& records, scheduler::Scheduler& scheduler,
                                                        const observe::Log& log);

} // namespace onebudget::app
