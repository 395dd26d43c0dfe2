#include "kernel/records/query/scope.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/query/compile.hpp"

namespace onebudget::records {

namespace {

using access::GovLevel;
using access::Scope;

const std::vector<Scope>& scopes_of(const Snapshot& snapshot, const Served& served, std::string_view verb) {
  return snapshot.rights->scopes(served.entity.permission(verb));
}

/// A condition of a grant on this entity. One that names a field which the entity does not have holds no row of it.
access::WhereCompiler where_compiler(const Snapshot& snapshot, const Served& served, const std::string& alias) {
  return [&snapshot, &served, alias](const std::string& where) -> Result<Predicate> {
    auto parsed = parse_filter(where);
    if (!parsed) return Predicate{"0=1", {}};
    auto compiled = compile_filter({snapshot, served, alias, true, true}, *parsed);
    if (!compiled) return Predicate{"0=1", {}};
    return compiled;
  };
}

bool parent_missing(const Catalog& catalog, const Served& served, int depth = 0) {
  constexpr int kDeepest = 4; // as in state_source(): what lies deeper counts as missing
  if (served.parent_column < 0) return false;
  if (depth >= kDeepest) return true;
  const ServedPtr parent =
      catalog.find(served.columns[static_cast<std::size_t>(served.parent_column)].field->ref_entity);
  return !parent || (parent->state_column < 0 && parent_missing(catalog, *parent, depth + 1));
}

Result<Predicate> compiled(const Snapshot& snapshot, const Served& served, const std::vector<Scope>& scopes,
                           const std::string& alias, const std::string& place_alias, bool read) {
  access::ScopeColumns columns;
  columns.alias = place_alias;
  columns.read = read;
  const ServedPtr self = snapshot.core.catalog.find(served.name);
  if (read && self) {
    const ServedPtr source = state_source(snapshot.core.catalog, self, alias, columns.state_column);
    if (source) columns.visible_above = source->entity.visible_above;
    // A line whose parent is not served has no known state: it shows to nobody above.
    else if (parent_missing(snapshot.core.catalog, *self))
      columns.state_column = "''";
  }
  return access::compile(snapshot.session.dialect(), scopes, columns, where_compiler(snapshot, served, alias));
}

/// A public row is written with a grant at the root; one whose fields are all computed is a plugin's own mark, which it
/// writes on behalf of anybody who holds the permission.
bool public_write(const Served& served, const Scope& scope) {
  return scope.root || scope.grant_id == 0 || std::ranges::all_of(served.entity.fields, &Field::computed);
}

} // namespace

bool may_read(const Snapshot& snapshot, const Served& served) {
  return served.entity.is_public || snapshot.rights->unlimited() || !scopes_of(snapshot, served, "read").empty();
}

Result<Predicate> readable(const Snapshot& snapshot, const Served& served, const std::string& alias,
                           const std::string& place_alias) {
  if (served.entity.is_public || snapshot.rights->unlimited()) return Predicate{"1=1", {}};
  return compiled(snapshot, served, scopes_of(snapshot, served, "read"), alias, place_alias, true);
}

Result<Predicate> held(const Snapshot& snapshot, const Served& served, const std::string& verb,
                       const std::string& place_alias) {
  if (snapshot.rights->unlimited()) return Predicate{"1=1", {}};
  return admitted(snapshot, served, scopes_of(snapshot, served, verb), place_alias, false);
}

Result<Predicate> admitted(const Snapshot& snapshot, const Served& served, const std::vector<Scope>& scopes,
                           const std::string& place_alias, bool read) {
  if (!served.entity.is_public) return compiled(snapshot, served, scopes, "t", place_alias, read);
  if (read) return Predicate{"1=1", {}};
  // Public rows stand nowhere in the tree: what counts is a grant at the root, and its condition.
  Predicate any{"(0=1", {}};
  const access::WhereCompiler where = where_compiler(snapshot, served, "t");
  for (const Scope& scope : scopes) {
    if (!public_write(served, scope)) continue;
    if (scope.where.empty()) return Predicate{"1=1", {}};
    OB_TRY(Predicate condition, where(scope.where));
    any.sql += " OR ";
    append(any, std::move(condition));
  }
  any.sql += ")";
  return any;
}

Result<Predicate> unmasked(const Snapshot& snapshot, const Served& served, const std::string& alias) {
  if (snapshot.rights->unlimited()) return Predicate{"1=1", {}};
  if (served.entity.is_public)
    return Predicate{snapshot.rights->may(served.entity.permission("unmask")) ? "1=1" : "0=1", {}};
  std::vector<Scope> scopes;
  for (const Scope& scope : scopes_of(snapshot, served, "read"))
    if (scope.unmask) scopes.push_back(scope);
  return compiled(snapshot, served, scopes, alias, alias, true);
}

bool always_unmasked(const Snapshot& snapshot, const Served& served) {
  if (snapshot.rights->unlimited()) return true;
  if (served.entity.is_public) return snapshot.rights->may(served.entity.permission("unmask"));
  const std::vector<Scope>& scopes = scopes_of(snapshot, served, "read");
  return std::all_of(scopes.begin(), scopes.end(),
                     [](const Scope& scope) { return scope.unmask || scope.grant_id == 0; });
}

ServedPtr state_source(const Catalog& catalog, const ServedPtr& served, const std::string& alias, std::string& sql) {
  constexpr int kDeepest = 4; // lines of lines of lines
  ServedPtr at = served;
  std::string link = alias;
  std::string open, close;
  for (int level = 0; at && level < kDeepest; ++level) {
    if (at->state_column >= 0) {
      const std::string column =
          fmt::format("{}.{}", link, at->columns[static_cast<std::size_t>(at->state_column)].quoted);
      sql = open.empty() ? column : fmt::format("(SELECT {}{}{})", column, open, close);
      return at;
    }
    if (at->parent_column < 0) break;
    const Column& parent = at->columns[static_cast<std::size_t>(at->parent_column)];
    const ServedPtr above = catalog.find(parent.field->ref_entity);
    if (!above) break;
    const std::string next = fmt::format("above{}", level);
    if (open.empty()) {
      open = fmt::format(" FROM {} {}", above->table, next);
      close = fmt::format(" WHERE {}.id = {}.{}", next, link, parent.quoted);
    } else {
      open += fmt::format(" JOIN {0} {1} ON {1}.id = {2}.{3}", above->table, next, link, parent.quoted);
    }
    link = next;
    at = above;
  }
  return nullptr;
}

Result<bool> wide(const Snapshot& snapshot, const Served& served) {
  constexpr std::size_t kMostProbes = 4, kMostWidths = 20'000;
  constexpr std::int64_t kWidthMs = 60'000; // counting again costs more than a page
  constexpr std::int64_t kNarrow = 2000;    // rows that are gathered and sorted as fast as an index is walked to a page
  if (served.entity.is_public || snapshot.rights->unlimited()) return true;
  const std::vector<Scope>& scopes = scopes_of(snapshot, served, "read");
  for (const Scope& scope : scopes) {
    if (scope.grant_id == 0 || scope.root) return true;
    const bool region = scope.node_kind == access::NodeKind::region;
    if (region && scope.departments.empty() && scope.node_level == GovLevel::province) return true;
  }
  const std::size_t probes = std::min(scopes.size(), kMostProbes);
  std::string key = served.name;
  for (std::size_t i = 0; i < probes; ++i) key += "\n" + scopes[i].low + "\n" + scopes[i].high;
  Widths& widths = snapshot.core.widths;
  const std::int64_t now = snapshot.context.now_ms;
  {
    const std::lock_guard lock(widths.mutex);
    const auto known = widths.known.find(key);
    if (known != widths.known.end() && now < known->second.second) return known->second.first;
  }
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < probes && rows < kNarrow; ++i) {
    OB_TRY(const std::int64_t more,
           snapshot.session.integer(
               fmt::format(
                   "SELECT count(*) FROM (SELECT 1 FROM {} WHERE owner_path >= ? AND owner_path < ? LIMIT {}) probe",
                   served.table, kNarrow),
               {scopes[i].low, scopes[i].high}));
    rows += more;
  }
  const std::lock_guard lock(widths.mutex);
  if (widths.known.size() >= kMostWidths) widths.known.clear();
  widths.known[key] = {rows >= kNarrow, now + kWidthMs};
  return rows >= kNarrow;
}

Held holds_place(const Snapshot& snapshot, const Served& served, const std::string& verb, const access::Place& place,
                 std::int64_t& grant) {
  grant = 0;
  if (snapshot.rights->unlimited()) return Held::yes;
  Held answer = Held::no;
  for (const Scope& scope : scopes_of(snapshot, served, verb)) {
    const bool in =
        served.entity.is_public ? public_write(served, scope) : scope.grant_id == 0 || access::holds(scope, place);
    if (!in) continue;
    grant = scope.grant_id;
    if (scope.where.empty()) return Held::yes;
    answer = Held::if_condition;
  }
  return answer;
}

} // namespace onebudget::records
