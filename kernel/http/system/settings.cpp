// /system/setting: what plugins let administrators set.

#include "kernel/http/api/toolbox.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 128 * 1024, false, 30};
constexpr const char* kSettings = "system.setting.manage";

Json setting_json(const host::SettingInfo& setting) {
  return {{"id", setting.plugin + "." + setting.key}, {"plugin", setting.plugin},  {"key", setting.key},
          {"title", text_json(setting.title)},        {"type", setting.type},      {"value", setting.value},
          {"default", setting.default_value},         {"version", setting.version}};
}

Response answer(const host::SettingInfo& setting) { return json_answer(200, setting_json(setting), setting.version); }

Result<Response> list(Services& services, Request& request) {
  OB_CHECK(require(services, request, kSettings));
  OB_TRY(const auto settings, services.host.settings(request.context));
  Json items = Json::array();
  for (const host::SettingInfo& setting : settings) items.push_back(setting_json(setting));
  return json_answer(200, Json{{"items", items}, {"next_cursor", nullptr}});
}

Result<Response> show(Services& services, Request& request) {
  OB_CHECK(require(services, request, kSettings));
  OB_TRY(const auto settings, services.host.settings(request.context));
  for (const host::SettingInfo& setting : settings)
    if (setting.plugin + "." + setting.key == request.param("id")) return answer(setting);
  return not_found();
}

Result<Response> change(Services& services, Request& request) {
  OB_CHECK(require(services, request, kSettings));
  const std::string id = request.param("id");
  const std::size_t dot = id.find('.');
  if (dot == std::string::npos) return not_found();
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(const Json body, body_object(request));
  if (body.size() != 1 || !body.contains("value"))
    return fault(FaultKind::malformed, "http.body",
                 {"请求体应恰为 {\"value\": …}。", "The body must be exactly {\"value\": …}."});
  OB_TRY(const host::SettingInfo setting,
         services.host.set_setting(request.context, id.substr(0, dot), id.substr(dot + 1), body["value"], version));
  return answer(setting);
}

} // namespace

void add_setting_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/setting", Entry::caller, {}, list);
  add_api(router, services, "GET", "/system/setting/{id}", Entry::caller, {}, show);
  add_api(router, services, "PATCH", "/system/setting/{id}", Entry::caller, kBody, change);
}

} // namespace onebudget::http
