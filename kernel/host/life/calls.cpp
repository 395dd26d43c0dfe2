// From the kernel into plugins: requests, messages, rules, jobs and events.

#include <algorithm>

#include "kernel/host/life/state.hpp"
#include "sdk/declarations/package/route_check.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::host {
namespace {

constexpr std::size_t kMostReply = 4U << 20U;

Fault disabled(const std::string& plugin) {
  return fault(FaultKind::not_found, "host.disabled",
               {"插件 " + plugin + " 未启用。请联系系统管理员启用它。",
                "The plugin " + plugin + " is not enabled. Ask the system administrator to enable it."});
}
Fault no_route() {
  return fault(FaultKind::not_found, "host.no_route",
               {"没有这个接口。请检查地址和方法。", "There is no such route. Check the address and the method."});
}
Fault bad_answer(const std::string& plugin, const std::string& zh, const std::string& en) {
  return fault(FaultKind::internal, "host.bad_answer",
               {"插件 " + plugin + " 的应答无效：" + zh + "。请把日志交给插件供应方。",
                "The answer of the plugin " + plugin + " is invalid: " + en + ". Give the log to its vendor."});
}

Result<void> check_answer(const std::string& plugin, const Response& response) {
  if (response.status < 200 || response.status > 599) return bad_answer(plugin, "状态码", "its status");
  if (response.body.size() > kMostReply) return bad_answer(plugin, "超过 4 MiB", "it is larger than 4 MiB");
  const auto& type = response.media_type;
  const bool plain =
      !type.empty() && type.size() <= 100 && std::ranges::all_of(type, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!plain) return bad_answer(plugin, "媒体类型", "its media type");
  if (type.starts_with("application/json") && !valid_utf8(response.body))
    return bad_answer(plugin, "不是 UTF-8", "it is not UTF-8");
  return {};
}

class PluginHooks final : public records::Hooks {
 public:
  PluginHooks(Host::State& state, std::shared_ptr<Guest> guest) : state_(state), guest_(std::move(guest)) {}

  Result<records::Verdict> validate(const Context& context, records::Unit& unit,
                                    const records::Change& change) override {
    records::Verdict verdict;
    auto scope = std::make_shared<Scope>(Scope::Kind::validate, state_.kernel.chains.of(unit), context);
    scope->change = &change;
    scope->verdict = &verdict;
    OB_CHECK(state_.entered(guest_, [&](Guest& guest) { return guest.validate(scope); }));
    return verdict;
  }

 private:
  Host::State& state_;
  std::shared_ptr<Guest> guest_;
};

} // namespace

std::shared_ptr<records::Hooks> make_hooks(Host::State& state, const std::shared_ptr<Guest>& guest) {
  return std::make_shared<PluginHooks>(state, guest);
}

Result<void> Host::State::entered(const std::shared_ptr<Guest>& target,
                                  const std::function<Result<void>(Guest&)>& call) const {
  auto done = call(*target);
  if (done || done.fault().code != "host.disabled" || !target->closing()) return done;
  const auto now = guest(target->id());
  return now && now != target ? call(*now) : done;
}

Context Host::State::service_context(const std::string& plugin, const std::string& request_id) const {
  auto context = Context::system(kernel.clock, request_id);
  context.caller.name = "service:" + plugin;
  context.caller.display_name = context.caller.name;
  return context;
}

Result<RouteAnswer> Host::State::call_route(const Context& context, const std::string& plugin, const RouteCall& call,
                                            const RouteReceipt& receipt) {
  const auto target = guest(plugin);
  if (!target) return disabled(plugin);
  const auto& routes = target->bundle().manifest.routes;
  const auto route = std::ranges::find_if(
      routes, [&](const auto& own) { return own.method == call.method && own.path == call.pattern; });
  if (route == routes.end()) return no_route();
  OB_TRY(const auto rights, kernel.access.rights(context));
  const auto permission = plugin + "." + route->permission;
  if (!rights->may(permission)) {
    return fault(FaultKind::forbidden, "host.forbidden",
                 {"没有权限 " + permission + "。请向安全管理员申请。",
                  "The permission " + permission + " is missing. Ask the security administrator for it."});
  }
  OB_CHECK(declarations::check_request(*route, call.parameters, call.body));
  Request request{call.method, call.pattern, call.body, call.parameters};
  for (int reruns = 0;; ++reruns) {
    Response response;
    const auto unit = kernel.records.begin(context);
    const auto chain = kernel.chains.of(*unit);
    const auto scope = std::make_shared<Scope>(Scope::Kind::route, chain, context);
    scope->request = &request;
    scope->response = &response;
    scope->rights = rights;
    OB_CHECK(entered(target, [&](Guest& current) { return current.handle(scope); }));
    OB_CHECK(check_answer(plugin, response));
    if (response.status < 300) {
      if (receipt)
        unit->at_commit([&](storage::Session& session) {
          return receipt(session, {response.status, response.media_type, response.body});
        });
      const auto committed = unit->commit();
      if (!committed && records::overtaken(committed.fault()) && reruns < records::kMostReruns) continue;
      if (!committed) return committed.fault();
    }
    return RouteAnswer{response.status, std::move(response.media_type), std::move(response.body)};
  }
}

Result<std::string> Host::State::call_service(const std::shared_ptr<Chain>& chain, const Context& context,
                                              const std::string& service, const std::string& method,
                                              const std::string& request) {
  bool method_known = false;
  const auto target = provider(service, method, method_known);
  if (!target || !method_known) {
    const auto name = target ? service + " " + method : service;
    return fault(target ? FaultKind::not_found : FaultKind::unavailable, "host.no_service",
                 {"没有服务 " + name + "。请先启用提供它的插件。",
                  "There is no service " + name + ". Enable the plugin that provides it."});
  }
  std::string reply;
  const auto scope = std::make_shared<Scope>(Scope::Kind::service, chain, context);
  scope->payload = &request;
  scope->reply = &reply;
  OB_CHECK(entered(target, [&](Guest& current) { return current.serve(scope, service, method); }));
  if (reply.size() > kMostReply) return bad_answer(target->id(), "超过 4 MiB", "it is larger than 4 MiB");
  if (!valid_utf8(reply)) return bad_answer(target->id(), "不是 UTF-8", "it is not UTF-8");
  return reply;
}

Result<std::string> Host::State::run_job(const std::string& plugin, const std::string& job, scheduler::Run& run) {
  const auto target = guest(plugin);
  if (!target) return disabled(plugin);
  // Scheduled work has no asker: it is the plugin's own and may do what its manifest asks for, nothing else.
  auto context = run.context();
  if (run.job().owner.none()) context.caller = service_context(plugin, context.request_id).caller;
  auto unit = kernel.records.begin(context);
  const auto chain = kernel.chains.of(*unit);
  std::string result = "{}";
  const auto scope = std::make_shared<Scope>(Scope::Kind::job, chain, context);
  scope->payload = &run.job().payload;
  scope->reply = &result;
  scope->run = &run;
  scope->next_unit = [&]() -> Result<void> {
    OB_CHECK(unit->commit());
    auto next = kernel.records.begin(context);
    kernel.chains.move(chain, *next);
    unit = std::move(next);
    return {};
  };
  OB_CHECK(entered(target, [&](Guest& current) { return current.run_job(scope, job); }));
  OB_CHECK(unit->commit());
  OB_CHECK(parse_json(result, {kMostReply, 64}));
  return result;
}

Result<void> Host::State::deliver(const std::string& plugin, const events::Event& event) {
  const auto target = guest(plugin);
  if (!target) return disabled(plugin);
  const auto wanted = [&](const Subscription& subscription) {
    const auto& topic = subscription.topic;
    const bool fits =
        topic.ends_with('*') ? event.topic.starts_with(topic.substr(0, topic.size() - 1)) : topic == event.topic;
    if (!fits || subscription.entities.empty()) return fits;
    // The key of an event about a row is "<plugin>.<entity>/<id>".
    const auto entity = event.key.substr(0, event.key.find('/'));
    return std::ranges::find(subscription.entities, entity) != subscription.entities.end();
  };
  if (!std::ranges::any_of(target->bundle().manifest.subscribes, wanted)) return {};
  const auto context = service_context(plugin, "event-" + std::to_string(event.id));
  const auto unit = kernel.records.begin(context);
  const auto scope = std::make_shared<Scope>(Scope::Kind::event, kernel.chains.of(*unit), context);
  scope->event = &event;
  scope->payload = &event.payload;
  Result<void> done;
  kernel.database.together([&] {
    done = target->deliver(scope);
    if (done) done = unit->commit();
  });
  return done;
}

} // namespace onebudget::host
