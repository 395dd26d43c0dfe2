// /system/setting: what plugins let administrators set, and how the server itself is configured.

#include "kernel/http/api/toolbox.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 128 * 1024, false, 30};
constexpr const char* kSettings = "system.setting.manage";

constexpr std::string_view kKernel = "kernel.";

Json setting_json(const host::SettingInfo& setting) {
  const bool told = !setting.description.zh.empty();
  return {{"id", setting.plugin + "." + setting.key},
          {"plugin", setting.plugin},
          {"key", setting.key},
          {"title", text_json(setting.title)},
          {"description", told ? text_json(setting.description) : Json()},
          {"type", setting.type},
          {"value", setting.value},
          {"default", setting.default_value},
          {"readonly", false},
          {"origin", nullptr},
          {"version", setting.version}};
}

/// A key of the configuration, which is read at the start alone. Of the address of a database, which may hold a
/// password, only the kind is shown.
Json kernel_json(const config::Config& config, const config::Key& key) {
  using config::KeyType;
  const config::Setting& setting = config.setting(key.name);
  const auto typed = [&](const std::string& text) -> Json {
    if (key.type == KeyType::boolean) return text == "true";
    if (key.name.ends_with("url") && text.find(':') != std::string::npos) return text.substr(0, text.find(':')) + ":…";
    return text;
  };
  return {{"id", std::string(kKernel) + key.name},
          {"plugin", "kernel"},
          {"key", key.name},
          {"title", text_json(key.meaning)},
          {"description", nullptr},
          {"type", key.type == KeyType::boolean ? "bool" : "text"},
          {"value", typed(setting.value)},
          {"default", typed(key.fallback)},
          {"readonly", true},
          {"origin", setting.origin},
          {"version", 1}};
}

Response answer(const Json& setting) { return json_answer(200, setting, setting["version"].get<std::int64_t>()); }

Result<Json> all(Services& services, const Request& request) {
  OB_CHECK(require(services, request, kSettings));
  OB_TRY(const auto settings, services.host.settings(request.context));
  Json items = Json::array();
  for (const host::SettingInfo& setting : settings) items.push_back(setting_json(setting));
  for (const config::Key& key : config::keys()) items.push_back(kernel_json(services.config, key));
  return items;
}

Result<Response> list(Services& services, Request& request) {
  OB_TRY(Json items, all(services, request));
  return json_answer(200, Json{{"items", std::move(items)}, {"next_cursor", nullptr}});
}

Result<Response> show(Services& services, Request& request) {
  OB_TRY(const Json items, all(services, request));
  for (const Json& setting : items)
    if (setting["id"] == request.param("id")) return answer(setting);
  return not_found();
}

Result<Response> change(Services& services, Request& request) {
  OB_CHECK(require(services, request, kSettings));
  const std::string id = request.param("id");
  const std::size_t dot = id.find('.');
  if (dot == std::string::npos) return not_found();
  OB_TRY(const std::int64_t version, if_match(request));
  if (id.starts_with(kKernel))
    return fault(FaultKind::conflict, "setting.fixed",
                 {"此项由服务器的配置文件决定。请修改配置文件并重启服务。",
                  "This is set by the server's configuration. Change the file and restart the server."});
  OB_TRY(const Json body, body_object(request));
  if (body.size() != 1 || !body.contains("value"))
    return fault(FaultKind::malformed, "http.body",
                 {"请求体应恰为 {\"value\": …}。", "The body must be exactly {\"value\": …}."});
  OB_TRY(const host::SettingInfo setting,
         services.host.set_setting(request.context, id.substr(0, dot), id.substr(dot + 1), body["value"], version));
  return answer(setting_json(setting));
}

} // namespace

void add_setting_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/setting", Entry::caller, {}, list);
  add_api(router, services, "GET", "/system/setting/{id}", Entry::caller, {}, show);
  add_api(router, services, "PATCH", "/system/setting/{id}", Entry::caller, kBody, change);
}

} // namespace onebudget::http
