// /system/role and /system/permission.

#include <fmt/format.h>
#include <algorithm>

#include "kernel/http/api/toolbox.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 256 * 1024, false, 30};
constexpr const char *kRoles = "system.role.manage", *kGrants = "system.grant.manage";

Json role_json(const access::Role& role) {
  return {{"id", std::to_string(role.id)},   {"code", role.code},       {"title", text_json(role.title)},
          {"permissions", role.permissions}, {"builtin", role.builtin}, {"category", role.category},
          {"version", role.version}};
}

Result<void> require_either(Services& services, const Request& request) {
  OB_TRY(const auto rights, services.access.rights(request.context));
  if (rights->may(kGrants)) return {};
  return require(services, request, kRoles);
}

Result<Response> list_roles(Services& services, Request& request) {
  OB_CHECK(require_either(services, request));
  OB_TRY(const auto roles, services.access.roles());
  Json items = Json::array();
  for (const access::Role& role : roles) items.push_back(role_json(role));
  return json_answer(200, Json{{"items", items}, {"next_cursor", nullptr}});
}

Result<access::Role> one_role(Services& services, const Request& request) {
  OB_TRY(const auto id, id_of<struct RoleTag>(request.param("id")));
  OB_TRY(const auto roles, services.access.roles());
  for (const access::Role& role : roles)
    if (role.id == id.value) return role;
  return not_found();
}

Result<void> read_role(const Json& body, access::Role& role, bool fresh) {
  Members members(body);
  if (fresh) role.code = members.text("code", true);
  if (fresh) role.category = members.text("category");
  if (role.category.empty()) role.category = "business";
  if (members.has("permissions")) role.permissions = members.texts("permissions");
  if (const Json* title = members.object("title")) {
    Members words(*title);
    role.title = {words.text("zh"), words.text("en")};
    OB_CHECK(below("title", words.done()));
  }
  OB_CHECK(members.done());
  if (role.title.zh.empty())
    return fault(
        FaultKind::rule, "http.body", {"角色需要名称。", "A role needs a title."},
        {{"/title/zh", "field.required", {"必填项缺失。", "This is required."}, {"请填写。", "Give a value."}}});
  return {};
}

/// A code without a wildcard that was not `held` before must be one that something enabled declares: a mistyped one
/// would grant nothing, silently. Codes held before may belong to a plugin that is disabled now.
Result<void> known_permissions(const Services& services, const access::Role& role,
                               const std::vector<std::string>& held) {
  const auto known = services.access.permissions();
  std::vector<FieldFault> unknown;
  for (const std::string& code : role.permissions) {
    const bool added = code.find('*') == std::string::npos && std::find(held.begin(), held.end(), code) == held.end();
    if (!added || std::any_of(known.begin(), known.end(), [&](const access::Permission& p) { return p.code == code; }))
      continue;
    unknown.push_back({"/permissions",
                       "role.permission_unknown",
                       {fmt::format("没有权限“{}”。", code), fmt::format("There is no permission \"{}\".", code)},
                       {"请从权限清单中选择；若属于未启用的插件，请先启用该插件。",
                        "Choose from the list of permissions; enable its plugin first when it is not enabled."}});
  }
  if (unknown.empty()) return {};
  return fault(FaultKind::rule, "access.role_refused",
               {"角色未保存。请更正所列字段。", "The role was not saved. Correct the fields listed."},
               std::move(unknown));
}

Result<Response> create_role(Services& services, Request& request) {
  OB_CHECK(require(services, request, kRoles));
  OB_TRY(const Json body, body_object(request));
  access::Role role;
  OB_CHECK(read_role(body, role, true));
  OB_CHECK(known_permissions(services, role, {}));
  OB_TRY(const access::Role made, services.access.create_role(request.context, role));
  return json_answer(201, role_json(made), made.version);
}

Result<Response> update_role(Services& services, Request& request) {
  OB_CHECK(require(services, request, kRoles));
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(access::Role role, one_role(services, request));
  OB_TRY(const Json body, body_object(request));
  const std::vector<std::string> held = role.permissions;
  OB_CHECK(read_role(body, role, false));
  OB_CHECK(known_permissions(services, role, held));
  role.version = version;
  OB_TRY(const access::Role changed, services.access.update_role(request.context, role));
  return json_answer(200, role_json(changed), changed.version);
}

Result<Response> remove_role(Services& services, Request& request) {
  OB_CHECK(require(services, request, kRoles));
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(const auto id, id_of<struct RoleTag>(request.param("id")));
  OB_CHECK(services.access.remove_role(request.context, id.value, version));
  return Response(204);
}

Result<Response> list_permissions(Services& services, Request& request) {
  OB_CHECK(require_either(services, request));
  Json items = Json::array();
  for (const access::Permission& permission : services.access.permissions())
    items.push_back({{"code", permission.code}, {"title", text_json(permission.title)}, {"risk", permission.risk}});
  return json_answer(200, Json{{"items", items}, {"next_cursor", nullptr}});
}

} // namespace

void add_role_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/role", Entry::caller, {}, list_roles);
  add_api(router, services, "POST", "/system/role", Entry::caller, kBody, create_role);
  add_api(router, services, "PATCH", "/system/role/{id}", Entry::caller, kBody, update_role);
  add_api(router, services, "DELETE", "/system/role/{id}", Entry::caller, {}, remove_role);
  add_api(router, services, "GET", "/system/permission", Entry::caller, {}, list_permissions);
}

} // namespace onebudget::http
