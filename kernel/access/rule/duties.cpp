#include "kernel/access/rule/duties.hpp"

#include <algorithm>
#include <set>

#include "kernel/access/rule/patterns.hpp"
#include "kernel/access/tree/node_plan.hpp"

namespace onebudget::access {

namespace {

constexpr std::size_t kMostPermissions = 2000;
constexpr std::string_view kSystem = "system.";

/// Which office acts on which of the kernel's own things. Things without a row belong to the system administrator.
struct Office {
  std::string_view thing;
  std::string_view category; ///< "" = everybody
  bool reading_too;          ///< reading is reserved as well
};
constexpr Office kOffices[] = {
    {"plugin", "system_admin", false},
    {"user", "system_admin", false},
    {"node", "system_admin", false},
    {"job", "system_admin", false},
    {"schedule", "system_admin", false},
    {"setting", "system_admin", false},
    {"backup", "system_admin", true},
    {"role", "security_admin", false},
    {"grant", "security_admin", false},
    {"permission", "security_admin", false},
    {"audit", "audit_admin", true},
    {"token", "", false},
    {"file", "", false},
    {"view", "", false},
};

std::string_view thing_of(std::string_view pattern) {
  pattern.remove_prefix(kSystem.size());
  return pattern.substr(0, pattern.find('.'));
}

bool reads(std::string_view pattern) {
  constexpr std::string_view kRead = ".read";
  return pattern.size() > kRead.size() && pattern.substr(pattern.size() - kRead.size()) == kRead;
}

/// The only category that may hold the pattern; "" when any may.
std::string_view office_of(std::string_view pattern) {
  const std::string_view thing = thing_of(pattern);
  const auto* office = std::find_if(std::begin(kOffices), std::end(kOffices),
                                    [thing](const Office& candidate) { return candidate.thing == thing; });
  if (office == std::end(kOffices)) return reads(pattern) ? "" : "system_admin";
  return reads(pattern) && !office->reading_too ? "" : office->category;
}

std::optional<FieldFault> misplaced(const Role& role, const std::string& pattern) {
  const bool system = std::string_view(pattern).substr(0, kSystem.size()) == kSystem;
  if (!system) {
    if (role.category == "business") return std::nullopt;
    return FieldFault{
        "/permissions",
        "role.duties",
        {"管理员角色不得含业务权限 " + pattern, "an administrator's role holds no business permission: " + pattern},
        {"请把业务权限放入业务角色", "put business permissions into a business role"}};
  }
  if (pattern == "system.*") {
    return FieldFault{"/permissions",
                      "role.duties",
                      {"system.* 会同时授予三员的权限", "system.* would hold all three administrators' permissions"},
                      {"请逐项列出，例如 system.node.*", "list them one by one, such as system.node.*"}};
  }
  const std::string_view office = office_of(pattern);
  if (office.empty() || office == role.category) return std::nullopt;
  return FieldFault{"/permissions",
                    "role.duties",
                    {"权限 " + pattern + " 只能属于类别 " + std::string(office),
                     pattern + " belongs to category " + std::string(office)},
                    {"请放入该类别的角色：系统、安全、审计管理员三员分立",
                     "put it into a role of that category: the three administrators' duties are separate"}};
}

bool role_code(std::string_view code) {
  if (code.empty() || code.size() > 64 || code.front() < 'a' || code.front() > 'z') return false;
  return std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

bool holds_any(const std::vector<const Role*>& roles, const std::string& permission) {
  return std::any_of(roles.begin(), roles.end(), [&permission](const Role* role) {
    return std::any_of(role->permissions.begin(), role->permissions.end(), [&permission](const std::string& pattern) {
      return matches(pattern, permission) || covers(permission, pattern);
    });
  });
}

Text category_title(const std::string& category) {
  if (category == "system_admin") return {"系统管理员", "system administrator"};
  if (category == "security_admin") return {"安全管理员", "security administrator"};
  if (category == "audit_admin") return {"审计管理员", "audit administrator"};
  return {"业务", "business"};
}

} // namespace

std::optional<Text> conflict_of(const std::vector<const Role*>& roles, const Conflicts& conflicts) {
  for (const Conflict& pair : conflicts) {
    if (!holds_any(roles, pair.first) || !holds_any(roles, pair.second)) continue;
    const bool why = !pair.title.zh.empty();
    return Text{pair.first + " 和 " + pair.second + (why ? "（" + pair.title.zh + "）" : ""),
                pair.first + " and " + pair.second + (why ? " (" + pair.title.in("en") + ")" : "")};
  }
  return std::nullopt;
}

std::vector<FieldFault> role_faults(const Role& role, const Conflicts& conflicts) {
  std::vector<FieldFault> faults;
  if (!role_code(role.code)) {
    faults.push_back(
        {"/code",
         "role.code",
         {"角色代码不合规", "the role code is malformed"},
         {"请用小写字母开头，至多 64 位小写字母、数字、点、下划线、连字符",
          "begin with a lower-case letter; at most 64 lower-case letters, digits, dots, underscores, hyphens"}});
  }
  if (!valid_node_name(role.title.zh) || (!role.title.en.empty() && !valid_node_name(role.title.en))) {
    faults.push_back({"/title",
                      "role.title",
                      {"角色名称为空或过长", "the title is empty or too long"},
                      {"请填写 1 至 200 个字的中文名称", "give a Chinese title of 1 to 200 characters"}});
  }
  if (std::find(std::begin(kCategories), std::end(kCategories), role.category) == std::end(kCategories)) {
    faults.push_back({"/category",
                      "role.category",
                      {"角色类别未知", "the category is unknown"},
                      {"可选 business、system_admin、security_admin、audit_admin",
                       "choose business, system_admin, security_admin or audit_admin"}});
    return faults;
  }
  if (role.permissions.size() > kMostPermissions) {
    faults.push_back(
        {"/permissions",
         "role.too_many",
         {"角色的权限过多", "the role holds too many permissions"},
         {"至多 2000 项，可用通配，例如 compilation.*", "at most 2000; use a wildcard such as compilation.*"}});
    return faults;
  }
  for (const std::string& pattern : role.permissions) {
    if (!valid_pattern(pattern)) {
      faults.push_back({"/permissions",
                        "role.permission",
                        {"权限写法有误：" + pattern, "malformed permission: " + pattern},
                        {"写成 插件.实体.动作，通配只能在插件之内，例如 compilation.project.*",
                         "write <plugin>.<entity>.<verb>; a wildcard stays within a plugin: compilation.project.*"}});
    } else if (auto bad = misplaced(role, pattern)) {
      faults.push_back(std::move(*bad));
    }
  }
  if (const auto pair = conflict_of({&role}, conflicts)) {
    faults.push_back({"/permissions",
                      "role.conflict",
                      {"同一角色不得包含 " + pair->zh, "one role may not hold " + pair->en},
                      {"请拆成两个角色，由不同的人担任", "split the role in two, held by different persons"}});
  }
  return faults;
}

std::optional<Fault> together(const std::vector<const Role*>& roles, const Conflicts& conflicts) {
  std::set<std::string> categories;
  for (const Role* role : roles) categories.insert(role->category);
  if (categories.size() > 1) {
    const Text one = category_title(*categories.begin()), other = category_title(*categories.rbegin());
    return fault(
        FaultKind::rule, "access.duties_mixed",
        {"一人不得兼任这些类别的角色：" + one.zh + "、" + other.zh +
             "。业务角色与系统、安全、审计管理员互斥，请授予另一个人，或先收回原授权。",
         "One person may not hold roles of these categories together: " + one.en + ", " + other.en +
             ". Business and the three administrators exclude each other; grant to another person or revoke first."});
  }
  if (const auto pair = conflict_of(roles, conflicts)) {
    return fault(FaultKind::rule, "access.conflict_pair",
                 {"一人不得同时持有 " + pair->zh + "。请授予另一个人，或先收回原授权。",
                  "One person may not hold both " + pair->en + ". Grant to another person or revoke first."});
  }
  return std::nullopt;
}

std::vector<Permission> kernel_permissions() {
  return {
      {"system.plugin.read", {"查看插件", "See plugins"}, "low"},
      {"system.plugin.manage", {"启用和停用插件", "Enable and disable plugins"}, "high"},
      {"system.node.read", {"查看组织树", "See the organisation tree"}, "low"},
      {"system.node.manage", {"维护组织树", "Maintain the organisation tree"}, "high"},
      {"system.user.read", {"查看账号", "See accounts"}, "low"},
      {"system.user.manage", {"维护账号", "Maintain accounts"}, "high"},
      {"system.role.read", {"查看角色", "See roles"}, "low"},
      {"system.role.manage", {"维护角色", "Maintain roles"}, "high"},
      {"system.grant.read", {"查看授权", "See grants"}, "low"},
      {"system.grant.manage", {"授予和收回权限", "Grant and revoke"}, "high"},
      {"system.permission.read", {"查看权限清单", "See the list of permissions"}, "low"},
      {"system.job.read", {"查看任务", "See jobs"}, "low"},
      {"system.job.manage", {"取消和重试任务", "Cancel and retry jobs"}, "medium"},
      {"system.schedule.read", {"查看计划", "See schedules"}, "low"},
      {"system.schedule.manage", {"维护计划", "Maintain schedules"}, "medium"},
      {"system.setting.read", {"查看设置", "See settings"}, "low"},
      {"system.setting.manage", {"修改设置", "Change settings"}, "high"},
      {"system.backup.manage", {"备份与恢复", "Back up and restore"}, "high"},
      {"system.audit.read", {"查看和导出审计日志", "Read and export the audit log"}, "high"},
      {"system.audit.verify", {"校验审计链", "Verify the audit chain"}, "medium"},
      {"system.token.manage", {"管理自己的访问令牌", "Manage one's own API tokens"}, "medium"},
      {"system.file.upload", {"上传文件", "Upload files"}, "low"},
      {"system.view.share", {"把保存的视图共享给角色", "Share saved views with roles"}, "low"},
  };
}

} // namespace onebudget::access
