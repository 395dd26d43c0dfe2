// A node goes to another parent with all that stands under it. The tree changes in one transaction; the rows, of which
// there may be millions, follow in pieces. Until they have, rights leave the old paths out, see set_aside().

#include "kernel/access/move.hpp"

#include <algorithm>

#include "kernel/access/detail.hpp"
#include "kernel/access/rule/ranges.hpp"
#include "kernel/access/store.hpp"
#include "kernel/access/tree/node_plan.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::access {

namespace {

constexpr int kRowsAtOnce = 1000;

Fault refused(const char* code, Text message, Text remedy) {
  return fault(FaultKind::rule, "access.move_refused", {"节点不能移到那里。", "The node cannot go there."},
               {{"/parent", code, std::move(message), std::move(remedy)}});
}

/// The node as it will be. Reads what it needs through `session`.
Result<Node> planned(storage::Session& session, const Node& node, const Node& parent) {
  if (parent.path.starts_with(node.path) || node.parent.none())
    return refused("node.cycle",
                   {"上级不能是节点自己或它的下级，树根不能移动", "the parent is the node itself or stands under it"},
                   {"请选择其他上级", "choose another parent"});
  if (parent.id == node.parent)
    return refused("node.same", {"节点已在该上级之下", "the node stands there already"},
                   {"无需移动", "nothing is to be done"});
  KnownTree known;
  known.has_root = true;
  known.by_code.emplace(parent.code, parent);
  const bool region = node.department_code.empty();
  NewNode wanted{node.code, node.name, parent.code, node.kind, region ? node.gov_level : GovLevel::none, "", ""};
  if (node.kind == NodeKind::department) {
    wanted.department_code = node.department_code;
    OB_TRY(const auto taken,
           session.scalar("SELECT code FROM access_nodes WHERE kind = 2 AND parent_id = ? AND department_code = ?",
                          {parent.id.value, node.department_code}));
    if (taken)
      known.departments.emplace(std::pair(parent.id.value, node.department_code), std::get<std::string>(*taken));
  }
  const NodePlan plan = plan_nodes({wanted}, known);
  if (!plan.issues.empty())
    return refused(plan.issues.front().code.c_str(), plan.issues.front().message, plan.issues.front().remedy);
  Node moved = plan.nodes.front().node;
  moved.id = node.id;
  const Range below = reach_range(node.path, Reach::subtree);
  OB_TRY(const std::int64_t deepest,
         session.integer("SELECT MAX(length(path) - length(replace(path, '/', ''))) FROM access_nodes WHERE path >= ? "
                         "AND path < ?",
                         {below.low, below.high}));
  const auto depth = [](const std::string& path) { return std::count(path.begin(), path.end(), '/'); };
  if (deepest + depth(moved.path) - depth(node.path) > kMostDepth + 1)
    return refused("node.depth", {"组织树将超过 16 级", "the tree would be deeper than 16 levels"},
                   {"请挂到更高的上级", "put the node under a higher parent"});
  return moved;
}

Result<Node> needed(storage::Session& session, NodeId id) {
  OB_TRY(const std::optional<Node> node, load_node(session, "id", id.value));
  if (node) return *node;
  return fault(FaultKind::not_found, "access.node_unknown", {"没有这个组织节点。", "There is no such node."});
}

Result<void> nothing_under_way(storage::Session& session) {
  OB_TRY(const std::int64_t job, session.integer("SELECT id FROM access_moves WHERE done_ms = 0"));
  if (job == 0) return {};
  const std::string id = std::to_string(job);
  return fault(FaultKind::conflict, "access.move_running",
               {"另一个节点正在移动（任务 " + id + "）。请等它完成；若已失败，请重试该任务。",
                "Another node is on its way (job " + id + "). Wait for it, or retry the job when it failed."});
}

/// What carries a place by row: the tables of all entities, also of plugins that are disabled. Sums that are kept by
/// place have no ids; who keeps them mends them.
Result<std::vector<std::string>> tables_with_place(storage::Session& session) {
  std::vector<std::string> tables;
  OB_CHECK(
      storage::each(session,
                    session.dialect() == storage::Dialect::sqlite
                        ? "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name IN "
                          "('id', 'owner_path', 'gov_level', 'department_code') WHERE m.type = 'table' GROUP BY m.name "
                          "HAVING COUNT(*) = 4 ORDER BY m.name"
                        : "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() "
                          "AND column_name IN ('id', 'owner_path', 'gov_level', 'department_code') GROUP BY table_name "
                          "HAVING COUNT(*) = 4 ORDER BY table_name",
                    {}, [&](const storage::Rows& rows) { tables.push_back("\"" + std::string(rows.text(0)) + "\""); }));
  return tables;
}

/// `UPDATE table SET …` that gives what stands on the old path its new place; departments and units also change level
/// and department.
Result<std::int64_t> carry(storage::Session& session, const std::string& table, const char* path, const Node& moved,
                           const std::string& from, const std::string& which) {
  std::string sql =
      "UPDATE " + table + " SET " + path + " = ? || substr(" + path + ", " + std::to_string(from.size() + 1) + ")";
  storage::Params params{moved.path};
  if (!moved.department_code.empty()) {
    sql += ", gov_level = ?, department_code = ?";
    params.emplace_back(static_cast<std::int64_t>(moved.gov_level));
    params.emplace_back(moved.department_code);
  }
  const Range old = reach_range(from, Reach::subtree);
  params.emplace_back(old.low);
  params.emplace_back(old.high);
  return session.execute(sql + which, params);
}

} // namespace

Result<void> Moves::note(storage::Session& session, const Context& context, const char* action, NodeId node,
                         const std::string& path, const std::string& detail) const {
  return audit_.append(session, context, {action, "node", node.str(), path, "ok", "", detail});
}

Result<void> Moves::check(const Context& context, NodeId node, NodeId parent, std::int64_t version) const {
  return database_.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const Node before, needed(session, node));
    if (before.version != version)
      return fault(
          FaultKind::version, "access.node_version",
          {"节点已被他人修改。请刷新后再改。", "Somebody else changed the node. Refresh and change it again."});
    OB_TRY(const Node above, needed(session, parent));
    OB_CHECK(nothing_under_way(session));
    OB_TRY([[maybe_unused]] const Node moved, planned(session, before, above));
    return {};
  });
}

Result<void> Moves::begin(const Context& context, JobId job, NodeId node, NodeId parent) const {
  return database_.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(bump_version(session));
    OB_TRY(const std::int64_t begun, session.integer("SELECT COUNT(*) FROM access_moves WHERE id = ?", {job.value}));
    if (begun > 0) return {};
    OB_CHECK(nothing_under_way(session));
    OB_TRY(const Node before, needed(session, node));
    OB_TRY(const Node above, needed(session, parent));
    OB_TRY(const Node moved, planned(session, before, above));
    OB_TRY([[maybe_unused]] const auto nodes, carry(session, "access_nodes", "path", moved, before.path,
                                                    ", version = version + 1 WHERE path >= ? AND path < ?"));
    OB_CHECK(session.send("UPDATE access_nodes SET parent_id = ? WHERE id = ?", {parent.value, node.value}));
    OB_CHECK(session.send(
        "INSERT INTO access_moves (id, node_id, old_path, new_path, alike, done_ms) VALUES (?,?,?,?,?,0)",
        {job.value, node.value, before.path, moved.path, std::int64_t{moved.gov_level == before.gov_level ? 1 : 0}}));
    return note(session, context, "access.node_move", node, before.path,
                detail({{"from", before.path}, {"to", moved.path}, {"nodes", nodes}}));
  });
}

Result<std::int64_t> Moves::finish(const Context& context, JobId job,
                                   const std::function<bool(std::int64_t)>& go_on) const {
  std::string from;
  Node moved;
  std::vector<std::string> tables;
  OB_CHECK(database_.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const auto rows, session.query("SELECT node_id, old_path FROM access_moves WHERE id = ?", {job.value}));
    OB_TRY(const bool found, rows->next());
    if (!found) return needed(session, NodeId{}).fault();
    from = rows->text(1);
    OB_TRY(moved, needed(session, NodeId{rows->integer(0)}));
    OB_TRY(const std::optional<Node> back, load_node(session, "path", from));
    if (back) return {}; // a later move has brought a node there again: what carries that path is in its place
    OB_TRY(tables, tables_with_place(session));
    return {};
  }));
  const std::string which = " WHERE id IN (SELECT id FROM {} WHERE owner_path >= ? AND owner_path < ? LIMIT " +
                            std::to_string(kRowsAtOnce) + ")";
  std::int64_t total = 0, before = -1;
  // Once more after the last row: a write that had begun on the old tree may have come in behind.
  while (before != total) {
    before = total;
    for (const std::string& table : tables) {
      std::string where = which;
      where.replace(where.find("{}"), 2, table);
      for (std::int64_t rows = 1; rows > 0; total += rows) {
        if (!go_on(total)) return std::int64_t{-1};
        OB_CHECK(database_.write(context, [&](storage::Session& session) -> Result<void> {
          OB_TRY(rows, carry(session, table, "owner_path", moved, from, where));
          return {};
        }));
      }
    }
  }
  OB_CHECK(database_.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(bump_version(session));
    OB_TRY(const std::int64_t ended, session.execute("UPDATE access_moves SET done_ms = ? WHERE id = ? AND done_ms = 0",
                                                     {clock_.now_ms(), job.value}));
    if (ended == 0) return {};
    return note(session, context, "access.node_moved", moved.id, moved.path,
                detail({{"from", from}, {"to", moved.path}, {"rows", total}}));
  }));
  return total;
}

} // namespace onebudget::access
