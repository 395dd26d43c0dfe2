// /system/user and /system/token.

#include <fmt/format.h>

#include "kernel/http/api/toolbox.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 64 * 1024, false, 30};
constexpr const char* kManage = "system.user.manage";

const char* state_name(identity::AccountState state) {
  return state == identity::AccountState::active   ? "active"
         : state == identity::AccountState::locked ? "locked"
                                                   : "disabled";
}

Json account_json(const identity::Account& account) {
  return {{"id", account.id.str()},
          {"username", account.username},
          {"display_name", account.display_name},
          {"phone", account.phone},
          {"state", state_name(account.state)},
          {"node", account.node.none() ? Json() : Json(account.node.str())},
          {"last_sign_in", time_json(account.last_sign_in_ms)},
          {"must_change_password", account.must_change_password},
          {"version", account.version}};
}

Result<Response> list(Services& services, Request& request) {
  // The security administrator grants to people and therefore must find them.
  OB_TRY(const auto rights, services.access.rights(request.context));
  if (!rights->may("system.grant.manage")) OB_CHECK(require(services, request, kManage));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"q", "limit", "cursor"}));
  identity::AccountQuery query;
  query.text = parameters.text("q");
  OB_TRY(query.limit, parameters.limit(50, 1000));
  OB_TRY(query.after_id, parameters.number("cursor"));
  OB_TRY(const auto accounts, services.identity.list(query));
  Json items = Json::array();
  for (const identity::Account& account : accounts) items.push_back(account_json(account));
  const bool full = static_cast<int>(accounts.size()) == query.limit;
  return json_answer(200, Json{{"items", items}, {"next_cursor", full ? Json(accounts.back().id.str()) : Json()}});
}

Result<Response> show(Services& services, Request& request) {
  OB_CHECK(require(services, request, kManage));
  OB_TRY(const UserId id, id_of<UserTag>(request.param("id")));
  OB_TRY(const identity::Account account, services.identity.find(id));
  return json_answer(200, account_json(account), account.version);
}

Fault no_node(const char* field, const std::string& given) {
  return fault(FaultKind::rule, "http.body", {"没有这个机构。", "There is no such node."},
               {{field,
                 "field.reference",
                 {fmt::format("没有“{}”这个机构。", given), fmt::format("There is no node \"{}\".", given)},
                 {"请检查取值。", "Check the value."}}});
}

Result<NodeId> node_of(Services& services, const std::string& id) {
  const auto node = NodeId::parse(id);
  if (!node || !services.access.node(*node)) return no_node("/node", id);
  return *node;
}

/// `node` by id or `node_code` by code.
Result<identity::NewAccount> new_account(Services& services, const Request& request, const Json& body) {
  Members members(body);
  identity::NewAccount account;
  account.username = members.text("username", true);
  account.display_name = members.text("display_name", true);
  account.phone = members.text("phone");
  account.password = members.text("password");
  account.must_change_password = members.boolean("must_change_password", true);
  const std::string node = members.text("node"), node_code = members.text("node_code");
  OB_CHECK(members.done());
  if (!node.empty()) {
    OB_TRY(account.node, node_of(services, node));
  } else if (!node_code.empty()) {
    OB_TRY(const auto found, services.access.node_by_code(request.context, node_code));
    if (!found) return no_node("/node_code", node_code);
    account.node = found->id;
  }
  return account;
}

Result<Response> create(Services& services, Request& request) {
  OB_CHECK(require(services, request, kManage));
  OB_TRY(const Json body, body_object(request));
  OB_TRY(const identity::NewAccount wanted, new_account(services, request, body));
  OB_TRY(const identity::Account account, services.identity.create(request.context, wanted));
  return json_answer(201, account_json(account), account.version);
}

Result<Response> import(Services& services, Request& request) {
  OB_CHECK(require(services, request, kManage));
  std::vector<identity::NewAccount> accounts;
  OB_CHECK(each_line(request, [&](const Json& value) -> Result<void> {
    OB_TRY(auto account, new_account(services, request, value));
    accounts.push_back(std::move(account));
    return {};
  }));
  OB_TRY(const int created, services.identity.create_many(request.context, accounts));
  return json_answer(200, Json{{"created", created}});
}

Result<Response> update(Services& services, Request& request) {
  OB_CHECK(require(services, request, kManage));
  OB_TRY(const UserId id, id_of<UserTag>(request.param("id")));
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(const Json body, body_object(request));
  OB_TRY(identity::Account account, services.identity.find(id));
  Members members(body);
  if (members.has("display_name")) account.display_name = members.text("display_name", true);
  if (members.has("phone")) account.phone = members.text("phone");
  const std::string state = members.text("state"), node = members.text("node");
  OB_CHECK(members.done());
  if (!node.empty()) {
    OB_TRY(account.node, node_of(services, node));
  }
  if (state == "active")
    account.state = identity::AccountState::active;
  else if (state == "disabled")
    account.state = identity::AccountState::disabled;
  else if (!state.empty())
    return fault(FaultKind::rule, "http.body",
                 {"状态只能是 active 或 disabled。", "The state can be active or disabled."});
  account.version = version;
  OB_TRY(const identity::Account changed, services.identity.update(request.context, account));
  return json_answer(200, account_json(changed), changed.version);
}

Result<Response> reset_password(Services& services, Request& request) {
  OB_CHECK(require(services, request, kManage));
  OB_TRY(const UserId id, id_of<UserTag>(request.param("id")));
  OB_TRY(const std::string password, services.identity.reset_password(request.context, id));
  return json_answer(200, Json{{"password", password}});
}

Json token_json(const identity::Token& token) {
  return {{"id", std::to_string(token.id)},
          {"title", token.title},
          {"created_at", time_json(token.created_ms)},
          {"expires_at", time_json(token.expires_at_ms)},
          {"last_used_at", time_json(token.last_used_ms)},
          {"revoked", token.revoked}};
}

Result<Response> list_tokens(Services& services, Request& request) {
  OB_TRY(const auto tokens, services.identity.tokens(request.context.caller.user));
  Json items = Json::array();
  for (const identity::Token& token : tokens) items.push_back(token_json(token));
  return json_answer(200, Json{{"items", items}, {"next_cursor", nullptr}});
}

/// Grants as POST /system/grant takes them, the person being the owner.
Result<std::vector<access::Grant>> grants_of(Services& services, const Request& request, const Json& listed) {
  OB_TRY(const auto roles, services.access.roles());
  std::vector<access::Grant> grants;
  for (Json item : listed) {
    if (item.is_object()) item["user"] = request.context.caller.user.str();
    auto grant = read_grant(services, request, item, roles);
    if (!grant) {
      Fault wrong = std::move(grant).fault();
      for (FieldFault& field : wrong.fields) field.field = fmt::format("/grants/{}{}", grants.size(), field.field);
      return wrong;
    }
    grants.push_back(*std::move(grant));
  }
  return grants;
}

/// A token carries its own grants; each must lie within what its owner holds. Without any it reads what everyone may
/// read.
Result<Response> create_token(Services& services, Request& request) {
  if (request.context.caller.kind != CallerKind::person)
    return fault(FaultKind::forbidden, "http.person_only",
                 {"只有本人登录后才能创建令牌。", "Only a signed-in person can make a token."});
  OB_TRY(const Json body, body_object(request));
  Members members(body);
  const std::string title = members.text("title", true), expires = members.text("expires_at", true);
  const bool listed = members.has("grants");
  OB_CHECK(members.done());
  if (listed && !body["grants"].is_array())
    return fault(FaultKind::malformed, "http.body", {"grants 应为数组。", "grants must be an array."});
  OB_TRY(const std::int64_t expires_ms, time_ms(expires, "expires_at"));
  std::vector<access::Grant> grants;
  if (listed) {
    OB_TRY(grants, grants_of(services, request, body["grants"]));
  }
  OB_TRY(const identity::Identity::NewToken made,
         services.identity.create_token(request.context, request.context.caller.user, title, expires_ms));
  const Context system = Context::system(services.clock, request.context.request_id);
  for (access::Grant& grant : grants) {
    grant.token_id = made.token.id;
    if (const auto granted = services.access.grant(system, grant); !granted) {
      OB_CHECK(services.identity.revoke_token(request.context, request.context.caller.user, made.token.id));
      return granted.fault();
    }
  }
  Json answer = token_json(made.token);
  answer["token"] = made.secret;
  return json_answer(201, answer);
}

Result<Response> revoke_token(Services& services, Request& request) {
  OB_TRY(const auto id, id_of<struct TokenTag>(request.param("id")));
  OB_CHECK(services.identity.revoke_token(request.context, request.context.caller.user, id.value));
  return Response(204);
}

} // namespace

void add_user_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/user", Entry::caller, {}, list);
  add_api(router, services, "POST", "/system/user", Entry::caller, kBody, create);
  add_api(router, services, "POST", "/system/user/import", Entry::caller,
          {BodyPolicy::spool, std::uint64_t{64} << 20, false, 600}, import);
  add_api(router, services, "GET", "/system/user/{id}", Entry::caller, {}, show);
  add_api(router, services, "PATCH", "/system/user/{id}", Entry::caller, kBody, update);
  add_api(router, services, "POST", "/system/user/{id}/reset-password", Entry::caller, kBody, reset_password);
  add_api(router, services, "GET", "/system/token", Entry::caller, {}, list_tokens);
  add_api(router, services, "POST", "/system/token", Entry::caller, kBody, create_token);
  add_api(router, services, "DELETE", "/system/token/{id}", Entry::caller, {}, revoke_token);
}

} // namespace onebudget::http
