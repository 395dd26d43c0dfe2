#pragma once
// Views: a plugin's reviewed SQL over entities, each source expanded to what the caller may see of it.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/records/query/scope.hpp"

namespace onebudget::records {

/// Reads the SQL of a view: one SELECT (or WITH … SELECT) whose sources are `{plugin.entity}`, its own subqueries and
/// its own common table expressions. Other tables, writing, parameters, backslashes and functions outside the list
/// below are refused, and the words that are wrong are named. Hands out the text between sources, and the sources.
struct ViewText {
  std::vector<std::string> texts;   ///< one more than sources
  std::vector<std::string> sources; ///< "plugin.entity"
};
Result<ViewText> read_view(std::string_view sql);

/// `WITH "view_rows" AS (…) ` to be put before a statement over `served.table`; empty for an entity with a table of its
/// own. Its parameters come first.
Result<Predicate> view_prefix(const Snapshot& snapshot, const Served& served);

/// Runs the view on no rows, so that a wrong column is found when the plugin is enabled.
Result<void> try_view(const Snapshot& snapshot, const Served& served);

} // namespace onebudget::records
