// The rule as SQL. Scopes that differ only in their range are gathered first, so that the usual predicate is one or two
// ranges over owner_path, which an index answers.

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "kernel/access/access.hpp"
#include "kernel/access/rule/ranges.hpp"

namespace onebudget::access {

namespace {

constexpr std::size_t kMostInlineRanges = 16;
constexpr std::size_t kMostTerms = 400;

/// How far the visible_above rule bites on a range.
enum class Bite { none, level, always };

/// What scopes of one term have in common.
struct TermKey {
  Bite bite = Bite::none;
  int level = 0; ///< for Bite::level: rows of a higher number are lower levels
  std::vector<std::string> departments;
  std::string where;
  friend bool operator<(const TermKey& a, const TermKey& b) {
    return std::tie(a.where, a.departments, a.bite, a.level) < std::tie(b.where, b.departments, b.bite, b.level);
  }
};

using Terms = std::map<TermKey, std::vector<Range>>;

std::string column(const ScopeColumns& columns, const char* name) {
  return columns.alias.empty() ? std::string(name) : columns.alias + "." + name;
}

std::string marks(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ",?";
  return text;
}

void add_scope(Terms& terms, const Scope& scope, bool states_matter) {
  TermKey key;
  key.where = scope.where;
  key.departments = scope.departments;
  std::sort(key.departments.begin(), key.departments.end());
  key.departments.erase(std::unique(key.departments.begin(), key.departments.end()), key.departments.end());
  if (!states_matter || scope.grant_id == 0) {
    terms[key].push_back({scope.low, scope.high});
    return;
  }
  if (scope.node_kind == NodeKind::region || scope.node_kind == NodeKind::zone) {
    key.bite = Bite::level;
    key.level = static_cast<int>(scope.node_level);
    terms[key].push_back({scope.low, scope.high});
    return;
  }
  // A department sees its own rows freely and its units' only in visible states: two ranges, split behind the node.
  const Range own = reach_range(scope.node_path, Reach::self);
  terms[key].push_back({std::max(scope.low, own.low), std::min(scope.high, own.high)});
  key.bite = Bite::always;
  terms[key].push_back({std::max(scope.low, own.high), scope.high});
}

void put_json(std::string& text, const std::string& item) {
  // Paths hold no quotes and no backslashes, but a list must not depend on it.
  text += '"';
  for (const char c : item) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  text += '"';
}

/// `path` in one of many ranges, given as one list parameter. The ranges are first turned into the nodes they hold,
/// once per statement, because every owner_path is a node's path: measured 40 times faster than trying each row on each
/// range.
void many_ranges(storage::Dialect dialect, const std::string& path, const std::vector<Range>& ranges, Predicate& out) {
  if (dialect == storage::Dialect::sqlite) {
    out.sql += path +
               " IN (SELECT n.path FROM json_each(?) r CROSS JOIN access_nodes n WHERE "
               "n.path >= json_extract(r.value, '$[0]') AND n.path < json_extract(r.value, '$[1]'))";
    std::string list = "[";
    for (const Range& range : ranges) {
      list += list.size() > 1 ? ",[" : "[";
      put_json(list, range.low);
      list += ',';
      put_json(list, range.high);
      list += ']';
    }
    out.params.emplace_back(list + "]");
    return;
  }
  out.sql +=
      path +
      " IN (SELECT n.path FROM unnest(CAST(? AS text[]), CAST(? AS text[])) AS r(low, high) JOIN access_nodes n ON "
      "n.path >= r.low COLLATE \"C\" AND n.path < r.high COLLATE \"C\")";
  storage::Params lows, highs;
  for (const Range& range : ranges) {
    lows.emplace_back(range.low);
    highs.emplace_back(range.high);
  }
  out.params.push_back(storage::array_of(lows));
  out.params.push_back(storage::array_of(highs));
}

void some_ranges(storage::Dialect dialect, const std::string& path, const std::vector<Range>& ranges, Predicate& out) {
  if (ranges.size() > kMostInlineRanges) return many_ranges(dialect, path, ranges, out);
  out.sql += "(";
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (i > 0) out.sql += " OR ";
    out.sql += "(" + path + " >= ? AND " + path + " < ?)";
    out.params.emplace_back(ranges[i].low);
    out.params.emplace_back(ranges[i].high);
  }
  out.sql += ")";
}

void state_rule(const TermKey& key, const ScopeColumns& columns, Predicate& out) {
  const bool any_visible = !columns.visible_above.empty();
  out.sql += " AND (";
  if (key.bite == Bite::level) {
    out.sql += column(columns, "gov_level") + " <= ?";
    out.params.emplace_back(std::int64_t{key.level});
    if (any_visible) out.sql += " OR ";
  }
  if (any_visible) {
    out.sql += columns.state_column + " IN (" + marks(columns.visible_above.size()) + ")";
    for (const std::string& state : columns.visible_above) out.params.emplace_back(state);
  }
  out.sql += ")";
}

Result<Predicate> term(storage::Dialect dialect, const TermKey& key, const std::vector<Range>& ranges,
                       const ScopeColumns& columns, const WhereCompiler& where) {
  Predicate out;
  out.sql = "(";
  some_ranges(dialect, column(columns, "owner_path"), ranges, out);
  if (!key.departments.empty()) {
    out.sql += " AND " + column(columns, "department_code") + " IN (" + marks(key.departments.size()) + ")";
    for (const std::string& code : key.departments) out.params.emplace_back(code);
  }
  if (key.bite != Bite::none) state_rule(key, columns, out);
  if (!key.where.empty()) {
    if (!where) {
      return fault(FaultKind::internal, "access.where_unsupported",
                   {"授权带有条件，但此处无法计算条件。请联系系统管理员。",
                    "A grant carries a condition that cannot be evaluated here. Ask the system administrator."});
    }
    OB_TRY(Predicate condition, where(key.where));
    out.sql += " AND " + condition.sql;
    std::move(condition.params.begin(), condition.params.end(), std::back_inserter(out.params));
  }
  out.sql += ")";
  return out;
}

/// Joins terms by OR as a balanced tree: SQLite limits the depth of an expression, not its size.
void join(std::vector<Predicate>& terms, std::size_t begin, std::size_t end, Predicate& out) {
  if (end - begin == 1) {
    out.sql += terms[begin].sql;
    std::move(terms[begin].params.begin(), terms[begin].params.end(), std::back_inserter(out.params));
    return;
  }
  const std::size_t middle = begin + (end - begin) / 2;
  out.sql += "(";
  join(terms, begin, middle, out);
  out.sql += " OR ";
  join(terms, middle, end, out);
  out.sql += ")";
}

} // namespace

Result<Predicate> compile(storage::Dialect dialect, const std::vector<Scope>& scopes, const ScopeColumns& columns,
                          const WhereCompiler& where) {
  const Predicate everything{"1=1", {}};
  const Predicate nothing{"0=1", {}};
  const bool states_matter = columns.read && !columns.state_column.empty();
  Terms gathered;
  for (const Scope& scope : scopes) {
    if (scope.grant_id == 0 && scope.departments.empty() && scope.where.empty() && scope.low.empty()) return everything;
    add_scope(gathered, scope, states_matter);
  }
  std::vector<Predicate> terms;
  for (auto& [key, ranges] : gathered) {
    if (key.bite == Bite::always && columns.visible_above.empty()) continue;
    const std::vector<Range> disjoint = merged(std::move(ranges));
    if (disjoint.empty()) continue;
    OB_TRY(Predicate one, term(dialect, key, disjoint, columns, where));
    terms.push_back(std::move(one));
  }
  if (terms.empty()) return nothing;
  if (terms.size() > kMostTerms) {
    return fault(FaultKind::rule, "access.too_many_scopes",
                 {"您持有的带条件授权过多，无法查询。请安全管理员合并授权。",
                  "You hold too many grants with conditions. Ask the security administrator to merge them."});
  }
  Predicate result;
  join(terms, 0, terms.size(), result);
  return result;
}

} // namespace onebudget::access
