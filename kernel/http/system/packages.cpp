// /system/plugin: packages taken in, versions changed while the server runs.

#include "kernel/http/system/plugin_json.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kPackage{BodyPolicy::spool, std::uint64_t{256} << 20, false, 600};
constexpr RouteOptions kBody{BodyPolicy::memory, 16 * 1024, false, 120};

Result<Response> install(Services& services, Request& request) {
  OB_CHECK(require(services, request, kPluginManage));
  OB_TRY(const host::PluginInfo plugin, services.host.install(request.context, body_source(request)));
  Response response = json_answer(201, plugin_json(plugin));
  response.set("Location", "/api/v1/system/plugin/" + plugin.id);
  return response;
}

Result<Response> change_version(Services& services, Request& request, bool forward) {
  OB_CHECK(require(services, request, kPluginManage));
  std::string to;
  if (!request.body.empty()) {
    OB_TRY(const Json body, body_object(request));
    Members members(body);
    if (forward) to = members.text("to");
    OB_CHECK(members.done());
  }
  const std::string id = request.param("id");
  OB_TRY(const host::PluginInfo plugin,
         forward ? services.host.upgrade(request.context, id, to) : services.host.rollback(request.context, id));
  services.log.write(observe::Level::info, forward ? "host.plugin_upgraded" : "host.plugin_rolled_back", id,
                     {{"version", plugin.version}, {"by", request.context.caller.name}});
  return json_answer(200, plugin_json(plugin));
}

} // namespace

void add_package_routes(Router& router, Services& services) {
  add_api(router, services, "POST", "/system/plugin", Entry::caller, kPackage, install);
  add_api(router, services, "POST", "/system/plugin/{id}/upgrade", Entry::caller, kBody,
          [](Services& s, Request& r) { return change_version(s, r, true); });
  add_api(router, services, "POST", "/system/plugin/{id}/rollback", Entry::caller, kBody,
          [](Services& s, Request& r) { return change_version(s, r, false); });
}

} // namespace onebudget::http
