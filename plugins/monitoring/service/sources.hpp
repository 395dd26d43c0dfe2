#pragma once
// What the scan reads: facts that were told, execution records, contracts. One list of entities, one way to read each.

#include "plugins/monitoring/service/judge.hpp"

namespace onebudget::monitoring {

inline constexpr const char* kSources[] = {kFact, kExecution, kContract};

/// Objects of some rows of a source, in sets; as of `day` where the facts name no day.
Result<std::vector<Object>> objects_of(const Call& call, const char* entity, const std::vector<Row>& rows, Day day);

/// Judges rows of a source as they stand and raises alerts; answers what was looked at.
Result<std::vector<Object>> judge_rows(const Call& call, Standing& standing, const char* entity,
                                       const std::vector<Row>& rows);
/// Marks what was looked at, so that the scan need not look again. A mark that says the same already is not written.
Result<void> mark_rows(const Call& call, const Standing& standing, const char* entity,
                       const std::vector<Object>& objects);

/// Tells facts of projects that the library's search for duplicates put into these pairs (R25, R26).
Result<void> tell_alike(const Call& call, const std::set<std::string>& pairs);

/// Keeps what a source tells: `asked` {unit, fiscal_year, told_by}, `one` {subject, object, title?, as_of?, facts}.
/// Telling the same again writes nothing.
Result<void> keep_fact(const Call& call, const Row& asked, const Row& one);

} // namespace onebudget::monitoring
