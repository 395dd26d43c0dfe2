#include "kernel/access/store.hpp"

#include <algorithm>
#include <limits>

#include "kernel/access/rule/ranges.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::access {

namespace {

std::string text(const storage::Rows& rows, int column) { return std::string(rows.text(column)); }

constexpr int kGrantWidth = 13;
constexpr int kRoleWidth = 8;

} // namespace

const char* const kNodeColumns =
    "n.id, n.parent_id, n.code, n.name, n.kind, n.gov_level, n.path, n.department_code, n.valid_from, n.valid_to, "
    "n.version";
const char* const kRoleColumns =
    "r.id, r.code, r.title_zh, r.title_en, r.category, r.permissions, r.builtin, r.version";
const char* const kGrantColumns =
    "g.id, g.user_id, g.token_id, g.role_id, g.node_id, g.reach, g.departments, g.where_filter, g.valid_from_ms, "
    "g.valid_to_ms, g.delegated_by, g.revoked_ms, g.origin";

std::string lines_of(const std::vector<std::string>& items) {
  std::string lines;
  for (const std::string& item : items) {
    if (!lines.empty()) lines += '\n';
    lines += item;
  }
  return lines;
}

std::vector<std::string> items_of(std::string_view lines) {
  std::vector<std::string> items;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    items.emplace_back(lines.substr(0, end));
    if (end == std::string_view::npos) break;
    lines.remove_prefix(end + 1);
  }
  return items;
}

namespace {

Node node_at(const storage::Rows& rows, int first) {
  Node node;
  node.id = NodeId{rows.integer(first)};
  node.parent = NodeId{rows.integer(first + 1)};
  node.code = text(rows, first + 2);
  node.name = text(rows, first + 3);
  node.kind = static_cast<NodeKind>(rows.integer(first + 4));
  node.gov_level = static_cast<GovLevel>(rows.integer(first + 5));
  node.path = text(rows, first + 6);
  node.department_code = text(rows, first + 7);
  node.valid_from = text(rows, first + 8);
  node.valid_to = text(rows, first + 9);
  node.version = rows.integer(first + 10);
  return node;
}

Role role_at(const storage::Rows& rows, int first) {
  Role role;
  role.id = rows.integer(first);
  role.code = text(rows, first + 1);
  role.title = {text(rows, first + 2), text(rows, first + 3)};
  role.category = text(rows, first + 4);
  role.permissions = items_of(rows.text(first + 5));
  role.builtin = rows.integer(first + 6) != 0;
  role.version = rows.integer(first + 7);
  return role;
}

} // namespace

Node read_node(const storage::Rows& rows) { return node_at(rows, 0); }
Role read_role(const storage::Rows& rows) { return role_at(rows, 0); }

Grant read_grant(const storage::Rows& rows) {
  Grant grant;
  grant.id = rows.integer(0);
  grant.user = UserId{rows.integer(1)};
  grant.token_id = rows.integer(2);
  grant.role_id = rows.integer(3);
  grant.node = NodeId{rows.integer(4)};
  grant.reach = static_cast<Reach>(rows.integer(5));
  grant.departments = items_of(rows.text(6));
  grant.where = text(rows, 7);
  grant.valid_from_ms = rows.integer(8);
  grant.valid_to_ms = rows.integer(9);
  grant.delegated_by = rows.integer(10);
  grant.revoked = rows.integer(11) != 0;
  grant.origin = text(rows, 12);
  return grant;
}

Result<std::optional<Node>> load_node(storage::Session& session, std::string_view column, storage::Value value) {
  const std::string sql =
      "SELECT " + std::string(kNodeColumns) + " FROM access_nodes n WHERE n." + std::string(column) + " = ?";
  OB_TRY(const auto rows, session.query(sql, {std::move(value)}));
  OB_TRY(const bool found, rows->next());
  if (!found) return std::optional<Node>();
  return std::optional<Node>(read_node(*rows));
}

Result<std::vector<Role>> load_roles(storage::Session& session) {
  std::vector<Role> roles;
  OB_CHECK(storage::each(session, "SELECT " + std::string(kRoleColumns) + " FROM access_roles r ORDER BY r.code", {},
                         [&](const storage::Rows& rows) { roles.push_back(read_role(rows)); }));
  return roles;
}

Result<void> for_ids(storage::Session& session, const std::string& select, const std::vector<storage::Value>& ids,
                     const std::string& tail, const std::function<void(const storage::Rows&)>& row) {
  constexpr std::size_t kPiece = 256; // one prepared statement for all full pieces
  for (std::size_t begin = 0; begin < ids.size(); begin += kPiece) {
    const std::size_t end = std::min(ids.size(), begin + kPiece);
    std::string sql = select + " (?";
    for (std::size_t i = begin + 1; i < end; ++i) sql += ",?";
    sql += ")" + tail;
    const storage::Params params(ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                 ids.begin() + static_cast<std::ptrdiff_t>(end));
    OB_CHECK(storage::each(session, sql, params, row));
  }
  return {};
}

Result<void> bump_version(storage::Session& session) {
  OB_TRY(const std::int64_t changed, session.execute("UPDATE access_version SET version = version + 1 WHERE id = 1"));
  if (changed == 1) return {};
  return fault(
      FaultKind::internal, "access.no_version",
      {"权限版本缺失。请先执行数据库迁移。", "The access version is missing. Run the database migrations first."});
}

bool GrantRow::in_force(std::int64_t now_ms) const {
  return !grant.revoked && role && now_ms >= grant.valid_from_ms &&
         (grant.valid_to_ms == 0 || now_ms < grant.valid_to_ms);
}

Scope scope_of(const GrantRow& row) {
  Scope scope;
  Range range = reach_range(row.node.path, row.grant.reach);
  scope.low = std::move(range.low);
  scope.high = std::move(range.high);
  scope.node_path = row.node.path;
  scope.node_kind = row.node.kind;
  scope.node_level = row.node.gov_level;
  scope.departments = row.grant.departments;
  scope.where = row.grant.where;
  scope.root = row.node.parent.none();
  scope.grant_id = row.grant.id;
  return scope;
}

Result<std::vector<GrantRow>> load_grants(storage::Session& session, const std::string& condition,
                                          const storage::Params& params) {
  const std::string sql =
      "SELECT " + std::string(kGrantColumns) + ", " + kRoleColumns + ", " + kNodeColumns +
      " FROM access_grants g JOIN access_roles r ON r.id = g.role_id JOIN access_nodes n ON n.id = g.node_id "
      "WHERE " +
      condition + " ORDER BY g.id";
  std::vector<GrantRow> result;
  std::map<std::int64_t, std::pair<std::shared_ptr<const Role>, std::shared_ptr<const Patterns>>> roles;
  OB_CHECK(storage::each(session, sql, params, [&](const storage::Rows& rows) {
    GrantRow row;
    row.grant = read_grant(rows);
    auto& role = roles[row.grant.role_id];
    if (!role.first) {
      role.first = std::make_shared<const Role>(role_at(rows, kGrantWidth));
      role.second = std::make_shared<const Patterns>(role.first->permissions);
    }
    row.role = role.first;
    row.patterns = role.second;
    row.node = node_at(rows, kGrantWidth + kRoleWidth);
    result.push_back(std::move(row));
  }));
  return result;
}

Result<GrantGraph> GrantGraph::load(storage::Session& session, UserId user) {
  GrantGraph graph;
  OB_TRY(graph.own_, load_grants(session, "g.user_id = ? AND g.revoked_ms = 0", {user.value}));
  {
    OB_TRY(const auto moves, session.query("SELECT old_path, new_path, alike FROM access_moves WHERE done_ms = 0"));
    OB_TRY(const bool some, moves->next());
    if (some) graph.moving_ = Moving{text(*moves, 0), text(*moves, 1), moves->integer(2) != 0};
  }
  std::vector<std::int64_t> wanted;
  for (const GrantRow& row : graph.own_) {
    if (row.grant.delegated_by != 0) wanted.push_back(row.grant.delegated_by);
  }
  while (!wanted.empty()) {
    const std::int64_t id = wanted.back();
    wanted.pop_back();
    if (graph.delegators_.count(id) > 0) continue;
    OB_TRY(std::vector<GrantRow> rows, load_grants(session, "g.id = ?", {id}));
    if (rows.empty()) continue;
    if (rows.front().grant.delegated_by != 0) wanted.push_back(rows.front().grant.delegated_by);
    graph.delegators_.emplace(id, std::move(rows.front()));
  }
  return graph;
}

std::optional<Effective> GrantGraph::effective(const GrantRow& row, std::int64_t now_ms) const {
  return effective(row, now_ms, 0);
}

std::optional<Effective> GrantGraph::effective(const GrantRow& row, std::int64_t now_ms, int depth) const {
  if (depth > kMostDelegations || !row.in_force(now_ms)) return std::nullopt;
  Effective own{row.patterns, {}, scope_of(row)};
  if (row.grant.delegated_by == 0) return own;
  const auto from = delegators_.find(row.grant.delegated_by);
  if (from == delegators_.end()) return std::nullopt;
  const std::optional<Effective> outer = effective(from->second, now_ms, depth + 1);
  if (!outer) return std::nullopt;
  return limited(own, *outer);
}

std::pair<std::int64_t, std::int64_t> GrantGraph::window(std::int64_t now_ms) const {
  std::pair<std::int64_t, std::int64_t> window{std::numeric_limits<std::int64_t>::min(),
                                               std::numeric_limits<std::int64_t>::max()};
  const auto narrow = [&window, now_ms](const Grant& grant) {
    for (const std::int64_t boundary : {grant.valid_from_ms, grant.valid_to_ms}) {
      if (boundary == 0) continue;
      if (boundary <= now_ms)
        window.first = std::max(window.first, boundary);
      else
        window.second = std::min(window.second, boundary);
    }
  };
  for (const GrantRow& row : own_) narrow(row.grant);
  for (const auto& [id, row] : delegators_) narrow(row.grant);
  return window;
}

} // namespace onebudget::access
