// The way into every API route: who calls, may the browser have been tricked, and what a fault looks like.

#include "kernel/crypto/crypto.hpp"
#include "kernel/http/api/idempotency.hpp"
#include "kernel/http/api/toolbox.hpp"
#include "kernel/http/problem.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::http {

namespace {

std::string cookie_of(const Request& request, std::string_view name) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = pair.find('=');
    const std::string key = trimmed(pair.substr(0, equals));
    if (equals != std::string_view::npos && key == name) return trimmed(pair.substr(equals + 1));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

Fault sign_in_first() { return fault(FaultKind::unauthenticated, "http.sign_in", {"请先登录。", "Sign in first."}); }

/// Sets the caller from a Bearer token or the session cookie. Unsafe methods by cookie need the session's CSRF token.
Result<void> identify(Services& services, Request& request) {
  const std::string_view authorization = request.header("authorization");
  if (!authorization.empty()) {
    if (authorization.substr(0, 7) != "Bearer ") return sign_in_first();
    OB_TRY(request.context.caller, services.identity.bearer(authorization.substr(7)));
    return {};
  }
  const std::string token = cookie_of(request, request.tls ? "__Host-ob_session" : "ob_session");
  if (token.empty()) return sign_in_first();
  OB_TRY(const identity::SessionCaller session, services.identity.session(token));
  const bool safe = request.method == "GET" || request.method == "HEAD";
  if (!safe && !crypto::equal_in_constant_time(request.header("x-csrf-token"), identity::Identity::csrf_of(token)))
    return fault(FaultKind::forbidden, "http.csrf",
                 {"页面已过期，请刷新后重试。", "The page is out of date; reload it and try again."});
  request.context.caller = session.caller;
  return {};
}

Result<void> admit(Services& services, Request& request, Entry entry) {
  if (entry == Entry::open) return {};
  OB_CHECK(identify(services, request));
  if (entry != Entry::session && request.context.caller.must_change_password)
    return fault(FaultKind::forbidden, "http.change_password",
                 {"请先修改密码，再继续使用。", "Change your password first."});
  return {};
}

/// Refusals of signed-in callers are facts for the audit; failing to write one must not hide the refusal itself.
void audit_denial(Services& services, const Request& request, const Fault& fault) {
  if (fault.kind != FaultKind::forbidden || request.context.caller.kind == CallerKind::anonymous) return;
  const auto written = services.audit.append_now(
      request.context, {"http.denied", request.route, request.path.substr(0, 200), "", "denied", fault.code, ""});
  if (!written)
    services.log.write(observe::Level::error, "audit.append_failed", written.fault().message.en,
                       {{"request_id", request.context.request_id}});
}

} // namespace

void add_api(Router& router, Services& services, const std::string& method, const std::string& pattern, Entry entry,
             RouteOptions options, ApiHandler handler) {
  // Record routes bring their own wrapping; what makes secrets is never repeated.
  const bool secret = pattern.starts_with("/session") || pattern.starts_with("/system/token");
  const bool record = pattern.starts_with("/{plugin}") && !pattern.ends_with("/import");
  if (method == "POST" && !secret && !record) handler = idempotent(std::move(handler), false);
  router.add(method, "/api/v1" + pattern, options,
             [&services, entry, handler = std::move(handler)](Request& request) -> Response {
               Result<Response> answer = Response();
               const auto serve = [&] {
                 auto admitted = admit(services, request, entry);
                 answer = admitted ? handler(services, request) : Result<Response>(std::move(admitted).fault());
               };
               if (entry == Entry::record)
                 services.database.together(serve, access::Access::kVersionQuestion);
               else
                 serve();
               if (answer) return *std::move(answer);
               const Fault& fault = answer.fault();
               audit_denial(services, request, fault);
               if (fault.kind == FaultKind::internal)
                 services.log.write(
                     observe::Level::error, "http.internal", fault.message.en,
                     {{"code", fault.code}, {"route", request.route}, {"request_id", request.context.request_id}});
               return problem(fault, request.context);
             });
}

void register_routes(Router& router, Services& services) {
  add_session_routes(router, services);
  add_event_routes(router, services);
  add_node_routes(router, services);
  add_user_routes(router, services);
  add_role_routes(router, services);
  add_grant_routes(router, services);
  add_plugin_routes(router, services);
  add_package_routes(router, services);
  add_backup_routes(router, services);
  add_setting_routes(router, services);
  add_view_routes(router, services);
  add_job_routes(router, services);
  add_dead_letter_routes(router, services);
  add_audit_routes(router, services);
  add_file_routes(router, services);
  add_observe_routes(router, services);
  add_openapi_route(router, services);
  add_exchange_routes(router, services);
  add_record_routes(router, services);
}

std::vector<storage::Migration> all_migrations() {
  std::vector<storage::Migration> all;
  for (const auto& room : {audit::Log::migrations(), identity::Identity::migrations(), access::Access::migrations(),
                           events::Outbox::migrations(), scheduler::Scheduler::migrations(),
                           records::Records::migrations(), host::Host::migrations(), migrations()})
    all.insert(all.end(), room.begin(), room.end());
  return all;
}

} // namespace onebudget::http
