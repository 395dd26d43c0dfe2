// Who may hold what: grants in the database.

#include <algorithm>
#include <map>
#include <set>

#include "kernel/access/detail.hpp"
#include "kernel/access/names.hpp"
#include "kernel/access/rule/grant_check.hpp"
#include "kernel/access/rule/ranges.hpp"
#include "kernel/access/state.hpp"
#include "kernel/access/store.hpp"
#include "kernel/access/tree/node_plan.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::access {

namespace {

constexpr std::size_t kMostGrantsAtOnce = 200'000;
constexpr std::size_t kMostGrantsOfOne = 500;
constexpr int kMostPage = 1000;

const std::vector<std::string> kColumns = {
    "id",           "user_id",       "token_id",    "role_id",      "node_id",    "reach", "departments",
    "where_filter", "valid_from_ms", "valid_to_ms", "delegated_by", "revoked_ms", "origin"};

storage::Params row_of(const Grant& grant) {
  return {grant.id,
          grant.user.value,
          grant.token_id,
          grant.role_id,
          grant.node.value,
          static_cast<std::int64_t>(grant.reach),
          lines_of(grant.departments),
          grant.where,
          grant.valid_from_ms,
          grant.valid_to_ms,
          grant.delegated_by,
          std::int64_t{0},
          grant.origin};
}

Grant tidy(Grant grant) {
  std::sort(grant.departments.begin(), grant.departments.end());
  grant.departments.erase(std::unique(grant.departments.begin(), grant.departments.end()), grant.departments.end());
  grant.revoked = false;
  return grant;
}

bool is_kernel(const Caller& caller) { return caller.kind == CallerKind::service && caller.name == "system"; }

bool same_extent(const Grant& a, const Grant& b) {
  return a.user == b.user && a.token_id == b.token_id && a.role_id == b.role_id && a.node == b.node &&
         a.reach == b.reach && a.departments == b.departments && a.where == b.where &&
         a.delegated_by == b.delegated_by && a.valid_from_ms == b.valid_from_ms && a.valid_to_ms == b.valid_to_ms;
}

/// Everything that a batch of grants refers to, and the rules that need it. Lives inside one transaction.
class Granting {
 public:
  Granting(const Context& context, Conflicts conflicts) : context_(context), conflicts_(std::move(conflicts)) {}

  Result<void> load(storage::Session& session, const std::vector<Grant>& grants) {
    std::set<std::int64_t> users, nodes, delegators;
    for (const Grant& grant : grants) {
      users.insert(grant.user.value);
      nodes.insert(grant.node.value);
      if (grant.delegated_by > 0) delegators.insert(grant.delegated_by);
    }
    OB_TRY(const std::vector<Role> roles, load_roles(session));
    for (const Role& role : roles) roles_.emplace(role.id, role);
    OB_CHECK(for_ids(session, "SELECT " + std::string(kNodeColumns) + " FROM access_nodes n WHERE n.id IN",
                     values(nodes), "", [this](const storage::Rows& rows) {
                       Node node = read_node(rows);
                       nodes_.emplace(node.id.value, std::move(node));
                     }));
    const std::string select = "SELECT " + std::string(kGrantColumns) + " FROM access_grants g WHERE g.user_id IN";
    OB_CHECK(for_ids(session, select, values(users), " AND g.revoked_ms = 0",
                     [this](const storage::Rows& rows) { keep(read_grant(rows)); }));
    for (const std::int64_t id : delegators) OB_CHECK(load_delegator(session, id));
    return {};
  }

  /// Why the grant is refused; when it is not, it counts as held for the grants that follow.
  std::optional<Fault> take(const Grant& grant) {
    const auto role = roles_.find(grant.role_id);
    if (role == roles_.end()) {
      return fault(FaultKind::rule, "access.role_unknown",
                   {"没有这个角色。请从角色清单中选择。", "There is no such role. Choose one from the list."});
    }
    if (nodes_.count(grant.node.value) == 0) {
      return fault(FaultKind::rule, "access.node_unknown",
                   {"没有这个组织节点。请从组织树中选择。", "There is no such node. Choose one from the tree."});
    }
    if (auto refused = to_oneself(grant)) return refused;
    if (auto refused = delegation(grant, role->second)) return refused;
    std::vector<Grant>& mine = held_[grant.user.value];
    if (mine.size() >= kMostGrantsOfOne) {
      return fault(
          FaultKind::rule, "access.too_many_grants",
          {"该账号已有 500 项授权。请先合并或收回。", "The account holds 500 grants. Merge or revoke some first."});
    }
    if (std::any_of(mine.begin(), mine.end(), [&grant](const Grant& other) { return same_extent(other, grant); })) {
      return fault(FaultKind::conflict, "access.grant_exists",
                   {"该账号已有相同的授权。无需重复授予。", "The account holds this very grant. Nothing to do."});
    }
    if (auto refused = mixed(grant, role->second)) return refused;
    mine.push_back(grant);
    return std::nullopt;
  }

  [[nodiscard]] const Role& role(const Grant& grant) const { return roles_.at(grant.role_id); }
  [[nodiscard]] const Node& node(const Grant& grant) const { return nodes_.at(grant.node.value); }

 private:
  static std::vector<storage::Value> values(const std::set<std::int64_t>& ids) { return {ids.begin(), ids.end()}; }

  void keep(Grant grant) { held_[grant.user.value].push_back(std::move(grant)); }

  Result<void> load_delegator(storage::Session& session, std::int64_t id) {
    int length = 0;
    for (std::int64_t next = id; next != 0 && length <= kMostDelegations; ++length) {
      OB_TRY(std::vector<GrantRow> rows, load_grants(session, "g.id = ?", {next}));
      if (rows.empty()) break;
      next = rows.front().grant.delegated_by;
      if (length == 0) delegators_.emplace(id, std::move(rows.front()));
    }
    chain_[id] = length;
    return {};
  }

  [[nodiscard]] std::optional<Fault> to_oneself(const Grant& grant) const {
    if (is_kernel(context_.caller)) return std::nullopt;
    const bool mine = context_.caller.user == grant.user;
    if (grant.token_id == 0) {
      if (!mine) return std::nullopt;
      return fault(FaultKind::forbidden, "access.grant_to_oneself",
                   {"不能给自己授权。请由另一位安全管理员办理。",
                    "Nobody grants to themself. Ask another security administrator."});
    }
    // A token could otherwise widen itself up to its owner.
    if (mine && context_.caller.kind == CallerKind::person) return std::nullopt;
    return fault(
        FaultKind::forbidden, "access.token_of_another",
        {"只有本人登录后才能给自己的令牌授权。", "Only its owner, signed in in person, gives a token its grants."});
  }

  /// A delegated grant can never exceed the one it comes from.
  [[nodiscard]] std::optional<Fault> delegation(const Grant& grant, const Role& role) const {
    if (grant.delegated_by == 0) return std::nullopt;
    const auto found = delegators_.find(grant.delegated_by);
    const bool usable = found != delegators_.end() && !found->second.grant.revoked &&
                        found->second.grant.token_id == 0 &&
                        (is_kernel(context_.caller) || found->second.grant.user == context_.caller.user) &&
                        found->second.grant.user != grant.user;
    if (!usable) {
      return fault(
          FaultKind::forbidden, "access.delegation_unknown",
          {"只能委托自己现有的授权，且不能委托给自己。", "One delegates only a grant one holds, and not to oneself."});
    }
    const GrantRow& from = found->second;
    GrantRow wanted;
    wanted.grant = grant;
    wanted.node = node(grant);
    const bool permissions =
        std::all_of(role.permissions.begin(), role.permissions.end(), [&from](const std::string& inner) {
          return std::any_of(from.role->permissions.begin(), from.role->permissions.end(),
                             [&inner](const std::string& outer) { return covers(outer, inner); });
        });
    const bool time =
        from.grant.valid_to_ms == 0 || (grant.valid_to_ms != 0 && grant.valid_to_ms <= from.grant.valid_to_ms);
    if (permissions && time && within(scope_of(wanted), scope_of(from)) &&
        chain_.at(grant.delegated_by) <= kMostDelegations) {
      return std::nullopt;
    }
    return fault(
        FaultKind::forbidden, "access.delegation_exceeds",
        {"委托的权限、范围、条件或期限超出了委托人自己的授权。请缩小后再委托。",
         "The delegated permissions, scope, condition or time exceed the delegator's own grant. Narrow them."});
  }

  [[nodiscard]] std::optional<Fault> mixed(const Grant& grant, const Role& role) const {
    if (grant.token_id != 0) return std::nullopt; // never worth more than its owner
    std::vector<const Role*> roles{&role};
    const auto held = held_.find(grant.user.value);
    for (const Grant& other : held->second) {
      const bool ended = other.valid_to_ms != 0 && other.valid_to_ms <= context_.now_ms;
      const auto found = roles_.find(other.role_id);
      if (other.token_id == 0 && !ended && found != roles_.end()) roles.push_back(&found->second);
    }
    return together(roles, conflicts_);
  }

  const Context& context_;
  Conflicts conflicts_;
  std::map<std::int64_t, Role> roles_;
  std::map<std::int64_t, Node> nodes_;
  std::map<std::int64_t, std::vector<Grant>> held_; ///< by user, unrevoked, with those of tokens
  std::map<std::int64_t, GrantRow> delegators_;
  std::map<std::int64_t, int> chain_;
};

std::string described(const Grant& grant, const Granting& all) {
  Json text{{"user", grant.user.str()},
            {"role", all.role(grant).code},
            {"node", all.node(grant).code},
            {"reach", name_of(grant.reach)}};
  if (!grant.departments.empty()) text["departments"] = grant.departments;
  if (!grant.where.empty()) text["where"] = grant.where;
  if (grant.token_id != 0) text["token"] = std::to_string(grant.token_id);
  if (grant.delegated_by != 0) text["delegated_by"] = std::to_string(grant.delegated_by);
  if (grant.valid_from_ms != 0) text["valid_from_ms"] = grant.valid_from_ms;
  if (grant.valid_to_ms != 0) text["valid_to_ms"] = grant.valid_to_ms;
  return detail(text);
}

/// One refused grant speaks for itself; of several, each is a line.
Fault refused(std::vector<std::pair<std::size_t, Fault>> faults, std::size_t rows) {
  if (rows == 1) return std::move(faults.front().second);
  std::vector<FieldFault> fields;
  fields.reserve(faults.size());
  for (auto& [row, one] : faults) {
    fields.push_back({"line " + std::to_string(row + 1),
                      one.code,
                      std::move(one.message),
                      {"请更正该行后重新导入", "correct the line and import again"}});
  }
  const std::string count = std::to_string(fields.size());
  return fault(FaultKind::rule, "access.grants_refused",
               {"有 " + count + " 项授权被拒绝，全部未写入。", count + " grants were refused; none was written."},
               std::move(fields));
}

} // namespace

Result<Grant> Access::grant(const Context& context, const Grant& grant) {
  std::vector<Grant> grants{grant};
  OB_TRY([[maybe_unused]] const int count, grant_all(context, grants));
  return std::move(grants.front());
}

Result<int> Access::grant_many(const Context& context, const std::vector<Grant>& grants) {
  if (grants.size() > kMostGrantsAtOnce) {
    return fault(FaultKind::too_large, "access.too_many_grants",
                 {"一次至多导入 200000 项授权。请分批导入。", "At most 200000 grants at once. Import them in parts."});
  }
  std::vector<Grant> copy = grants;
  return grant_all(context, copy);
}

Result<int> Access::grant_all(const Context& context, std::vector<Grant>& grants) {
  if (grants.empty()) return 0;
  std::vector<std::pair<std::size_t, Fault>> faults;
  for (std::size_t row = 0; row < grants.size(); ++row) {
    grants[row] = tidy(std::move(grants[row]));
    if (auto bad = malformed_grant(grants[row])) faults.emplace_back(row, *std::move(bad));
  }
  if (!faults.empty()) return refused(std::move(faults), grants.size());
  for (Grant& grant : grants) {
    OB_TRY(grant.id, state_->ids.next());
  }
  const Conflicts conflicts = state_->all_conflicts();
  OB_CHECK(state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(bump_version(session)); // from here on nobody else changes roles or grants
    Granting granting(context, conflicts);
    OB_CHECK(granting.load(session, grants));
    std::vector<std::pair<std::size_t, Fault>> bad;
    std::vector<storage::Params> rows;
    for (std::size_t row = 0; row < grants.size(); ++row) {
      if (auto why = granting.take(grants[row]))
        bad.emplace_back(row, *std::move(why));
      else
        rows.push_back(row_of(grants[row]));
    }
    if (!bad.empty()) return refused(std::move(bad), grants.size());
    OB_CHECK(session.bulk_insert("access_grants", kColumns, rows));
    for (const Grant& grant : grants) {
      OB_CHECK(state_->note(session, context, "access.grant", "grant", std::to_string(grant.id),
                            granting.node(grant).path, described(grant, granting)));
    }
    return {};
  }));
  return static_cast<int>(grants.size());
}

Result<void> Access::revoke(const Context& context, std::int64_t id) {
  return state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(bump_version(session));
    OB_TRY(const std::vector<GrantRow> rows, load_grants(session, "g.id = ? AND g.revoked_ms = 0", {id}));
    if (rows.empty()) {
      return fault(FaultKind::not_found, "access.grant_unknown",
                   {"没有这项授权，或已收回。", "There is no such grant, or it was revoked."});
    }
    OB_CHECK(session.send("UPDATE access_grants SET revoked_ms = ? WHERE id = ?",
                          {std::max<std::int64_t>(context.now_ms, 1), id}));
    const GrantRow& row = rows.front();
    return state_->note(session, context, "access.revoke", "grant", std::to_string(id), row.node.path,
                        detail({{"user", row.grant.user.str()}, {"role", row.role->code}, {"node", row.node.code}}));
  });
}

Result<void> Access::replace_grants(const Context& context, UserId user, const std::string& origin,
                                    std::vector<Grant> wanted) {
  OB_TRY(const std::vector<Grant> held, grants({user, 0, kMostPage}));
  for (Grant& one : wanted) {
    one.user = user;
    one.origin = origin;
  }
  const auto among = [](const std::vector<Grant>& list, const Grant& grant) {
    return std::any_of(list.begin(), list.end(), [&](const Grant& other) { return same_extent(other, grant); });
  };
  // Withdrawn first: a failure in between leaves less than was meant, never more.
  for (const Grant& old : held)
    if (old.origin == origin && !among(wanted, old)) OB_CHECK(revoke(context, old.id));
  for (const Grant& one : wanted)
    if (!among(held, one)) {
      OB_TRY([[maybe_unused]] const Grant made, grant(context, one));
    }
  return {};
}

Result<std::vector<Grant>> Access::grants(const GrantQuery& query) {
  std::string sql =
      "SELECT " + std::string(kGrantColumns) + " FROM access_grants g WHERE g.revoked_ms = 0 AND g.id > ?";
  storage::Params params{query.after_id};
  if (!query.user.none()) {
    sql += " AND g.user_id = ?";
    params.emplace_back(query.user.value);
  }
  sql += " ORDER BY g.id LIMIT ?";
  params.emplace_back(std::int64_t{std::clamp(query.limit, 1, kMostPage)});
  std::vector<Grant> result;
  OB_CHECK(state_->database.read(Context::system(state_->clock), [&](storage::Session& session) -> Result<void> {
    result.clear();
    return storage::each(session, sql, params, [&](const storage::Rows& rows) { result.push_back(read_grant(rows)); });
  }));
  return result;
}

} // namespace onebudget::access
