#pragma once
// What jobs keep and publish as JSON. Inside scheduler only.

#include <string>

#include "kernel/scheduler/scheduler.hpp"

namespace onebudget::scheduler {

/// The caller and language of a context, to run a job as the one who asked.
std::string caller_text(const Context& context);
/// A context of the stored caller: request id from the job, time as given, no deadline.
Context caller_context(const std::string& text, const Job& job, std::int64_t now_ms);
/// A context for a scheduled job of `kind`: the service of its plugin, or the kernel's own.
Context service_context(const std::string& kind, const Clock& clock);

/// Payload of the event job.progress.
std::string progress_text(const Job& job);

} // namespace onebudget::scheduler
