// /system/role, /system/permission and /system/grant.

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <set>

#include "kernel/access/names.hpp"
#include "kernel/http/api/toolbox.hpp"
#include "sdk/query/filter.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 256 * 1024, false, 30};
constexpr const char* kRoles = "system.role.manage";
constexpr const char* kGrants = "system.grant.manage";

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
  OB_TRY(const access::Role role, one_role(services, request));
  if (role.version != version)
    return fault(FaultKind::version, "access.role_version",
                 {"角色已被他人修改。请刷新后再删。", "Somebody else changed the role. Refresh and delete it again."});
  OB_CHECK(services.access.remove_role(request.context, role.id));
  return Response(204);
}

Result<Response> list_permissions(Services& services, Request& request) {
  OB_CHECK(require_either(services, request));
  Json items = Json::array();
  for (const access::Permission& permission : services.access.permissions())
    items.push_back({{"code", permission.code}, {"title", text_json(permission.title)}, {"risk", permission.risk}});
  return json_answer(200, Json{{"items", items}, {"next_cursor", nullptr}});
}

/// Names for ids, looked up once per answer.
class Names {
 public:
  explicit Names(Services& services) : services_(services) {}
  Result<void> load() {
    OB_TRY(roles_, services_.access.roles());
    return {};
  }
  Result<Json> grant(const access::Grant& grant) {
    OB_TRY(const identity::Account* account, account_of(grant.user));
    OB_TRY(const access::Node* node, node_of(grant.node));
    const auto role =
        std::find_if(roles_.begin(), roles_.end(), [&](const access::Role& r) { return r.id == grant.role_id; });
    return Json{{"id", std::to_string(grant.id)},
                {"user", grant.user.str()},
                {"username", account->username},
                {"display_name", account->display_name},
                {"role", std::to_string(grant.role_id)},
                {"role_code", role == roles_.end() ? "" : role->code},
                {"role_title", role == roles_.end() ? Json() : text_json(role->title)},
                {"node", grant.node.str()},
                {"node_code", node->code},
                {"node_name", node->name},
                {"reach", access::name_of(grant.reach)},
                {"departments", grant.departments},
                {"where", grant.where.empty() ? Json() : Json(grant.where)},
                {"valid_from", time_json(grant.valid_from_ms)},
                {"valid_to", time_json(grant.valid_to_ms)},
                {"delegated_by", grant.delegated_by == 0 ? Json() : Json(std::to_string(grant.delegated_by))},
                {"revoked", grant.revoked}};
  }

 private:
  Result<const identity::Account*> account_of(UserId id) {
    if (const auto known = accounts_.find(id); known != accounts_.end()) return &known->second;
    OB_TRY(identity::Account account, services_.identity.find(id));
    return &accounts_.emplace(id, std::move(account)).first->second;
  }
  Result<const access::Node*> node_of(NodeId id) {
    if (const auto known = nodes_.find(id); known != nodes_.end()) return &known->second;
    OB_TRY(access::Node node, services_.access.node(id));
    return &nodes_.emplace(id, std::move(node)).first->second;
  }
  Services& services_;
  std::vector<access::Role> roles_;
  std::map<UserId, identity::Account> accounts_;
  std::map<NodeId, access::Node> nodes_;
};

Result<UserId> user_named(Services& services, const std::string& username) {
  OB_TRY(const auto account, services.identity.find(std::string_view(username)));
  if (account) return account->id;
  return fault(FaultKind::rule, "http.body", {"没有这个用户。", "There is no such person."},
               {{"/username",
                 "field.reference",
                 {fmt::format("没有用户“{}”。", username), fmt::format("There is no \"{}\".", username)},
                 {"请检查用户名。", "Check the user name."}}});
}

Result<Response> list_grants(Services& services, Request& request) {
  OB_CHECK(require(services, request, kGrants));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"user", "username", "limit", "cursor"}));
  access::Access::GrantQuery query;
  OB_TRY(query.limit, parameters.limit(50, 1000));
  OB_TRY(query.after_id, parameters.number("cursor"));
  if (const std::string user = parameters.text("user"); !user.empty()) {
    OB_TRY(query.user, id_of<UserTag>(user));
  }
  if (const std::string name = parameters.text("username"); !name.empty()) {
    OB_TRY(query.user, user_named(services, name));
  }
  OB_TRY(const auto grants, services.access.grants(query));
  Names names(services);
  OB_CHECK(names.load());
  Json items = Json::array();
  for (const access::Grant& grant : grants) {
    OB_TRY(const Json item, names.grant(grant));
    items.push_back(item);
  }
  const bool full = static_cast<int>(grants.size()) == query.limit;
  return json_answer(200,
                     Json{{"items", items}, {"next_cursor", full ? Json(std::to_string(grants.back().id)) : Json()}});
}

Result<Response> create_grant(Services& services, Request& request) {
  OB_CHECK(require(services, request, kGrants));
  OB_TRY(const Json body, body_object(request));
  OB_TRY(const auto roles, services.access.roles());
  OB_TRY(const access::Grant wanted, read_grant(services, request, body, roles));
  OB_TRY(const access::Grant granted, services.access.grant(request.context, wanted));
  Names names(services);
  OB_CHECK(names.load());
  OB_TRY(const Json answer, names.grant(granted));
  return json_answer(201, answer);
}

Result<Response> import_grants(Services& services, Request& request) {
  OB_CHECK(require(services, request, kGrants));
  OB_TRY(const auto roles, services.access.roles());
  std::vector<access::Grant> grants;
  OB_CHECK(each_line(request, [&](const Json& value) -> Result<void> {
    OB_TRY(auto grant, read_grant(services, request, value, roles));
    grants.push_back(std::move(grant));
    return {};
  }));
  OB_TRY(const int created, services.access.grant_many(request.context, grants));
  return json_answer(200, Json{{"created", created}});
}

Result<Response> revoke_grant(Services& services, Request& request) {
  OB_CHECK(require(services, request, kGrants));
  OB_TRY(const auto id, id_of<struct GrantTag>(request.param("id")));
  OB_CHECK(services.access.revoke(request.context, id.value));
  return Response(204);
}

/// With a record, whether it is in a grant's scope is asked of the records room, which knows states and conditions.
Result<Response> explain(Services& services, Request& request) {
  OB_CHECK(require(services, request, kGrants));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"user", "permission", "record"}));
  UserId user;
  if (const auto id = UserId::parse(parameters.text("user"))) {
    user = *id;
  } else {
    OB_TRY(user, user_named(services, parameters.text("user")));
  }
  std::optional<access::Place> place;
  std::string entity;
  RecordId row;
  if (const std::string record = parameters.text("record"); !record.empty()) {
    const std::size_t first = record.find('/'), second = record.find('/', first + 1);
    if (second == std::string::npos)
      return fault(FaultKind::malformed, "http.parameter",
                   {"record 应为 插件/实体/编号。", "record must be plugin/entity/id."});
    OB_TRY(const std::string plugin, name_of(record.substr(0, first)));
    OB_TRY(const std::string name, name_of(record.substr(first + 1, second - first - 1)));
    OB_TRY(row, id_of<RecordTag>(record.substr(second + 1)));
    entity = plugin + "." + name;
    OB_TRY(place, services.records.place(entity, row));
  }
  const std::string permission = parameters.text("permission");
  const auto admits = [&](const access::Scope& scope) {
    const auto admitted = services.records.admits(entity, row, scope, permission == entity + ".read");
    return admitted && *admitted;
  };
  const auto declared = services.records.entity(entity);
  access::Explanation answer{
      true,
      {},
      {{"公共记录，登录即可查看，不需要授权。", "A public record: whoever signed in sees it; no grant is needed."}}};
  if (!declared || !declared->is_public || permission != entity + ".read") {
    OB_TRY(answer, services.access.explain(user, permission, place, admits));
  }
  Json reasons = Json::array(), grants = Json::array();
  for (const Text& reason : answer.reasons) reasons.push_back(text_json(reason));
  for (const std::int64_t grant : answer.grants) grants.push_back(std::to_string(grant));
  return json_answer(200, Json{{"allowed", answer.allowed}, {"grants", grants}, {"reasons", reasons}});
}

/// The condition must be one of the filter language, and every field in it one that something enabled declares: a
/// mistyped condition would admit nothing, silently.
std::optional<FieldFault> wrong_condition(const Services& services, const std::string& where) {
  if (where.empty()) return std::nullopt;
  const auto expression = query::parse_filter(where);
  if (!expression)
    return FieldFault{
        "/where", expression.fault().code, expression.fault().message, {"请改正条件。", "Correct the condition."}};
  std::set<std::string> known = {"id", "version", "created_at", "created_by", "updated_at", "updated_by"};
  for (const host::PluginInfo& plugin : services.host.plugins())
    for (const std::string& name : plugin.entities)
      if (const auto entity = services.records.entity(name))
        for (const records::Field& field : entity->fields) known.insert(field.name);
  std::vector<const query::Expression*> open = {&*expression};
  while (!open.empty()) {
    const query::Expression& one = *open.back();
    open.pop_back();
    for (const query::Expression& part : one.parts) open.push_back(&part);
    if (one.kind == query::Expression::Kind::term &&
        known.count(one.term.field.substr(0, one.term.field.find('.'))) == 0)
      return FieldFault{
          "/where",
          "field.reference",
          {fmt::format("没有字段“{}”。", one.term.field), fmt::format("There is no field \"{}\".", one.term.field)},
          {"请检查字段名。", "Check the name of the field."}};
  }
  return std::nullopt;
}

} // namespace

Result<access::Grant> read_grant(Services& services, const Request& request, const Json& body,
                                 const std::vector<access::Role>& roles) {
  Members members(body);
  access::Grant grant;
  const std::string user = members.text("user"), username = members.text("username"), role = members.text("role"),
                    role_code = members.text("role_code");
  const std::string node = members.text("node"), node_code = members.text("node_code"), reach = members.text("reach");
  grant.departments = members.texts("departments");
  grant.where = members.text("where");
  const std::string from = members.text("valid_from"), to = members.text("valid_to");
  OB_CHECK(members.done());
  OB_TRY(grant.valid_from_ms, time_ms(from, "valid_from"));
  OB_TRY(grant.valid_to_ms, time_ms(to, "valid_to"));
  std::vector<FieldFault> wrong;
  const auto unknown = [&](const char* field, const char* zh, const char* en) {
    wrong.push_back({field, "field.reference", {zh, en}, {"请检查取值。", "Check the value."}});
  };
  if (const auto id = UserId::parse(user)) {
    grant.user = *id;
  } else {
    OB_TRY(grant.user, user_named(services, username));
  }
  for (const access::Role& known : roles)
    if (known.code == role_code || std::to_string(known.id) == role) grant.role_id = known.id;
  if (grant.role_id == 0) unknown("/role", "没有这个角色。", "There is no such role.");
  if (const auto id = NodeId::parse(node)) {
    grant.node = *id;
  } else {
    OB_TRY(const auto found, services.access.node_by_code(request.context, node_code));
    if (found)
      grant.node = found->id;
    else
      unknown("/node", "没有这个机构。", "There is no such node.");
  }
  if (const auto known = access::of_name(access::kReaches, reach))
    grant.reach = *known;
  else if (!reach.empty())
    unknown("/reach", "范围应为 self、level 或 subtree。", "The reach must be self, level or subtree.");
  if (auto condition = wrong_condition(services, grant.where)) wrong.push_back(*std::move(condition));
  if (!wrong.empty()) return fault(FaultKind::rule, "http.body", {"授权内容有误。", "The grant is wrong."}, wrong);
  return grant;
}

void add_role_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/role", Entry::caller, {}, list_roles);
  add_api(router, services, "POST", "/system/role", Entry::caller, kBody, create_role);
  add_api(router, services, "PATCH", "/system/role/{id}", Entry::caller, kBody, update_role);
  add_api(router, services, "DELETE", "/system/role/{id}", Entry::caller, {}, remove_role);
  add_api(router, services, "GET", "/system/permission", Entry::caller, {}, list_permissions);
}

void add_grant_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/grant", Entry::caller, {}, list_grants);
  add_api(router, services, "POST", "/system/grant", Entry::caller, kBody, create_grant);
  add_api(router, services, "POST", "/system/grant/import", Entry::caller,
          {BodyPolicy::spool, std::uint64_t{64} << 20, false, 600}, import_grants);
  add_api(router, services, "DELETE", "/system/grant/{id}", Entry::caller, {}, revoke_grant);
  add_api(router, services, "GET", "/system/grant/explain", Entry::caller, {}, explain);
}

} // namespace onebudget::http
