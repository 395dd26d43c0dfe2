#pragma once
// Labels of refs, orgs and users, fetched in one set per target; rows that the caller may not see give none.

#include <string>
#include <vector>

#include "kernel/records/core.hpp"
#include "kernel/records/query/render.hpp"

namespace onebudget::records {

/// Puts `,"<field>__label":"…"` at every mark. Marks are in the order of their offsets.
Result<void> fill_labels(const Snapshot& snapshot, const Projection& projection, const std::vector<LabelMark>& marks,
                         std::string& text);

/// Titles (or, with `codes`, natural codes) of rows of `target` that the caller may read.
Result<void> titles_of(const Snapshot& snapshot, const Served& target, const std::vector<std::int64_t>& ids, bool codes,
                       std::unordered_map<std::int64_t, std::string>& out);

/// The part of an entity's natural key that people quote: the only one, the one named "code", else the last.
[[nodiscard]] int code_column(const Served& served);

} // namespace onebudget::records
