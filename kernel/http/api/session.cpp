// Sign-in, who am I, sign-out, change of password, and the first start.

#include <fmt/format.h>

#include "kernel/access/names.hpp"
#include "kernel/http/api/session_rate.hpp"
#include "kernel/http/api/toolbox.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 16 * 1024, false, 30};

Json user_json(const identity::Account& account) {
  return {{"id", account.id.str()},
          {"username", account.username},
          {"display_name", account.display_name},
          {"must_change_password", account.must_change_password}};
}

/// The person's grants in force, as the home page shows them.
Result<Json> scopes_json(Services& services, const Request& request, UserId user) {
  Json scopes = Json::array();
  OB_TRY(const auto grants, services.access.grants({user, 0, 200}));
  OB_TRY(const auto roles, services.access.roles());
  for (const access::Grant& grant : grants) {
    const bool in_force = !grant.revoked && grant.token_id == 0 && grant.valid_from_ms <= request.context.now_ms &&
                          (grant.valid_to_ms == 0 || request.context.now_ms < grant.valid_to_ms);
    if (!in_force) continue;
    OB_TRY(const access::Node node, services.access.node(grant.node));
    const auto role =
        std::find_if(roles.begin(), roles.end(), [&](const access::Role& r) { return r.id == grant.role_id; });
    if (role == roles.end()) continue;
    scopes.push_back({{"role", role->code},
                      {"role_title", role->title.in(request.context.language)},
                      {"reach", access::name_of(grant.reach)},
                      {"departments", grant.departments},
                      {"node",
                       {{"id", node.id.str()},
                        {"code", node.code},
                        {"name", node.name},
                        {"kind", access::name_of(node.kind)},
                        {"gov_level", access::name_of(node.gov_level)}}}});
  }
  return scopes;
}

struct SystemPage {
  const char *name, *permission, *zh, *en;
};
constexpr SystemPage kSystemPages[] = {{"plugin", "system.plugin.manage", "插件", "Plugins"},
                                       {"user", "system.user.manage", "账号", "Accounts"},
                                       {"role", "system.role.manage", "角色", "Roles"},
                                       {"grant", "system.grant.manage", "授权", "Grants"},
                                       {"node", "system.node.manage", "组织机构", "Organisation"},
                                       {"setting", "system.setting.manage", "设置", "Settings"},
                                       {"job", "system.job.manage", "后台任务", "Jobs"},
                                       {"event", "system.job.manage", "未送达的事件", "Undelivered events"},
                                       {"backup", "system.backup.manage", "备份", "Backups"},
                                       {"audit", "system.audit.read", "审计日志", "Audit log"}};

/// What the menu offers: entities of enabled plugins that the caller may read, their pages, and the system pages
/// permitted.
Result<Json> menu_json(Services& services, const Request& request, const access::Rights& rights) {
  Json menu = Json::array();
  for (const host::PluginInfo& plugin : services.host.plugins()) {
    if (plugin.state != host::PluginState::enabled) continue;
    Json items = Json::array();
    for (const std::string& name : plugin.entities) {
      const auto entity = services.records.entity(name);
      if (!entity || !entity->parent.empty()) continue;
      OB_TRY(const records::Abilities abilities, services.records.abilities(request.context, name));
      if (!abilities.read) continue;
      items.push_back({{"entity", entity->name},
                       {"path", entity->path()},
                       {"title", text_json(entity->title)},
                       {"icon", nullptr},
                       {"group", nullptr}});
    }
    for (const host::PluginPage& page : plugin.pages)
      if (page.place == "menu" && rights.may(page.permission))
        items.push_back({{"path", "/p/" + plugin.id + "/" + page.name},
                         {"title", text_json(page.title)},
                         {"module", page.module},
                         {"icon", nullptr},
                         {"group", nullptr}});
    if (!items.empty())
      menu.push_back(
          {{"plugin", plugin.id}, {"title", text_json(plugin.title)}, {"order", plugin.order}, {"items", items}});
  }
  Json system = Json::array();
  for (const SystemPage& page : kSystemPages)
    if (rights.may(page.permission))
      system.push_back({{"entity", page.name},
                        {"path", fmt::format("/system/{}", page.name)},
                        {"title", {{"zh", page.zh}, {"en", page.en}}},
                        {"icon", nullptr},
                        {"group", nullptr}});
  if (!system.empty())
    menu.push_back(
        {{"plugin", "system"}, {"title", {{"zh", "系统管理"}, {"en", "System"}}}, {"order", 1000}, {"items", system}});
  std::stable_sort(menu.begin(), menu.end(), [](const Json& a, const Json& b) { return a["order"] < b["order"]; });
  return menu;
}

/// The parts that enabled plugins bring for the top bar and for records' pages, as far as the caller may use them.
Json parts_json(Services& services, const access::Rights& rights) {
  Json parts = Json::array();
  for (const host::PluginInfo& plugin : services.host.plugins())
    for (const host::PluginPage& page : plugin.pages)
      if (plugin.state == host::PluginState::enabled && page.place != "menu" && rights.may(page.permission))
        parts.push_back({{"plugin", plugin.id}, {"name", page.name}, {"place", page.place}, {"module", page.module}});
  return parts;
}

Result<Json> whoami(Services& services, const Request& request, const identity::Account& account) {
  OB_TRY(const auto rights, services.access.rights(request.context));
  OB_TRY(const Json scopes, scopes_json(services, request, account.id));
  OB_TRY(const Json menu, menu_json(services, request, *rights));
  return Json{{"user", user_json(account)},
              {"permissions", rights->permissions()},
              {"scopes", scopes},
              {"menu", menu},
              {"parts", parts_json(services, *rights)}};
}

std::string cookie(const Request& request, const std::string& token, std::int64_t seconds) {
  return fmt::format("{}ob_session={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", request.tls ? "__Host-" : "",
                     token, seconds, request.tls ? "; Secure" : "");
}

Result<Response> sign_in(Services& services, Request& request, SignInRate& rate) {
  OB_CHECK(rate.admit(request.client_ip, services.clock.mono_ns()));
  OB_TRY(const Json body, body_object(request));
  Members members(body);
  const std::string username = members.text("username", true), password = members.text("password", true);
  members.text("otp");
  OB_CHECK(members.done());
  OB_TRY(const identity::SignIn signed_in, services.identity.sign_in(request.context, username, password));
  request.context.caller.kind = CallerKind::person;
  request.context.caller.user = signed_in.account.id;
  request.context.caller.name = signed_in.account.username;
  OB_TRY(Json answer, whoami(services, request, signed_in.account));
  answer["token"] = signed_in.token;
  answer["csrf"] = signed_in.csrf;
  answer["expires_at"] = time_json(signed_in.expires_at_ms);
  Response response = json_answer(201, answer);
  response.set("Set-Cookie",
               cookie(request, signed_in.token, (signed_in.expires_at_ms - request.context.now_ms) / 1000));
  return response;
}

/// The CSRF token goes with the answer so that a reloaded page can go on; only same-origin scripts can read it.
Result<Response> show_session(Services& services, Request& request) {
  OB_TRY(const identity::Account account, services.identity.find(request.context.caller.user));
  OB_TRY(Json answer, whoami(services, request, account));
  if (request.header("authorization").empty()) {
    const std::string_view cookies = request.header("cookie");
    const std::string name = request.tls ? "__Host-ob_session=" : "ob_session=";
    const std::size_t at = cookies.find(name);
    if (at != std::string_view::npos) {
      const std::string_view token = cookies.substr(at + name.size(), cookies.find(';', at) - at - name.size());
      OB_TRY(const identity::SessionCaller session, services.identity.session(token));
      answer["csrf"] = identity::Identity::csrf_of(token);
      answer["expires_at"] = time_json(session.expires_at_ms);
    }
  }
  return json_answer(200, answer);
}

Result<Response> sign_out(Services& services, Request& request) {
  OB_CHECK(services.identity.sign_out(request.context));
  Response response(204);
  response.set("Set-Cookie", cookie(request, "", 0));
  return response;
}

Result<Response> change_password(Services& services, Request& request) {
  OB_TRY(const Json body, body_object(request));
  Members members(body);
  const std::string before = members.text("old_password", true), after = members.text("new_password", true);
  OB_CHECK(members.done());
  OB_CHECK(services.identity.change_password(request.context, before, after));
  return Response(204);
}

} // namespace

Result<void> SignInRate::admit(const std::string& address, std::int64_t now_ns) {
  constexpr std::int64_t kMinute = 60'000'000'000;
  constexpr std::size_t kPerMinute = 120, kAddresses = 100'000;
  const std::lock_guard guard(lock_);
  if (attempts_.size() > kAddresses) attempts_.clear();
  auto& [since, count] = attempts_[address];
  if (count == 0 || now_ns - since > kMinute) {
    since = now_ns;
    count = 0;
  }
  if (++count <= kPerMinute) return {};
  Fault refusal = fault(FaultKind::limited, "http.sign_in_rate",
                        {"登录尝试过于频繁，请一分钟后再试。", "Too many attempts to sign in; try again in a minute."});
  refusal.retry_after_s = static_cast<int>((kMinute - (now_ns - since)) / 1'000'000'000) + 1;
  return refusal;
}

void add_session_routes(Router& router, Services& services) {
  const auto rate = std::make_shared<SignInRate>();
  add_api(router, services, "POST", "/session", Entry::open, kBody,
          [rate](Services& s, Request& r) { return sign_in(s, r, *rate); });
  add_api(router, services, "GET", "/session", Entry::session, {}, show_session);
  add_api(router, services, "DELETE", "/session", Entry::session, {}, sign_out);
  add_api(router, services, "POST", "/session/password", Entry::session, kBody, change_password);
  add_bootstrap_routes(router, services, rate);
}

} // namespace onebudget::http
