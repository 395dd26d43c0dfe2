#pragma once
// Rounds and duplicates bind people who may not read those rows: a unit does not see its region's calendar, a division
// not every pair. What binds them stands in rows of its own without content, written in the same unit of work as what
// they follow, so that nothing is half done after a crash and every node reads the same.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "plugins/compilation/domain/round/calendar.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

/// Code of the step: "one_up" …
const char* step_name(RoundStep step);
std::optional<RoundStep> step_of(const std::string& text);

/// Writes what a transition of a budget_round means for its region. Fault version when somebody was faster.
Result<void> mark_round(const Call& call, const Row& round, bool open);
/// The step of a region and year, if it was ever opened. `region_code` is the node's (nine digits).
Result<std::optional<Round>> round_of(const Call& call, const std::string& region_code, int fiscal_year,
                                      RoundStep step);

/// Follows a duplicate_pair: made, judged, reopened or taken away. Reports compilation.duplicate_known for a pair that
/// some region has recorded already.
Result<void> mark_duplicates(const Call& call, const Change& change, Verdict& verdict);
struct DuplicateMarks {
  bool open = false, confirmed = false;
};
Result<DuplicateMarks> duplicate_marks_of(const Call& call, RecordId project);
/// `pair_key` → "open", "confirmed" or "rejected" of every pair with one of these projects, by whichever region: what a
/// county judged holds for the province, and the other way round, though the county does not see the province's row.
Result<std::map<std::string, std::string>> pairs_with_marks(const Call& call, const std::set<std::string>& projects);

/// Hook on round_mark and duplicate_mark: their fields are the plugin's to write, so a row that a person sends is
/// empty.
Result<void> validate_mark(Call& call, const Change& change, Verdict& verdict);

} // namespace onebudget::compilation
