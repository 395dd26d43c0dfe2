#pragma once
// What the scan reads: facts that were told, execution records, contracts. One list of entities, one way to read each.

#include "plugins/monitoring/service/judge.hpp"

namespace onebudget::monitoring {

inline constexpr const char* kSources[] = {kFact, kExecution, kContract};

/// Objects of some rows of a source, in sets; as of `day` where the facts name no day.
Result<std::vector<Object>> objects_of(const Call& call, const char* entity, const std::vector<Row>& rows, Day day);

} // namespace onebudget::monitoring
