// Roles in the database.

#include <algorithm>
#include <map>

#include "kernel/access/detail.hpp"
#include "kernel/access/state.hpp"
#include "kernel/access/store.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::access {

namespace {

Fault refused(std::vector<FieldFault> fields) {
  return fault(FaultKind::rule, "access.role_refused",
               {"角色未保存。请更正所列字段。", "The role was not saved. Correct the fields listed."},
               std::move(fields));
}

Fault no_role() {
  return fault(FaultKind::not_found, "access.role_unknown", {"没有这个角色。", "There is no such role."});
}

Fault builtin_role(const Role& role) {
  return fault(FaultKind::rule, "access.role_builtin",
               {"角色 " + role.code + " 是内置角色，不能修改或删除。请另建角色。",
                "Role " + role.code + " is built in and cannot be changed or removed. Create a role of your own."});
}

Fault moved_on() {
  return fault(FaultKind::version, "access.role_version",
               {"角色已被他人修改。请刷新后再试。", "Somebody else changed the role. Refresh and try again."});
}

/// Sorted, without repetitions, so that equal roles look equal.
Role tidy(Role role) {
  std::sort(role.permissions.begin(), role.permissions.end());
  role.permissions.erase(std::unique(role.permissions.begin(), role.permissions.end()), role.permissions.end());
  return role;
}

bool same(const Role& a, const Role& b) {
  return a.code == b.code && a.title == b.title && a.category == b.category && a.permissions == b.permissions &&
         a.builtin == b.builtin;
}

std::string described(const Role& role) {
  return detail({{"code", role.code}, {"category", role.category}, {"permissions", role.permissions}});
}

Result<void> insert(storage::Session& session, const Role& role) {
  return session.send(
      "INSERT INTO access_roles (id, code, title_zh, title_en, category, permissions, builtin, version) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
      {role.id, role.code, role.title.zh, role.title.en, role.category, lines_of(role.permissions),
       std::int64_t{role.builtin ? 1 : 0}});
}

/// Everyone who holds the role must be allowed to hold it in its new shape beside their others.
Result<void> check_holders(storage::Session& session, const Role& role, const Conflicts& conflicts,
                           std::int64_t now_ms) {
  OB_TRY(
      const std::vector<GrantRow> grants,
      load_grants(session,
                  "g.token_id = 0 AND g.revoked_ms = 0 AND (g.valid_to_ms = 0 OR g.valid_to_ms > ?) AND g.user_id IN "
                  "(SELECT h.user_id FROM access_grants h WHERE h.role_id = ? AND h.token_id = 0 AND h.revoked_ms = 0 "
                  "AND (h.valid_to_ms = 0 OR h.valid_to_ms > ?))",
                  {now_ms, role.id, now_ms}));
  std::map<std::int64_t, std::vector<const Role*>> by_user;
  for (const GrantRow& row : grants) {
    by_user[row.grant.user.value].push_back(row.grant.role_id == role.id ? &role : row.role.get());
  }
  for (const auto& [user, roles] : by_user) {
    if (std::optional<Fault> bad = together(roles, conflicts)) {
      bad->message.zh += "（持有此角色的账号 " + std::to_string(user) + "）";
      bad->message.en += " (account " + std::to_string(user) + " holds this role)";
      return *std::move(bad);
    }
  }
  return {};
}

Result<void> replace(storage::Session& session, const Role& role, const Conflicts& conflicts, std::int64_t now_ms) {
  OB_CHECK(check_holders(session, role, conflicts, now_ms));
  OB_TRY(
      const std::int64_t changed,
      session.execute("UPDATE access_roles SET title_zh = ?, title_en = ?, category = ?, permissions = ?, builtin = ?, "
                      "version = version + 1 WHERE id = ? AND version = ?",
                      {role.title.zh, role.title.en, role.category, lines_of(role.permissions),
                       std::int64_t{role.builtin ? 1 : 0}, role.id, role.version}));
  return changed == 1 ? Result<void>() : Result<void>(moved_on());
}

Result<std::optional<Role>> role_by_id(storage::Session& session, std::int64_t id) {
  OB_TRY(const auto rows,
         session.query("SELECT " + std::string(kRoleColumns) + " FROM access_roles r WHERE r.id = ?", {id}));
  OB_TRY(const bool found, rows->next());
  if (!found) return std::optional<Role>();
  return std::optional<Role>(read_role(*rows));
}

} // namespace

Result<Role> Access::create_role(const Context& context, const Role& role) {
  Role created = tidy(role);
  created.version = 1;
  if (auto fields = role_faults(created, state_->all_conflicts()); !fields.empty()) return refused(std::move(fields));
  OB_TRY(created.id, state_->ids.next());
  const auto write = state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(bump_version(session));
    OB_CHECK(insert(session, created));
    return state_->note(session, context, "access.role_create", "role", created.code, "", described(created));
  });
  if (write) return created;
  if (write.fault().code != "storage.unique") return write.fault();
  return fault(FaultKind::conflict, "access.role_exists",
               {"角色代码 " + created.code + " 已存在。请换一个代码。",
                "Role " + created.code + " exists already. Use another code."});
}

Result<Role> Access::update_role(const Context& context, const Role& role) {
  Role updated = tidy(role);
  updated.builtin = false;
  const Conflicts conflicts = state_->all_conflicts();
  if (auto fields = role_faults(updated, conflicts); !fields.empty()) return refused(std::move(fields));
  OB_CHECK(state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(bump_version(session));
    OB_TRY(const std::optional<Role> before, role_by_id(session, role.id));
    if (!before) return no_role();
    if (before->builtin) return builtin_role(*before);
    if (before->code != updated.code) {
      return refused({{"/code",
                       "role.code",
                       {"角色代码不能修改", "a role's code does not change"},
                       {"请另建角色", "create another role"}}});
    }
    OB_CHECK(replace(session, updated, conflicts, context.now_ms));
    return state_->note(session, context, "access.role_update", "role", updated.code, "",
                        detail({{"before", {{"category", before->category}, {"permissions", before->permissions}}},
                                {"after", {{"category", updated.category}, {"permissions", updated.permissions}}}}));
  }));
  ++updated.version;
  return updated;
}

Result<void> Access::remove_role(const Context& context, std::int64_t id, std::int64_t version) {
  return state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(bump_version(session));
    OB_TRY(const std::optional<Role> role, role_by_id(session, id));
    if (!role) return no_role();
    if (role->version != version) return moved_on();
    if (role->builtin) return builtin_role(*role);
    OB_TRY(const std::int64_t granted,
           session.integer("SELECT COUNT(*) FROM access_grants WHERE role_id = ? AND revoked_ms = 0", {id}));
    if (granted > 0) {
      const std::string count = std::to_string(granted);
      return fault(FaultKind::conflict, "access.role_granted",
                   {"角色 " + role->code + " 仍有 " + count + " 项授权。请先收回这些授权。",
                    "Role " + role->code + " is still granted " + count + " times. Revoke those grants first."});
    }
    OB_CHECK(session.send("DELETE FROM access_roles WHERE id = ?", {id}));
    return state_->note(session, context, "access.role_remove", "role", role->code, "", described(*role));
  });
}

Result<std::vector<Role>> Access::roles() {
  return storage::answer<std::vector<Role>>(state_->database, Context::system(state_->clock), false,
                                            [&](storage::Session& session) { return load_roles(session); });
}

Result<int> Access::sync_roles(const Context& context, const std::vector<Role>& builtin) {
  const Conflicts conflicts = state_->all_conflicts();
  std::map<std::string, Role> wanted;
  for (const Role& role : builtin) {
    Role copy = tidy(role);
    copy.builtin = true;
    auto fields = role_faults(copy, conflicts);
    if (!wanted.emplace(copy.code, copy).second) {
      fields.push_back({"/code",
                        "role.code",
                        {"角色代码重复", "the code appears twice"},
                        {"每个角色只写一次", "list every role once"}});
    }
    for (FieldFault& field : fields) field.field = "role " + copy.code + field.field;
    if (!fields.empty()) return refused(std::move(fields));
  }
  OB_TRY(const std::vector<Role> present, roles());
  for (const Role& role : present) {
    const auto found = wanted.find(role.code);
    if (found == wanted.end()) continue;
    if (same(role, found->second))
      wanted.erase(found);
    else
      found->second.id = role.id;
  }
  if (wanted.empty()) return 0;
  for (auto& [code, role] : wanted) {
    if (role.id != 0) continue;
    OB_TRY(role.id, state_->ids.next());
  }
  int changed = 0;
  OB_CHECK(state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    changed = 0;
    OB_CHECK(bump_version(session)); // from here on no other node changes roles
    OB_TRY(const std::vector<Role> now, load_roles(session));
    for (auto [code, role] : wanted) {
      const auto before =
          std::find_if(now.begin(), now.end(), [&code = code](const Role& other) { return other.code == code; });
      if (before != now.end() && same(*before, role)) continue;
      if (before != now.end() && !before->builtin) {
        return fault(
            FaultKind::conflict, "access.role_exists",
            {"自建角色 " + code + " 与内置角色同名。请先将自建角色换名。",
             "Role " + code + " was created by hand and now comes built in. Replace it by one of another code first."});
      }
      if (before == now.end()) {
        OB_CHECK(insert(session, role));
      } else {
        role.id = before->id;
        role.version = before->version;
        OB_CHECK(replace(session, role, conflicts, context.now_ms));
      }
      ++changed;
      OB_CHECK(state_->note(session, context, "access.role_sync", "role", code, "", described(role)));
    }
    return {};
  }));
  return changed;
}

} // namespace onebudget::access
