// Services for one kind of call each: hook, http, job; and from plugin to others: service, event.

#include <algorithm>

#include "kernel/host/services/door.hpp"
#include "kernel/host/services/tables.hpp"
#include "sdk/include/onebudget/onebudget.h"
#include "sdk/text/json_door.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::host::service {
namespace {

constexpr std::size_t kMostFindings = 200;
constexpr std::size_t kMostCode = 100;

/// The function belongs to another kind of call.
Fault other_kind() {
  return fault(FaultKind::conflict, "host.state",
               {"本次调用不是这一类，不能使用该函数。", "This function does not belong to a call of this kind."});
}

Result<void> only_in(const Visit& visit, Scope::Kind kind) {
  if (visit.scope->kind() == kind) return {};
  return other_kind();
}

std::int32_t hook_report(ob_call call, ob_str field, ob_str code, ob_str message, ob_str remedy, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::validate));
    FieldFault finding;
    OB_TRY(finding.field, text(field, "field"));
    OB_TRY(finding.code, text(code, "code"));
    OB_TRY(const auto said, text(message, "message"));
    OB_TRY(const auto cure, text(remedy, "remedy"));
    auto& findings = visit.scope->verdict->findings;
    if (findings.size() >= kMostFindings)
      return fault(FaultKind::limited, "host.findings", {"校验意见过多。", "There are too many findings."});
    if (finding.code.empty() || finding.code.size() > kMostCode || said.empty()) return argument("code");
    finding.message = {said, said};
    finding.remedy = {cure, cure};
    findings.push_back(std::move(finding));
    return OB_OK;
  });
}

std::int32_t hook_assign(ob_call call, ob_str field, ob_str value, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::validate));
    if (visit.scope->change->action == records::Action::remove) return other_kind();
    OB_TRY(auto name, text(field, "field"));
    if (name.starts_with('/')) name.erase(0, 1);
    OB_TRY(const auto json, text(value, "value"));
    OB_TRY(auto parsed, parse_json(json));
    const auto entity = visit.kernel().records.entity(visit.scope->change->entity);
    if (!entity || entity->field(name) == nullptr) return argument("field");
    auto& assign = visit.scope->verdict->assign;
    if (!assign.is_object()) assign = Json::object();
    assign[name] = std::move(parsed);
    return OB_OK;
  });
}

std::int32_t service_call(ob_call call, ob_str id, ob_str method, ob_str request, ob_buf* reply, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto service, text(id, "id"));
    OB_TRY(const auto verb, text(method, "method"));
    OB_TRY(const auto message, text(request, "request"));
    if (!visit.guest.may_call(service)) {
      return fault(FaultKind::forbidden, "host.undeclared",
                   {"插件清单没有声明使用服务 " + service + "。",
                    "The plugin's manifest does not declare the service " + service + "."});
    }
    OB_TRY(auto answer, visit.kernel().call_service(*visit.scope, service, verb, message));
    return visit.give(std::move(answer), reply);
  });
}

std::int32_t http_route(ob_call call, char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::route));
    return put(visit.scope->request->method + " " + visit.scope->request->pattern, out, cap, need);
  });
}

std::int32_t http_parameter(ob_call call, ob_str name, char* out, std::uint32_t cap, std::uint32_t* need,
                            ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::route));
    OB_TRY(const auto wanted, text(name, "name"));
    for (const auto& [key, value] : visit.scope->request->parameters) {
      if (key == wanted) return put(value, out, cap, need);
    }
    return fault(FaultKind::not_found, "host.no_parameter",
                 {"没有参数 " + wanted + "。", "There is no parameter " + wanted + "."});
  });
}

std::int32_t http_body(ob_call call, ob_buf* body, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::route));
    return visit.give(visit.scope->request->body, body);
  });
}

std::int32_t http_respond(ob_call call, std::int32_t status, ob_str media_type, ob_bytes body, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::route));
    OB_TRY(auto type, text(media_type, "media_type"));
    OB_TRY(auto content, bytes(body, "body"));
    if (status < 200 || status > 599) return argument("status");
    auto& response = *visit.scope->response;
    response.status = status;
    response.media_type = type.empty() ? "application/json" : std::move(type);
    response.body = std::move(content);
    return OB_OK;
  });
}

std::int32_t event_publish(ob_call call, ob_str topic, ob_str key, ob_str payload, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    events::Event event;
    OB_TRY(event.topic, text(topic, "topic"));
    OB_TRY(event.key, text(key, "key"));
    OB_TRY(event.payload, text(payload, "payload"));
    const auto& declared = visit.manifest().publishes;
    if (std::ranges::find(declared, event.topic) == declared.end()) {
      return fault(FaultKind::forbidden, "host.undeclared",
                   {"插件清单没有声明发布事件 " + event.topic + "。",
                    "The plugin's manifest does not declare that it publishes " + event.topic + "."});
    }
    if (event.key.size() > 200) return argument("key");
    if (event.payload.empty()) event.payload = "{}";
    OB_TRY(const auto json, parse_json(event.payload, {65'536, 32}));
    if (!json.is_object()) return argument("payload");
    event.at_ms = visit.context().now_ms;
    OB_TRY(auto* unit, visit.unit());
    OB_CHECK(unit->publish(event));
    return OB_OK;
  });
}

std::int32_t job_submit(ob_call call, ob_str job, ob_str payload, std::int64_t* id, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    if (id == nullptr) return argument("id");
    OB_TRY(const auto name, text(job, "job"));
    OB_TRY(auto json, text(payload, "payload"));
    const auto& jobs = visit.manifest().jobs;
    if (std::ranges::none_of(jobs, [&](const auto& own) { return own.name == name; })) return argument("job");
    if (json.empty()) json = "{}";
    OB_CHECK(parse_json(json));
    OB_TRY(const auto submitted,
           visit.kernel().scheduler.submit(visit.context(), visit.guest.id() + "." + name, std::move(json)));
    *id = submitted.id.value;
    return OB_OK;
  });
}

std::int32_t job_payload(ob_call call, ob_buf* payload, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::job));
    return visit.give(*visit.scope->payload, payload);
  });
}

std::int32_t job_progress(ob_call call, std::int64_t done, std::int64_t total, ob_str message, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::job));
    OB_TRY(auto line, text(message, "message"));
    if (total <= 0 || done < 0) return argument("total");
    visit.scope->run->progress(std::min(1.0, static_cast<double>(done) / static_cast<double>(total)), std::move(line));
    return OB_OK;
  });
}

std::int32_t job_cancelled(ob_call call, std::int32_t* asked, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::job));
    if (asked == nullptr) return argument("asked");
    // A plugin that is being disabled asks its jobs to stop, too.
    *asked = visit.scope->run->cancelled() || visit.guest.closing() ? 1 : 0;
    return OB_OK;
  });
}

std::int32_t job_checkpoint(ob_call call, ob_str state, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::job));
    OB_TRY(auto json, text(state, "state"));
    OB_CHECK(parse_json(json));
    // The rows first: a crash between the two repeats work, it never skips any.
    OB_CHECK(visit.scope->next_unit());
    OB_CHECK(visit.scope->run->checkpoint(std::move(json)));
    return OB_OK;
  });
}

std::int32_t job_last_checkpoint(ob_call call, ob_buf* state, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_CHECK(only_in(visit, Scope::Kind::job));
    return visit.give(visit.scope->run->checkpoint(), state);
  });
}

constexpr ob_hook_v1 kHook = {sizeof(ob_hook_v1), 0, hook_report, hook_assign};
constexpr ob_service_v1 kService = {sizeof(ob_service_v1), 0, service_call};
constexpr ob_http_v1 kHttp = {sizeof(ob_http_v1), 0, http_route, http_parameter, http_body, http_respond};
constexpr ob_event_v1 kEvent = {sizeof(ob_event_v1), 0, event_publish};
constexpr ob_job_v1 kJob = {sizeof(ob_job_v1),  0, job_submit, job_payload, job_progress, job_cancelled, job_checkpoint,
                            job_last_checkpoint};

} // namespace

const void* hook_table(std::uint32_t& size) { return size = sizeof kHook, &kHook; }
const void* service_table(std::uint32_t& size) { return size = sizeof kService, &kService; }
const void* http_table(std::uint32_t& size) { return size = sizeof kHttp, &kHttp; }
const void* event_table(std::uint32_t& size) { return size = sizeof kEvent, &kEvent; }
const void* job_table(std::uint32_t& size) { return size = sizeof kJob, &kJob; }

} // namespace onebudget::host::service
