// The organisation tree in the database.

#include <algorithm>
#include <set>

#include "kernel/access/detail.hpp"
#include "kernel/access/names.hpp"
#include "kernel/access/state.hpp"
#include "kernel/access/store.hpp"
#include "kernel/access/tree/node_plan.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::access {

namespace {

constexpr std::size_t kMostNodesAtOnce = 200'000;
constexpr int kMostPage = 1000;

const std::vector<std::string> kColumns = {"id",   "parent_id",       "code",       "name",     "kind",   "gov_level",
                                           "path", "department_code", "valid_from", "valid_to", "version"};

storage::Params row_of(const Node& node) {
  return {node.id.value,
          node.parent.value,
          node.code,
          node.name,
          static_cast<std::int64_t>(node.kind),
          static_cast<std::int64_t>(node.gov_level),
          node.path,
          node.department_code,
          node.valid_from,
          node.valid_to,
          node.version};
}

Result<KnownTree> load_known(storage::Session& session, const std::vector<NewNode>& nodes) {
  KnownTree known;
  std::set<std::string> codes;
  for (const NewNode& node : nodes) {
    codes.insert(node.code);
    if (!node.parent_code.empty()) codes.insert(node.parent_code);
  }
  std::vector<storage::Value> values(codes.begin(), codes.end());
  OB_CHECK(for_ids(session, "SELECT " + std::string(kNodeColumns) + " FROM access_nodes n WHERE n.code IN", values, "",
                   [&known](const storage::Rows& rows) {
                     Node node = read_node(rows);
                     known.by_code.emplace(node.code, std::move(node));
                   }));
  std::set<std::int64_t> parents;
  for (const NewNode& node : nodes) {
    const auto parent = known.by_code.find(node.parent_code);
    if (node.kind == NodeKind::department && parent != known.by_code.end()) parents.insert(parent->second.id.value);
  }
  values.assign(parents.begin(), parents.end());
  OB_CHECK(for_ids(session, "SELECT parent_id, department_code, code FROM access_nodes WHERE kind = 2 AND parent_id IN",
                   values, "", [&known](const storage::Rows& rows) {
                     known.departments.emplace(std::make_pair(rows.integer(0), std::string(rows.text(1))),
                                               rows.text(2));
                   }));
  OB_TRY(const std::int64_t roots, session.integer("SELECT COUNT(*) FROM access_nodes WHERE parent_id = 0"));
  known.has_root = roots > 0;
  return known;
}

Fault refused(const std::vector<NodeIssue>& issues, bool single) {
  std::vector<FieldFault> fields;
  fields.reserve(issues.size());
  for (const NodeIssue& issue : issues) {
    fields.push_back({single ? "/" + issue.member : "line " + std::to_string(issue.row + 1), issue.code, issue.message,
                      issue.remedy});
  }
  const std::string count = std::to_string(fields.size());
  return fault(FaultKind::rule, single ? "access.node_refused" : "access.nodes_refused",
               {"组织节点有 " + count + " 处错误，未写入任何节点。请按提示更正。",
                "The nodes have " + count + " errors; nothing was written. Correct them as told."},
               std::move(fields));
}

Fault stale_or_taken(Fault cause) {
  if (cause.code != "storage.unique") return cause;
  return fault(FaultKind::conflict, "access.node_exists",
               {"节点代码或部门代码刚被占用。请刷新后重试。",
                "The code or department code was just taken. Refresh and try again."});
}

Fault no_node() {
  return fault(FaultKind::not_found, "access.node_unknown", {"没有这个组织节点。", "There is no such node."});
}

} // namespace

namespace {

/// Gives ids to planned nodes; parents come before children.
Result<std::vector<Node>> numbered(storage::IdBlocks& ids, NodePlan plan, std::size_t rows) {
  std::vector<Node> nodes;
  nodes.reserve(plan.nodes.size());
  std::vector<NodeId> by_row(rows);
  for (PlannedNode& planned : plan.nodes) {
    OB_TRY(planned.node.id.value, ids.next());
    if (planned.parent_row >= 0) planned.node.parent = by_row[static_cast<std::size_t>(planned.parent_row)];
    by_row[planned.row] = planned.node.id;
    nodes.push_back(std::move(planned.node));
  }
  return nodes;
}

} // namespace

Result<Node> Access::create_node(const Context& context, const NewNode& node) {
  KnownTree known;
  OB_CHECK(state_->database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(known, load_known(session, {node}));
    return {};
  }));
  NodePlan plan = plan_nodes({node}, known);
  if (!plan.issues.empty()) return refused(plan.issues, true);
  OB_TRY(const std::vector<Node> nodes, numbered(state_->ids, std::move(plan), 1));
  const Node& created = nodes.front();
  const auto write = state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    const std::vector<storage::Params> rows{row_of(created)};
    OB_CHECK(session.bulk_insert("access_nodes", kColumns, rows));
    const std::string kind(name_of(created.kind));
    return state_->note(session, context, "access.node_create", "node", created.id.str(), created.path,
                        detail({{"code", created.code}, {"name", created.name}, {"kind", kind}}));
  });
  if (!write) return stale_or_taken(write.fault());
  return created;
}

Result<int> Access::create_nodes(const Context& context, const std::vector<NewNode>& nodes) {
  if (nodes.size() > kMostNodesAtOnce) {
    return fault(FaultKind::too_large, "access.too_many_nodes",
                 {"一次至多导入 200000 个节点。请分批导入。", "At most 200000 nodes at once. Import them in parts."});
  }
  if (nodes.empty()) return 0;
  KnownTree known;
  OB_CHECK(state_->database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(known, load_known(session, nodes));
    return {};
  }));
  NodePlan plan = plan_nodes(nodes, known);
  if (!plan.issues.empty()) return refused(plan.issues, false);
  OB_TRY(const std::vector<Node> numbered_nodes, numbered(state_->ids, std::move(plan), nodes.size()));
  std::vector<storage::Params> rows;
  rows.reserve(numbered_nodes.size());
  for (const Node& node : numbered_nodes) rows.push_back(row_of(node));
  const auto write = state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(session.bulk_insert("access_nodes", kColumns, rows));
    return state_->note(
        session, context, "access.node_import", "node", "", numbered_nodes.front().path,
        detail({{"count", rows.size()}, {"first", numbered_nodes.front().code}, {"last", numbered_nodes.back().code}}));
  });
  if (!write) return stale_or_taken(write.fault());
  return static_cast<int>(rows.size());
}

Result<Node> Access::node(NodeId id) {
  std::optional<Node> found;
  OB_CHECK(state_->database.read(Context::system(state_->clock), [&](storage::Session& session) -> Result<void> {
    OB_TRY(found, node_by_id(session, id));
    return {};
  }));
  if (!found) return no_node();
  return *std::move(found);
}

Result<std::optional<Node>> Access::node_by_code(storage::Session& session, std::string_view code) {
  return load_node(session, "code", std::string(code));
}

Result<std::optional<Node>> Access::node_by_code(const Context& context, std::string_view code) {
  return storage::answer<std::optional<Node>>(state_->database, context, false,
                                              [&](storage::Session& session) { return node_by_code(session, code); });
}

Result<std::optional<Node>> Access::node_by_id(storage::Session& session, NodeId id) {
  return load_node(session, "id", id.value);
}

Result<std::vector<Node>> Access::nodes(const Context& context, const NodeQuery& query) {
  std::string sql =
      "SELECT " + std::string(kNodeColumns) +
      ", (SELECT COUNT(*) FROM access_nodes c WHERE c.parent_id = n.id) FROM access_nodes n WHERE n.path > ?";
  storage::Params params{query.after_path};
  if (query.parent) {
    sql += " AND n.parent_id = ?";
    params.emplace_back(query.parent->value);
  }
  if (query.kind) {
    sql += " AND n.kind = ?";
    params.emplace_back(static_cast<std::int64_t>(*query.kind));
  }
  if (!query.text.empty()) {
    const char* const position = state_->database.dialect() == storage::Dialect::sqlite ? "instr" : "strpos";
    sql += " AND (" + std::string(position) + "(n.name, ?) > 0 OR " + position + "(n.code, ?) = 1)";
    params.emplace_back(query.text);
    params.emplace_back(query.text);
  }
  sql += " ORDER BY n.path LIMIT ?";
  params.emplace_back(std::int64_t{std::clamp(query.limit, 1, kMostPage)});
  std::vector<Node> result;
  OB_CHECK(state_->database.read(context, [&](storage::Session& session) -> Result<void> {
    result.clear();
    return storage::each(session, sql, params, [&](const storage::Rows& rows) {
      result.push_back(read_node(rows));
      result.back().children = static_cast<int>(rows.integer(rows.columns() - 1));
    });
  }));
  return result;
}

Result<Node> Access::update_node(const Context& context, const Node& node) {
  std::vector<FieldFault> fields;
  if (!valid_node_name(node.name)) {
    fields.push_back({"/name",
                      "node.name",
                      {"节点名称为空、过长或含有控制字符", "the name is empty, too long or holds control characters"},
                      {"请填写 1 至 200 个字的名称", "give a name of 1 to 200 characters"}});
  }
  const bool from_ok = node.valid_from.empty() || valid_date(node.valid_from);
  const bool to_ok = node.valid_to.empty() || valid_date(node.valid_to);
  if (!from_ok || !to_ok || (!node.valid_from.empty() && !node.valid_to.empty() && node.valid_from >= node.valid_to)) {
    fields.push_back({from_ok ? "/valid_to" : "/valid_from",
                      "node.date",
                      {"有效期有误", "the dates are wrong"},
                      {"写成 YYYY-MM-DD，且启用日期早于停用日期", "write YYYY-MM-DD, valid_from before valid_to"}});
  }
  if (!fields.empty()) {
    return fault(FaultKind::rule, "access.node_refused",
                 {"节点未修改。请更正所列字段。", "The node was not changed. Correct the fields listed."},
                 std::move(fields));
  }
  std::optional<Node> updated;
  OB_CHECK(state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const std::optional<Node> before, node_by_id(session, node.id));
    if (!before) return no_node();
    OB_TRY(const std::int64_t changed,
           session.execute("UPDATE access_nodes SET name = ?, valid_from = ?, valid_to = ?, version = version + 1 "
                           "WHERE id = ? AND version = ?",
                           {node.name, node.valid_from, node.valid_to, node.id.value, node.version}));
    if (changed == 0) {
      return fault(
          FaultKind::version, "access.node_version",
          {"节点已被他人修改。请刷新后再改。", "Somebody else changed the node. Refresh and change it again."});
    }
    OB_CHECK(state_->note(session, context, "access.node_update", "node", node.id.str(), before->path,
                          detail({{"before", {before->name, before->valid_from, before->valid_to}},
                                  {"after", {node.name, node.valid_from, node.valid_to}}})));
    OB_TRY(updated, node_by_id(session, node.id));
    return {};
  }));
  return *std::move(updated);
}

} // namespace onebudget::access
