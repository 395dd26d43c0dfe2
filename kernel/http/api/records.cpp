// The generic routes of declared entities.

#include <fmt/format.h>

#include "kernel/http/api/idempotency.hpp"
#include "kernel/http/api/toolbox.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 1 << 20, false, 30};

Result<RecordId> record_of(const Request& request) { return id_of<RecordTag>(request.param("id")); }

Result<Response> list(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const Parameters parameters,
         Parameters::of(request, {"filter", "sort", "fields", "expand", "limit", "cursor", "count", "q"}));
  records::Query query;
  query.filter = parameters.text("filter");
  query.text = parameters.text("q");
  query.sort = parameters.text("sort");
  query.fields = parameters.list("fields");
  query.expand = parameters.list("expand");
  query.cursor = parameters.text("cursor");
  const std::string count = parameters.text("count");
  if (!count.empty() && count != "exact")
    return fault(FaultKind::malformed, "http.parameter", {"count 只能是 exact。", "count can be exact only."});
  query.count = count == "exact";
  OB_TRY(query.limit, parameters.limit(50, 1000));
  OB_TRY(const records::Page page, services.records.list(request.context, entity, query));
  std::string body = "{\"items\":" + page.items +
                     ",\"next_cursor\":" + (page.next_cursor.empty() ? "null" : "\"" + page.next_cursor + "\"");
  if (page.count) body += ",\"count\":" + std::to_string(*page.count);
  return json_answer(200, body + "}");
}

Result<Response> show(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const RecordId id, record_of(request));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"expand", "as_of"}));
  if (const std::string moment = parameters.text("as_of"); !moment.empty()) {
    const auto at = parse_time_text(moment);
    if (!at)
      return fault(FaultKind::malformed, "records.as_of",
                   {"as_of 应为时间，如 2026-01-31T08:00:00Z。", "as_of must be a time such as 2026-01-31T08:00:00Z."});
    OB_TRY(records::Document past,
           services.records.get_as_of(request.context, entity, id, *at, parameters.list("expand")));
    return json_answer(200, std::move(past.json)); // no ETag: the past is not changed
  }
  OB_TRY(auto shown, services.records.show(request.context, entity, id, parameters.list("expand")));
  const Json own = {{"update", shown.can.update}, {"delete", shown.can.remove}, {"transitions", shown.can.transitions}};
  std::string& json = shown.document.json;
  json.insert(json.size() - 1, ",\"_can\":" + own.dump());
  return json_answer(200, std::move(json), shown.document.version);
}

/// What the room calls inside the write's transaction, when somebody waits for it.
template <class Render>
records::Receipt receipt(const Request& request, const Render& render) {
  if (!request.receipt) return {};
  return [&request, &render](storage::Session& session, const records::Document& document) {
    return request.receipt(session, render(document));
  };
}

Result<Response> create(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const Json body, body_object(request));
  OB_CHECK(own_files(services, request, entity, body, {}));
  const std::string path = services.records.entity(entity)->path();
  const auto render = [&path](const records::Document& document) {
    Response response = json_answer(201, document.json, document.version);
    response.set("Location", fmt::format("/api/v1{}/{}", path, document.id.str()));
    return response;
  };
  OB_TRY(const records::Document document,
         services.records.create(request.context, entity, body, records::Form::rest, receipt(request, render)));
  return render(document);
}

Result<Response> update(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const RecordId id, record_of(request));
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(const Json body, body_object(request));
  OB_CHECK(own_files(services, request, entity, body, id));
  OB_TRY(records::Document document,
         services.records.update(request.context, entity, id, version, body, records::Form::rest));
  return json_answer(200, std::move(document.json), document.version);
}

Result<Response> remove(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const RecordId id, record_of(request));
  OB_TRY(const std::int64_t version, if_match(request));
  OB_CHECK(services.records.remove(request.context, entity, id, version));
  return Response(204);
}

Result<Response> transition(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const RecordId id, record_of(request));
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(const std::string name, name_of(request.param("name")));
  std::string comment;
  if (!request.body.empty()) {
    OB_TRY(const Json body, body_object(request));
    Members members(body);
    comment = members.text("comment");
    OB_CHECK(members.done());
  }
  const auto render = [](const records::Document& document) {
    return json_answer(200, document.json, document.version);
  };
  OB_TRY(const records::Document document,
         services.records.transition(request.context, entity, id, version, name, comment, receipt(request, render)));
  return render(document);
}

Result<Response> history(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const RecordId id, record_of(request));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"cursor", "limit"}));
  OB_TRY(const int limit, parameters.limit(50, 1000));
  OB_TRY(const auto page, services.records.history(request.context, entity, id, parameters.text("cursor"), limit));
  return json_answer(200, "{\"items\":" + page.items + ",\"next_cursor\":" +
                              (page.next_cursor.empty() ? "null" : "\"" + page.next_cursor + "\"") + "}");
}

Result<Response> schema(Services& services, Request& request) {
  OB_TRY(const std::string name, entity_of(services, request));
  const auto entity = services.records.entity(name);
  OB_TRY(const records::Abilities can, services.records.abilities(request.context, name));
  Json body = entity->declaration;
  body["plugin"] = entity->plugin;
  body["path"] = entity->path();
  body["can"] = abilities_json(can);
  return json_answer(200, body);
}

Result<Response> aggregate(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"filter", "q", "group", "aggregate"}));
  records::RollupStamp stamp;
  const records::AggregateQuery query{parameters.text("filter"),    parameters.text("q"), parameters.list("group"),
                                      parameters.list("aggregate"), records::Form::rest,  &stamp};
  OB_TRY(const std::string items, services.records.aggregate(request.context, entity, query));
  std::string body = "{\"items\":" + items;
  if (!stamp.rollup.empty())
    body += fmt::format(",\"rollup\":{{\"name\":\"{}\",\"position\":\"{}\",\"at\":\"{}\"}}", stamp.rollup,
                        stamp.position, time_text(stamp.at_ms));
  return json_answer(200, body + "}");
}

/// A route of a plugin's own, matched against what enabled plugins declare at this moment.
Result<Response> plugin_route(Services& services, Request& request) {
  constexpr std::string_view kBase = "/api/v1/";
  OB_TRY(const std::string plugin, name_of(request.param("plugin")));
  const std::string rest = request.path.substr(kBase.size() + request.param("plugin").size());
  host::RouteCall call;
  services.host.each_route([&](const std::string& owner, const declarations::DeclaredRoute& route) {
    Pairs found;
    if (owner != plugin || route.method != request.method || !match_pattern(route.path, rest, found)) return false;
    call = {route.method, route.path, {found.begin(), found.end()}, request.body};
    return true;
  });
  if (call.method.empty()) return not_found();
  OB_TRY(const Pairs query, request.query_pairs());
  call.parameters.insert(call.parameters.end(), query.begin(), query.end());
  if (!request.header("if-match").empty()) {
    OB_TRY(const std::int64_t version, if_match(request));
    call.parameters.insert(call.parameters.begin(), {"if-match", std::to_string(version)});
  }
  host::RouteReceipt kept;
  if (request.receipt)
    kept = [&request](storage::Session& session, const host::RouteAnswer& answer) {
      return request.receipt(session, Response(answer.status, answer.media_type, answer.body));
    };
  OB_TRY(host::RouteAnswer answer, services.host.call_route(request.context, plugin, call, kept));
  return Response(answer.status, answer.media_type, std::move(answer.body));
}

/// The generic patterns also match what a plugin declares ("/compilation/code-change"): where the address names no
/// served entity, or no record by its number, it is the plugin's.
ApiHandler generic(ApiHandler handler) {
  return [handler = std::move(handler)](Services& services, Request& request) -> Result<Response> {
    const std::string id = request.param("id");
    const bool record = entity_of(services, request).ok() && (id.empty() || RecordId::parse(id).has_value());
    return record ? handler(services, request) : plugin_route(services, request);
  };
}

} // namespace

bool match_pattern(std::string_view pattern, std::string_view path, Pairs& parameters) {
  while (true) {
    const std::size_t pattern_end = pattern.find('/', 1), path_end = path.find('/', 1);
    const std::string_view wanted = pattern.substr(0, pattern_end), given = path.substr(0, path_end);
    if (wanted.size() > 2 && wanted[1] == '{') {
      if (given.size() < 2) return false;
      parameters.emplace_back(wanted.substr(2, wanted.size() - 3), given.substr(1));
    } else if (wanted != given) {
      return false;
    }
    if (pattern_end == std::string_view::npos || path_end == std::string_view::npos) return pattern_end == path_end;
    pattern.remove_prefix(pattern_end);
    path.remove_prefix(path_end);
  }
}

void add_record_routes(Router& router, Services& services) {
  const std::string entity = "/{plugin}/{entity}", one = entity + "/{id}";
  add_api(router, services, "GET", entity, Entry::record, {}, generic(list));
  add_api(router, services, "POST", entity, Entry::record, kBody, idempotent(generic(create), true));
  add_api(router, services, "GET", entity + "/schema", Entry::record, {}, generic(schema));
  add_api(router, services, "GET", entity + "/aggregate", Entry::record, {}, generic(aggregate));
  add_api(router, services, "GET", one, Entry::record, {}, generic(show));
  add_api(router, services, "PATCH", one, Entry::record, kBody, generic(update));
  add_api(router, services, "DELETE", one, Entry::record, {}, generic(remove));
  add_api(router, services, "GET", one + "/history", Entry::record, {}, generic(history));
  add_api(router, services, "POST", one + "/transitions/{name}", Entry::record, kBody,
          idempotent(generic(transition), true));
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
    add_api(router, services, method, "/{plugin}/{rest*}", Entry::record,
            {method == "GET" ? BodyPolicy::none : BodyPolicy::memory, 1 << 20, false, 60},
            method == "POST" ? idempotent(plugin_route, true) : ApiHandler(plugin_route));
}

} // namespace onebudget::http
