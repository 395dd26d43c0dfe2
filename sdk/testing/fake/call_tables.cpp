// The services about a call: who asks, findings, routes, jobs, events, messages, audit, texts.

#include <algorithm>
#include <limits>

#include "sdk/testing/fake/door.hpp"

namespace onebudget::testing {
namespace {

using Outcome = Result<std::int32_t>;
constexpr std::size_t kMostTold = 1000;

std::int32_t call_now(ob_call call, std::int64_t* utc_ms, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome { return *utc_ms = visit.host.now_ms, OB_OK; });
}
std::int32_t call_remaining(ob_call call, std::int64_t* ms, ob_error* error) {
  return with_call(call, error,
                   [&](const Visit&) -> Outcome { return *ms = std::numeric_limits<std::int64_t>::max(), OB_OK; });
}
std::int32_t call_language(ob_call call, char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) { return put_text(visit.host.language, out, cap, need); });
}
std::int32_t call_request_id(ob_call call, char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) {
    return put_text("test-" + std::to_string(visit.call & 0xffffU), out, cap, need);
  });
}
std::int32_t call_fault_field(ob_call call, ob_str field, ob_str code, ob_str message_zh, ob_str message_en,
                              ob_str remedy_zh, ob_str remedy_en, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    if (visit.frame.told.size() >= kMostTold) return OB_E_LIMIT;
    visit.frame.told.push_back({string_of(field),
                                string_of(code),
                                {string_of(message_zh), string_of(message_en)},
                                {string_of(remedy_zh), string_of(remedy_en)}});
    return OB_OK;
  });
}
std::int32_t identity_caller(ob_call call, char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
  return with_call(call, error,
                   [&](const Visit& visit) { return put_text(plugin::dump(visit.host.caller), out, cap, need); });
}
std::int32_t permission_check(ob_call call, ob_str permission, std::int32_t* allowed, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    return *allowed = visit.host.granted.contains(string_of(permission)) ? 1 : 0, OB_OK;
  });
}
std::int32_t permission_check_many(ob_call call, ob_str permissions, char* out, std::uint32_t cap, std::uint32_t* need,
                                   ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    OB_TRY(const Json codes, json_of(permissions));
    Json answers = Json::array();
    for (const Json& code : codes)
      answers.push_back(code.is_string() && visit.host.granted.contains(code.get<std::string>()));
    return put_text(plugin::dump(answers), out, cap, need);
  });
}
std::int32_t permission_holders(ob_call call, ob_str query, ob_buf* holders, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    OB_TRY(const Json asked, json_of(query));
    Json found = Json::array();
    for (Json grant : visit.host.holders) {
      const bool own = asked.contains("user") && grant.value("user", "") == asked["user"];
      const Json over = grant.value("over", Json::array());
      const bool reaches = asked.contains("role") && asked.contains("node") &&
                           grant.value("role", "") == asked["role"] &&
                           std::find(over.begin(), over.end(), asked["node"]) != over.end();
      grant.erase("over");
      if (own || reaches) found.push_back(std::move(grant));
    }
    return visit.give(plugin::dump(found), holders);
  });
}

std::int32_t hook_report(ob_call call, ob_str field, ob_str code, ob_str message, ob_str remedy, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    if (!visit.frame.validates) return OB_E_STATE;
    visit.frame.findings.push_back({string_of(field),
                                    string_of(code),
                                    {string_of(message), string_of(message)},
                                    {string_of(remedy), string_of(remedy)}});
    return OB_OK;
  });
}
std::int32_t hook_assign(ob_call call, ob_str field, ob_str value, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    if (!visit.frame.validates) return OB_E_STATE;
    OB_TRY(visit.frame.assigned[string_of(field)], json_of(value));
    return OB_OK;
  });
}

std::int32_t service_call(ob_call call, ob_str id, ob_str method, ob_str request, ob_buf* reply, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    const auto found = visit.host.providers.find(string_of(id));
    if (found == visit.host.providers.end())
      return fault(FaultKind::unavailable, "host.no_service",
                   {"没有服务 " + string_of(id), "There is no service " + string_of(id)});
    if (!visit.host.may_use(string_of(id))) return OB_E_DENIED;
    OB_TRY(const Json asked, json_of(request));
    OB_TRY(const Json answer, found->second(string_of(method), asked));
    return visit.give(plugin::dump(answer), reply);
  });
}

std::int32_t http_route(ob_call call, char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    if (visit.frame.route.empty()) return OB_E_STATE;
    return put_text(visit.frame.route, out, cap, need);
  });
}
std::int32_t http_parameter(ob_call call, ob_str name, char* out, std::uint32_t cap, std::uint32_t* need,
                            ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    const auto found = visit.frame.parameters.find(string_of(name));
    if (found == visit.frame.parameters.end()) return OB_E_NOT_FOUND;
    return put_text(found->second, out, cap, need);
  });
}
std::int32_t http_body(ob_call call, ob_buf* body, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome { return visit.give(visit.frame.body, body); });
}
std::int32_t http_respond(ob_call call, std::int32_t status, ob_str media_type, ob_bytes body, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    if (visit.frame.route.empty()) return OB_E_STATE;
    if (status < 200 || status > 599) return OB_E_ARGUMENT;
    visit.frame.answer = {status, string_of(media_type), string_of(body)};
    return OB_OK;
  });
}

std::int32_t event_publish(ob_call call, ob_str topic, ob_str key, ob_str payload, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    const Json declared = visit.host.manifest.value("events", Json::object()).value("publishes", Json::array());
    if (std::find(declared.begin(), declared.end(), Json(string_of(topic))) == declared.end()) return OB_E_DENIED;
    OB_TRY(Json json, json_of(payload));
    visit.frame.unit->events.push_back({string_of(topic), string_of(key), std::move(json)});
    return OB_OK;
  });
}

std::int32_t job_submit(ob_call call, ob_str job, ob_str payload, std::int64_t* id, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    OB_TRY(Json json, json_of(payload));
    visit.host.submitted.emplace_back(string_of(job), std::move(json));
    *id = static_cast<std::int64_t>(visit.host.submitted.size());
    return OB_OK;
  });
}
std::int32_t job_payload(ob_call call, ob_buf* payload, ob_error* error) {
  return with_call(call, error,
                   [&](const Visit& visit) -> Outcome { return visit.give(visit.frame.payload, payload); });
}
std::int32_t job_progress(ob_call call, std::int64_t done, std::int64_t total, ob_str message, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    visit.frame.job.progress.push_back(std::to_string(done) + "/" + std::to_string(total) + " " + string_of(message));
    return OB_OK;
  });
}
std::int32_t job_cancelled(ob_call call, std::int32_t* asked, ob_error* error) {
  return with_call(call, error,
                   [&](const Visit& visit) -> Outcome { return *asked = visit.host.jobs_cancelled ? 1 : 0, OB_OK; });
}
std::int32_t job_checkpoint(ob_call call, ob_str state, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    OB_TRY(Json json, json_of(state));
    visit.host.keep(*visit.frame.unit);
    visit.host.checkpoint = json;
    visit.frame.job.checkpoints.push_back(std::move(json));
    return OB_OK;
  });
}
std::int32_t job_last_checkpoint(ob_call call, ob_buf* state, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    return visit.give(visit.host.checkpoint.is_null() ? std::string() : plugin::dump(visit.host.checkpoint), state);
  });
}

std::int32_t audit_record(ob_call call, ob_str action, ob_str subject, ob_str subject_id, ob_str detail,
                          ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    OB_TRY(Json json, json_of(detail));
    visit.frame.unit->audits.push_back({string_of(action), string_of(subject), string_of(subject_id), std::move(json)});
    return OB_OK;
  });
}

std::int32_t i18n_text(ob_call call, ob_str key, ob_str args, char* out, std::uint32_t cap, std::uint32_t* need,
                       ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    OB_TRY(const Json list, json_of(args));
    const auto& texts = visit.host.texts[visit.host.language];
    const auto found = texts.find(string_of(key));
    std::string text = found == texts.end() ? string_of(key) : found->second;
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
      const std::string mark = "{" + std::to_string(i) + "}";
      if (const std::size_t at = text.find(mark); at != std::string::npos && list[i].is_string())
        text.replace(at, mark.size(), list[i].get<std::string>());
    }
    return put_text(text, out, cap, need);
  });
}

std::int32_t tree_node(ob_call call, std::int64_t id, ob_buf* node, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Outcome {
    const auto found = visit.host.nodes.find(id);
    if (found == visit.host.nodes.end()) return OB_E_NOT_FOUND;
    return visit.give(plugin::dump(found->second), node);
  });
}

constexpr ob_call_v1 kCall = {sizeof(ob_call_v1), 0, call_now, call_remaining, call_language, call_request_id,
                              call_fault_field};
constexpr ob_identity_v1 kIdentity = {sizeof(ob_identity_v1), 0, identity_caller};
constexpr ob_permission_v1 kPermission = {sizeof(ob_permission_v1), 0, permission_check, permission_check_many,
                                          permission_holders};
constexpr ob_hook_v1 kHook = {sizeof(ob_hook_v1), 0, hook_report, hook_assign};
constexpr ob_service_v1 kService = {sizeof(ob_service_v1), 0, service_call};
constexpr ob_http_v1 kHttp = {sizeof(ob_http_v1), 0, http_route, http_parameter, http_body, http_respond};
constexpr ob_event_v1 kEvent = {sizeof(ob_event_v1), 0, event_publish};
constexpr ob_job_v1 kJob = {sizeof(ob_job_v1),  0, job_submit, job_payload, job_progress, job_cancelled, job_checkpoint,
                            job_last_checkpoint};
constexpr ob_audit_v1 kAudit = {sizeof(ob_audit_v1), 0, audit_record};
constexpr ob_tree_v1 kTree = {sizeof(ob_tree_v1), 0, tree_node};
constexpr ob_i18n_v1 kI18n = {sizeof(ob_i18n_v1), 0, i18n_text};

} // namespace

const void* call_table(std::uint32_t& size) { return size = sizeof kCall, &kCall; }
const void* identity_table(std::uint32_t& size) { return size = sizeof kIdentity, &kIdentity; }
const void* permission_table(std::uint32_t& size) { return size = sizeof kPermission, &kPermission; }
const void* hook_table(std::uint32_t& size) { return size = sizeof kHook, &kHook; }
const void* service_table(std::uint32_t& size) { return size = sizeof kService, &kService; }
const void* http_table(std::uint32_t& size) { return size = sizeof kHttp, &kHttp; }
const void* event_table(std::uint32_t& size) { return size = sizeof kEvent, &kEvent; }
const void* job_table(std::uint32_t& size) { return size = sizeof kJob, &kJob; }
const void* audit_table(std::uint32_t& size) { return size = sizeof kAudit, &kAudit; }
const void* tree_table(std::uint32_t& size) { return size = sizeof kTree, &kTree; }
const void* i18n_table(std::uint32_t& size) { return size = sizeof kI18n, &kI18n; }

} // namespace onebudget::testing
