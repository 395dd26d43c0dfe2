// /system/grant: who holds what where, why somebody may or may not, and what a person would see.

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
constexpr const char *kGrants = "system.grant.manage", *kSeeGrants = "system.grant.read";

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

Result<UserId> user_of(Services& services, const std::string& given) {
  if (const auto id = UserId::parse(given)) return *id;
  return user_named(services, given);
}

/// A record named by a parameter: plugin/entity/id.
struct Asked {
  std::string entity;
  RecordId id;
};
Result<Asked> asked_of(const std::string& record) {
  const std::size_t first = record.find('/'), second = record.find('/', first + 1);
  if (second == std::string::npos)
    return fault(FaultKind::malformed, "http.parameter",
                 {"record 应为 插件/实体/编号。", "record must be plugin/entity/id."});
  Asked asked;
  OB_TRY(const std::string plugin, name_of(record.substr(0, first)));
  OB_TRY(const std::string name, name_of(record.substr(first + 1, second - first - 1)));
  OB_TRY(asked.id, id_of<RecordTag>(record.substr(second + 1)));
  asked.entity = plugin + "." + name;
  return asked;
}

/// With a record, whether it is in a grant's scope is asked of the records room, which knows states and conditions.
Result<access::Explanation> explanation(Services& services, UserId user, const std::string& permission,
                                        const std::optional<Asked>& asked) {
  if (!asked) return services.access.explain(user, permission, {}, {});
  OB_TRY(const access::Place place, services.records.place(asked->entity, asked->id));
  const bool read = permission == asked->entity + ".read";
  const auto entity = services.records.entity(asked->entity);
  if (read && entity && entity->is_public)
    return access::Explanation{
        true,
        {},
        {{"公共记录，登录即可查看，不需要授权。", "A public record: whoever signed in sees it; no grant is needed."}}};
  return services.access.explain(user, permission, place, [&](const access::Scope& scope) {
    const auto admitted = services.records.admits(asked->entity, asked->id, scope, read);
    return admitted && *admitted;
  });
}

Json reasons_json(const access::Explanation& answer) {
  Json reasons = Json::array();
  for (const Text& reason : answer.reasons) reasons.push_back(text_json(reason));
  return reasons;
}

Result<Response> explain(Services& services, Request& request) {
  OB_CHECK(require(services, request, kGrants));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"user", "permission", "record"}));
  OB_TRY(const UserId user, user_of(services, parameters.text("user")));
  std::optional<Asked> asked;
  if (const std::string record = parameters.text("record"); !record.empty()) {
    OB_TRY(asked, asked_of(record));
  }
  OB_TRY(const access::Explanation answer, explanation(services, user, parameters.text("permission"), asked));
  Json grants = Json::array();
  for (const std::int64_t grant : answer.grants) grants.push_back(std::to_string(grant));
  return json_answer(200, Json{{"allowed", answer.allowed}, {"grants", grants}, {"reasons", reasons_json(answer)}});
}

/// The person's grants and home must stand where the caller may look into grants.
Result<void> may_preview(Services& services, const Request& request, const identity::Account& person,
                         const std::vector<access::Grant>& grants) {
  OB_TRY(const auto rights, services.access.rights(request.context));
  std::vector<access::Scope> reach = rights->scopes(kGrants);
  const std::vector<access::Scope>& seen = rights->scopes(kSeeGrants);
  reach.insert(reach.end(), seen.begin(), seen.end());
  if (reach.empty()) return require(services, request, kGrants);
  std::set<NodeId> nodes;
  if (!person.node.none()) nodes.insert(person.node);
  for (const access::Grant& grant : grants) nodes.insert(grant.node);
  bool inside = !nodes.empty() || std::ranges::any_of(reach, &access::Scope::root);
  for (const NodeId id : nodes) {
    OB_TRY(const access::Node node, services.access.node(id));
    const access::Place place{node.path, node.gov_level, node.department_code};
    inside = inside && std::ranges::any_of(reach, [&](const access::Scope& s) { return access::holds(s, place); });
  }
  if (inside) return {};
  return fault(FaultKind::forbidden, "access.preview_outside",
               {"这个人的机构或授权在您的管理范围之外。请由其上级的管理员查看。",
                "The person's home or grants lie outside your own reach. Ask an administrator above them."});
}

/// The first rows of an entity as both the person (`seen`) and the caller may see them; null when the caller may see
/// none of the entity at all.
Result<Json> rows_json(Services& services, const Request& request, const Context& seen, const std::string& entity,
                       int limit) {
  OB_TRY(const auto own, services.records.abilities(request.context, entity));
  if (!own.read) return Json();
  OB_TRY(const auto both, services.records.abilities(seen, entity));
  if (!both.read) return Json{{"count", 0}, {"items", Json::array()}};
  records::Query query;
  query.limit = limit;
  query.count = true;
  query.expand = {"labels"};
  OB_TRY(const records::Page page, services.records.list(seen, entity, query));
  return Json{{"count", page.count.value_or(0)}, {"items", Json::parse(page.items)}};
}

Result<Json> preview_record(Services& services, const Request& request, const Context& seen, const Asked& asked) {
  OB_TRY(const auto rights, services.access.rights(request.context));
  if (!rights->may(kGrants) && !services.records.visible(request.context, asked.entity, asked.id)) return not_found();
  OB_TRY(const auto answer, explanation(services, seen.caller.user, asked.entity + ".read", asked));
  const auto value = services.records.get(seen, asked.entity, asked.id, records::Form::rest, {"labels"});
  return Json{{"entity", asked.entity},
              {"id", asked.id.str()},
              {"sees", answer.allowed},
              {"reasons", reasons_json(answer)},
              {"value", value ? Json::parse(value->json) : Json()}};
}

/// Everything is read as the person, and rows only as far as the caller's own rights reach as well.
Result<Response> preview(Services& services, Request& request) {
  OB_TRY(const Parameters parameters, Parameters::of(request, {"user", "entity", "record", "limit"}));
  OB_TRY(const int limit, parameters.limit(10, 50));
  OB_TRY(const UserId user, user_of(services, parameters.text("user")));
  OB_TRY(const identity::Account person, services.identity.find(user));
  OB_TRY(auto grants, services.access.grants({user, 0, 1000}));
  std::erase_if(grants, [](const access::Grant& grant) { return grant.token_id != 0; });
  OB_CHECK(may_preview(services, request, person, grants));
  Context seen = request.context;
  seen.caller = Caller();
  seen.caller.kind = CallerKind::person;
  seen.caller.user = user;
  seen.caller.name = person.username;
  seen.caller.display_name = person.display_name;
  const Context alone = seen;
  seen.caller.limited_by = request.context.caller.user;
  seen.caller.limited_by_token = request.context.caller.token_id;
  Names names(services);
  OB_CHECK(names.load());
  Json answer = {{"user", {{"id", user.str()}, {"username", person.username}, {"display_name", person.display_name}}},
                 {"grants", Json::array()},
                 {"entities", Json::array()},
                 {"record", nullptr}};
  for (const access::Grant& grant : grants) {
    OB_TRY(Json one, names.grant(grant));
    one["in_force"] = grant.valid_from_ms <= seen.now_ms && (grant.valid_to_ms == 0 || seen.now_ms < grant.valid_to_ms);
    answer["grants"].push_back(std::move(one));
  }
  std::string wanted = parameters.text("entity");
  if (const std::string record = parameters.text("record"); !record.empty()) {
    OB_TRY(const Asked asked, asked_of(record));
    OB_TRY(answer["record"], preview_record(services, request, seen, asked));
    wanted.clear();
  }
  for (const auto& entity : services.records.entities()) {
    if (!wanted.empty() && entity->path() != "/" + wanted) continue;
    OB_TRY(const records::Abilities can, services.records.abilities(alone, entity->full_name()));
    Json rows;
    if (!wanted.empty()) {
      OB_TRY(rows, rows_json(services, request, seen, entity->full_name(), limit));
    }
    answer["entities"].push_back({{"entity", entity->full_name()},
                                  {"path", entity->path()},
                                  {"title", text_json(entity->title)},
                                  {"public", entity->is_public},
                                  {"can", abilities_json(can)},
                                  {"rows", std::move(rows)}});
  }
  if (!wanted.empty() && answer["entities"].empty()) return not_found();
  OB_CHECK(services.audit.append_now(
      request.context, {"access.preview", "user", user.str(), "", "ok", "",
                        Json{{"entity", parameters.text("entity")}, {"record", parameters.text("record")}}.dump()}));
  return json_answer(200, answer);
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

void add_grant_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/grant", Entry::caller, {}, list_grants);
  add_api(router, services, "POST", "/system/grant", Entry::caller, kBody, create_grant);
  add_api(router, services, "POST", "/system/grant/import", Entry::caller,
          {BodyPolicy::spool, std::uint64_t{64} << 20, false, 600}, import_grants);
  add_api(router, services, "DELETE", "/system/grant/{id}", Entry::caller, {}, revoke_grant);
  add_api(router, services, "GET", "/system/grant/explain", Entry::caller, {}, explain);
  add_api(router, services, "GET", "/system/grant/preview", Entry::caller, {}, preview);
}

} // namespace onebudget::http
