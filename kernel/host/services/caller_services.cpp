// Services about the call and its caller: call, identity, tree, permission, i18n, audit.

#include <algorithm>

#include "kernel/access/names.hpp"
#include "kernel/host/services/door.hpp"
#include "kernel/host/services/tables.hpp"
#include "sdk/include/onebudget/onebudget.h"
#include "sdk/text/json_door.hpp"

namespace onebudget::host::service {
namespace {

constexpr std::size_t kMostChecks = 1000;

std::int32_t call_now(ob_call call, std::int64_t* utc_ms, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    if (utc_ms == nullptr) return argument("utc_ms");
    *utc_ms = visit.context().now_ms;
    return OB_OK;
  });
}

std::int32_t call_remaining(ob_call call, std::int64_t* ms, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    if (ms == nullptr) return argument("ms");
    const auto deadline = visit.context().deadline_ns;
    *ms = deadline == 0 ? INT64_MAX : (deadline - visit.kernel().clock.mono_ns()) / 1'000'000;
    return OB_OK;
  });
}

std::int32_t call_language(ob_call call, char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
  return in_call(call, error,
                 [&](const Visit& visit) { return put(visit.context().english() ? "en" : "zh", out, cap, need); });
}

std::int32_t call_request_id(ob_call call, char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) { return put(visit.context().request_id, out, cap, need); });
}

std::int32_t call_fault_field(ob_call call, ob_str field, ob_str code, ob_str message_zh, ob_str message_en,
                              ob_str remedy_zh, ob_str remedy_en, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    FieldFault told;
    OB_TRY(told.field, text(field, "field"));
    OB_TRY(told.code, text(code, "code"));
    OB_TRY(told.message.zh, text(message_zh, "message_zh"));
    OB_TRY(told.message.en, text(message_en, "message_en"));
    OB_TRY(told.remedy.zh, text(remedy_zh, "remedy_zh"));
    OB_TRY(told.remedy.en, text(remedy_en, "remedy_en"));
    if (visit.scope->told.size() >= Scope::kTold) return OB_E_LIMIT;
    visit.scope->told.push_back(std::move(told));
    return OB_OK;
  });
}

std::int32_t identity_caller(ob_call call, char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) {
    const auto& caller = visit.context().caller;
    const char* kind = caller.kind == CallerKind::person    ? "person"
                       : caller.kind == CallerKind::token   ? "token"
                       : caller.kind == CallerKind::service ? "service"
                                                            : "anonymous";
    Json json = {{"kind", kind}, {"user", nullptr}, {"name", caller.name}, {"display_name", caller.display_name}};
    if (!caller.user.none()) json["user"] = caller.user.str();
    return put(json.dump(), out, cap, need);
  });
}

Result<bool> may(const Visit& visit, const std::string& permission) {
  auto& rights = visit.scope->rights;
  if (!rights) {
    OB_TRY(rights, visit.kernel().access.rights(visit.context()));
  }
  return rights->may(permission);
}

std::int32_t permission_check(ob_call call, ob_str permission, std::int32_t* allowed, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    if (allowed == nullptr) return argument("allowed");
    OB_TRY(const auto code, text(permission, "permission"));
    OB_TRY(const bool yes, may(visit, code));
    *allowed = yes ? 1 : 0;
    return OB_OK;
  });
}

std::int32_t permission_check_many(ob_call call, ob_str permissions, char* out, std::uint32_t cap, std::uint32_t* need,
                                   ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto json, text(permissions, "permissions"));
    OB_TRY(const auto codes, parse_json(json));
    if (!codes.is_array() || codes.size() > kMostChecks ||
        !std::ranges::all_of(codes, [](const Json& code) { return code.is_string(); })) {
      return argument("permissions");
    }
    std::string answer = "[";
    for (const auto& code : codes) {
      OB_TRY(const bool yes, may(visit, code.get<std::string>()));
      answer += answer.size() == 1 ? "" : ",";
      answer += yes ? "true" : "false";
    }
    return put(answer + "]", out, cap, need);
  });
}

Result<access::HoldingQuery> holding_query(ob_str span) {
  OB_TRY(const auto json, text(span, "query"));
  OB_TRY(const auto spec, parse_json(json));
  const auto member = [&](const char* name) {
    return spec.is_object() && spec.contains(name) && spec[name].is_string() ? spec[name].get<std::string>()
                                                                             : std::string();
  };
  access::HoldingQuery query{UserId::parse(member("user")).value_or(UserId{}), member("role"),
                             NodeId::parse(member("node")).value_or(NodeId{})};
  if (query.user.none() && (query.role.empty() || query.over.none())) return argument("query");
  return query;
}

std::int32_t permission_holders(ob_call call, ob_str query, ob_buf* out, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto wanted, holding_query(query));
    OB_TRY(const auto found, visit.kernel().access.holdings(visit.context(), wanted));
    Json list = Json::array();
    for (const auto& one : found)
      list.push_back({{"user", one.user.str()},
                      {"name", one.username},
                      {"display_name", one.display_name},
                      {"role", one.role},
                      {"node", one.node.id.str()},
                      {"kind", access::name_of(one.node.kind)},
                      {"gov_level", access::name_of(one.node.gov_level)},
                      {"path", one.node.path},
                      {"reach", access::name_of(one.reach)},
                      {"departments", one.departments}});
    return visit.give(list.dump(), out);
  });
}

/// {0}, {1}, … replaced once; what was put in is not looked at again.
std::string fill(const std::string& pattern, const Json& args) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size();) {
    const auto end = pattern[i] == '{' ? pattern.find('}', i) : std::string::npos;
    const auto digits = end == std::string::npos ? std::string() : pattern.substr(i + 1, end - i - 1);
    const bool number = !digits.empty() && digits.size() <= 2 &&
                        std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (number && static_cast<std::size_t>(std::stoi(digits)) < args.size()) {
      out += args[static_cast<std::size_t>(std::stoi(digits))].get<std::string>();
      i = end + 1;
    } else {
      out += pattern[i++];
    }
  }
  return out;
}

std::int32_t i18n_text(ob_call call, ob_str key, ob_str args, char* out, std::uint32_t cap, std::uint32_t* need,
                       ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(key, "key"));
    OB_TRY(const auto json, text(args, "args"));
    Json list = Json::array();
    if (!json.empty()) {
      OB_TRY(list, parse_json(json));
    }
    if (!list.is_array() || !std::ranges::all_of(list, [](const Json& item) { return item.is_string(); }))
      return argument("args");
    const auto& texts = visit.guest.bundle().texts;
    const auto found = texts.find(name);
    return put(found == texts.end() ? name : fill(found->second.in(visit.context().language), list), out, cap, need);
  });
}

std::int32_t audit_record(ob_call call, ob_str action, ob_str subject, ob_str subject_id, ob_str detail,
                          ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    audit::Entry entry;
    OB_TRY(entry.action, text(action, "action"));
    OB_TRY(entry.subject, text(subject, "subject"));
    OB_TRY(entry.subject_id, text(subject_id, "subject_id"));
    OB_TRY(entry.detail, text(detail, "detail"));
    if (entry.action.empty() || entry.action.size() > 100 || entry.subject.size() > 100 ||
        entry.subject_id.size() > 200)
      return argument("action");
    if (!entry.detail.empty()) {
      OB_TRY(const auto json, parse_json(entry.detail, {65'536, 8}));
      if (!json.is_object()) return argument("detail");
    }
    // A plugin writes under its own name only.
    if (!entry.action.starts_with(visit.guest.id() + ".")) entry.action.insert(0, visit.guest.id() + ".");
    OB_TRY(auto* unit, visit.unit());
    OB_CHECK(unit->note(entry));
    return OB_OK;
  });
}

/// Regions and zones are the segments "r<code>" of a path; the last one is the nearest.
std::string region_code(const std::string& path) {
  std::string found;
  for (std::size_t at = 0; at < path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    if (end > at + 1 && path[at] == 'r') found = path.substr(at + 1, end - at - 1);
    at = end + 1;
  }
  return found;
}

std::int32_t tree_node(ob_call call, std::int64_t id, ob_buf* out, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto node, visit.kernel().access.node(NodeId{id}));
    const Json json = {{"id", node.id.str()},
                       {"code", node.code},
                       {"name", node.name},
                       {"kind", access::name_of(node.kind)},
                       {"gov_level", access::name_of(node.gov_level)},
                       {"department_code", node.department_code},
                       {"path", node.path},
                       {"region_code", region_code(node.path)}};
    return visit.give(json.dump(), out);
  });
}

constexpr ob_call_v1 kCall = {sizeof(ob_call_v1), 0, call_now, call_remaining, call_language, call_request_id,
                              call_fault_field};
constexpr ob_identity_v1 kIdentity = {sizeof(ob_identity_v1), 0, identity_caller};
constexpr ob_permission_v1 kPermission = {sizeof(ob_permission_v1), 0, permission_check, permission_check_many,
                                          permission_holders};
constexpr ob_i18n_v1 kI18n = {sizeof(ob_i18n_v1), 0, i18n_text};
constexpr ob_audit_v1 kAudit = {sizeof(ob_audit_v1), 0, audit_record};
constexpr ob_tree_v1 kTree = {sizeof(ob_tree_v1), 0, tree_node};

} // namespace

const void* call_table(std::uint32_t& size) { return size = sizeof kCall, &kCall; }
const void* identity_table(std::uint32_t& size) { return size = sizeof kIdentity, &kIdentity; }
const void* permission_table(std::uint32_t& size) { return size = sizeof kPermission, &kPermission; }
const void* i18n_table(std::uint32_t& size) { return size = sizeof kI18n, &kI18n; }
const void* audit_table(std::uint32_t& size) { return size = sizeof kAudit, &kAudit; }
const void* tree_table(std::uint32_t& size) { return size = sizeof kTree, &kTree; }

} // namespace onebudget::host::service
