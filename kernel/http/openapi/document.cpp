#include "kernel/http/openapi/document.hpp"

#include <algorithm>

#include "kernel_api.hpp"

namespace onebudget::http {

namespace {

Json text_of(const Text& text) { return {{"zh", text.zh}, {"en", text.en}}; }
Json refer(const std::string& path) { return {{"$ref", "#/components/" + path}}; }
Json schema_ref(const std::string& name) { return refer("schemas/" + name); }
Json string_schema(const char* format = nullptr) {
  Json schema = {{"type", "string"}};
  if (format != nullptr) schema["format"] = format;
  return schema;
}

/// {"zh": …, "en": …} becomes the text of one language, wherever it stands.
void localise(Json& value, const std::string& language) {
  if (value.is_object() && value.size() == 2 && value.contains("zh") && value.contains("en") &&
      value["zh"].is_string()) {
    value = Text{value["zh"], value["en"]}.in(language);
    return;
  }
  if (!value.is_structured()) return;
  for (Json& child : value) localise(child, language);
}

Json number_schema(const records::Field& field, const char* type) {
  Json schema = {{"type", type}};
  if (field.min_number) schema["minimum"] = *field.min_number;
  if (field.max_number) schema["maximum"] = *field.max_number;
  return schema;
}

Json text_schema(const records::Field& field) {
  Json schema = string_schema();
  if (field.max > 0) schema["maxLength"] = field.max;
  if (!field.pattern.empty()) schema["pattern"] = "^(?:" + field.pattern + ")$";
  return schema;
}

Json enumeration_schema(const records::Field& field) {
  Json schema = {{"enum", Json::array()}};
  for (const records::EnumValue& value : field.values) schema["enum"].push_back(value.code);
  return schema;
}

Json typed(const records::Field& field) {
  using records::FieldType;
  switch (field.type) {
    case FieldType::boolean:
      return {{"type", "boolean"}};
    case FieldType::integer:
    case FieldType::year:
      return number_schema(field, "integer");
    case FieldType::ratio:
      return {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
    case FieldType::money:
      return {{"type", "string"}, {"pattern", "^-?[0-9]{1,15}(\\.[0-9]{1,2})?$"}, {"examples", {"1234567.89"}}};
    case FieldType::decimal:
      return {{"type", "string"}, {"pattern", "^-?[0-9]+(\\.[0-9]+)?$"}};
    case FieldType::date:
      return string_schema("date");
    case FieldType::time:
      return string_schema("date-time");
    case FieldType::enumeration:
      return enumeration_schema(field);
    case FieldType::ref:
    case FieldType::org:
    case FieldType::user:
    case FieldType::file:
      return string_schema();
    case FieldType::json:
      return Json::object();
    case FieldType::text:
    case FieldType::longtext:
    case FieldType::code:
      break;
  }
  return text_schema(field);
}

/// A written reference may also be the target's own code: {"code": "320100"} or "code:320100".
Json written(const records::Field& field) {
  Json schema = typed(field);
  const bool by_key = field.type == records::FieldType::ref || field.type == records::FieldType::org;
  if (by_key) schema = {{"anyOf", Json::array({schema, Json{{"type", "object"}, {"additionalProperties", true}}})}};
  return schema;
}

Json described(Json schema, const records::Field& field) {
  schema["title"] = text_of(field.title);
  if (!field.help.zh.empty() || !field.help.en.empty()) schema["description"] = text_of(field.help);
  return schema;
}

/// A field without value reads as null.
Json nullable(const Json& schema) { return {{"anyOf", Json::array({schema, Json{{"type", "null"}}})}}; }

void add_schemas(Json& schemas, const records::Entity& entity) {
  Json read = {{"type", "object"},
               {"title", text_of(entity.title)},
               {"required", {"id", "version"}},
               {"properties",
                {{"id", string_schema()},
                 {"version", {{"type", "integer"}, {"minimum", 1}}},
                 {"created_at", string_schema("date-time")},
                 {"created_by", nullable(string_schema())},
                 {"updated_at", string_schema("date-time")},
                 {"updated_by", nullable(string_schema())},
                 {"_can", {{"type", "object"}}}}}};
  Json change = {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
  Json required = Json::array();
  for (const records::Field& field : entity.fields) {
    const Json plain = field.mask.empty() ? typed(field) : string_schema(); // masked or whole
    const bool present = field.required || !field.mask.empty();
    read["properties"][field.name] = described(present ? plain : nullable(plain), field);
    if (!entity.view.empty() || field.readonly || field.computed || field.name == entity.state_field) continue;
    change["properties"][field.name] = described(nullable(written(field)), field);
    if (field.required && field.default_value.is_null()) required.push_back(field.name);
  }
  Json create = change;
  if (!required.empty()) create["required"] = required;
  const std::string name = entity.full_name();
  schemas[name] = std::move(read);
  schemas[name + ".create"] = std::move(create);
  schemas[name + ".change"] = std::move(change);
}

Json answer(const Json& schema, const char* media = "application/json") {
  return {{"description", {{"zh", "完成"}, {"en", "Done"}}}, {"content", {{media, {{"schema", schema}}}}}};
}
Json page_of(const std::string& name) {
  return {{"type", "object"},
          {"required", {"items", "next_cursor"}},
          {"properties",
           {{"items", {{"type", "array"}, {"items", schema_ref(name)}}},
            {"next_cursor", {{"type", {"string", "null"}}}},
            {"count", {{"type", "integer"}}}}}};
}
Json body_of(const Json& schema, const char* media = "application/json") {
  return {{"required", true}, {"content", {{media, {{"schema", schema}}}}}};
}
Json query(const char* name, Json schema = string_schema()) {
  return {{"name", name}, {"in", "query"}, {"schema", std::move(schema)}};
}
Json queries(std::initializer_list<const char*> names) {
  Json list = Json::array();
  for (const char* name : names) {
    Json schema = string_schema();
    if (std::string_view(name) == "limit") schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}};
    list.push_back(query(name, std::move(schema)));
  }
  return list;
}

struct Operation {
  const char* method;
  std::string path;
  Text summary;
  int status;
  Json answer;
  Json parameters = Json::array();
  Json body;
};

void put(Json& paths, const std::string& tag, const std::string& permission, Operation operation) {
  Json document = {{"tags", {tag}}, {"summary", text_of(operation.summary)}, {"x-permission", permission}};
  for (std::size_t at = operation.path.find('{'); at != std::string::npos; at = operation.path.find('{', at + 1)) {
    const std::string name = operation.path.substr(at + 1, operation.path.find('}', at) - at - 1);
    operation.parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", string_schema()}});
  }
  const std::string_view method = operation.method;
  if (method == "post") operation.parameters.push_back(refer("parameters/IdempotencyKey"));
  document["parameters"] = std::move(operation.parameters);
  if (!operation.body.is_null()) document["requestBody"] = std::move(operation.body);
  document["responses"][std::to_string(operation.status)] = std::move(operation.answer);
  paths[operation.path][operation.method] = std::move(document);
}

void add_paths(Json& paths, const records::Entity& entity) {
  const std::string base = entity.path(), one = base + "/{id}", name = entity.full_name(), tag = entity.plugin;
  const Json record = answer(schema_ref(name)), object = answer(schema_ref("Object"));
  const Json none = {{"description", {{"zh", "完成"}, {"en", "Done"}}}};
  const Text& title = entity.title;
  const auto say = [&](const char* zh, const char* en) { return Text{title.zh + "：" + zh, title.en + ": " + en}; };
  const auto add = [&](const char* verb, Operation operation) {
    const std::string_view method = operation.method;
    if (method == "patch" || method == "delete") operation.parameters.push_back(refer("parameters/IfMatch"));
    put(paths, tag, entity.permission(verb), std::move(operation));
  };
  add("read", {"get",
               base,
               say("列表", "list"),
               200,
               answer(page_of(name)),
               queries({"filter", "sort", "fields", "expand", "limit", "cursor", "count", "q"}),
               {}});
  const bool view = !entity.view.empty();
  if (!view)
    add("create",
        {"post", base, say("新建", "create"), 201, record, Json::array(), body_of(schema_ref(name + ".create"))});
  add("read", {"get", base + "/schema", say("字段与权限", "fields and rights"), 200, object, Json::array(), {}});
  add("read", {"get",
               base + "/aggregate",
               say("汇总", "aggregate"),
               200,
               object,
               queries({"filter", "q", "group", "aggregate"}),
               {}});
  add("read", {"get", one, say("查看", "read"), 200, record, queries({"expand", "as_of"}), {}});
  const Json bytes = answer(Json::object(), "*/*");
  add("export", {"get",
                 base + "/export",
                 say("导出", "export"),
                 200,
                 bytes,
                 queries({"format", "filter", "sort", "fields", "q", "expand"}),
                 {}});
  if (view) return;
  add("update",
      {"patch", one, say("修改", "change"), 200, record, Json::array(), body_of(schema_ref(name + ".change"))});
  add("delete", {"delete", one, say("删除", "delete"), 204, none, Json::array(), {}});
  add("read", {"get",
               one + "/history",
               say("变更历史", "history"),
               200,
               answer(page_of("History")),
               queries({"cursor", "limit"}),
               {}});
  for (const records::Transition& transition : entity.transitions) {
    const Json comment = {
        {"type", "object"}, {"properties", {{"comment", string_schema()}}}, {"additionalProperties", false}};
    Operation operation{"post",
                        one + "/transitions/" + transition.name,
                        say(transition.title.zh.c_str(), transition.title.en.c_str()),
                        200,
                        record,
                        Json::array({refer("parameters/IfMatch")}),
                        body_of(comment)};
    operation.body["required"] = transition.comment == records::Transition::Comment::required;
    add(transition.permission.c_str(), std::move(operation));
  }
  Json file = body_of(string_schema(), "text/csv");
  file["content"]["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] =
      file["content"]["application/x-ndjson"] = file["content"]["text/csv"];
  add("import", {"post", base + "/import", say("导入", "import"), 200, answer(schema_ref("ImportReport")),
                 queries({"format", "dry_run", "good_rows", "import_state", "report"}), file});
  add("import",
      {"get", base + "/import/template", say("导入模板", "import template"), 200, bytes, queries({"format"}), {}});
}

/// What every operation may answer besides success; the statuses follow from its method.
void add_problems(Json& paths) {
  for (Json& path : paths) {
    for (auto item = path.begin(); item != path.end(); ++item) {
      std::vector<const char*> statuses = {"400", "401", "403", "404", "409", "415", "422", "429", "503"};
      if (item.key() != "get") statuses.insert(statuses.end(), {"412", "413", "423", "428"});
      for (const char* status : statuses) (*item)["responses"][status] = refer("responses/Problem");
      if (!item->contains("security")) (*item)["security"] = {{{"session", Json::array()}}, {{"token", Json::array()}}};
    }
  }
}

/// What a plugin says of a route of its own; where it says nothing of request and reply, they are any object.
void put_route(Json& document, const std::string& plugin, const declarations::DeclaredRoute& route) {
  Json &paths = document["paths"], &schemas = document["components"]["schemas"];
  if (route.schemas)
    for (const auto& [name, schema] : route.schemas->items()) schemas[name.substr(name.rfind('/') + 1)] = schema;
  std::string method = route.method;
  std::ranges::transform(method, method.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const Json reply = route.reply.is_null() ? schema_ref("Object") : route.reply;
  const bool bytes = route.media_type != "application/json" && route.reply.is_null();
  Operation operation{method.c_str(),
                      "/" + plugin + route.path,
                      route.title,
                      route.status,
                      answer(bytes ? string_schema() : reply, route.media_type.c_str()),
                      Json::array(),
                      {}};
  if (route.status == 204) operation.answer.erase("content");
  if (method != "get") {
    const Json request = route.request.is_null() ? schema_ref("Object") : route.request;
    operation.body = {{"content", Json::object()}};
    for (const auto& media : route.consumes) operation.body["content"][media]["schema"] = request;
    if (route.consumes.empty()) operation.body["content"]["application/json"]["schema"] = request;
    if (request.contains("required")) operation.body["required"] = true;
  }
  if (const Json& asked = method == "get" ? route.request : route.query; asked.is_object()) {
    const Json required = asked.value("required", Json::array());
    const Json properties = asked.value("properties", Json::object());
    for (const auto& [name, schema] : properties.items()) {
      operation.parameters.push_back(query(name.c_str(), schema));
      if (std::find(required.begin(), required.end(), Json(name)) != required.end())
        operation.parameters.back()["required"] = true;
    }
  }
  if (std::ranges::any_of(route.errors, [](const Json& one) { return one["code"] == "http.if_match"; }))
    operation.parameters.push_back(refer("parameters/IfMatch"));
  put(paths, plugin, plugin + "." + route.permission, std::move(operation));
  Json& described = paths["/" + plugin + route.path][method];
  if (!route.description.zh.empty()) described["description"] = text_of(route.description);
  if (!route.reply.is_null()) described["x-errors"] = route.errors;
}

} // namespace

Json openapi_document(const std::vector<std::shared_ptr<const records::Entity>>& entities, const host::Host& host,
                      const std::string& language, const std::string& version) {
  Json document = Json::parse(kKernelApi);
  document["openapi"] = "3.1.0";
  document["info"] = {{"title", {{"zh", "OneBudget 接口"}, {"en", "OneBudget interface"}}},
                      {"version", version},
                      {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}};
  document["servers"] = Json::array({Json{{"url", "/api/v1"}}});
  Json& paths = document["paths"];
  for (const auto& entity : entities) {
    add_schemas(document["components"]["schemas"], *entity);
    add_paths(paths, *entity);
  }
  host.each_route([&document](const std::string& plugin, const declarations::DeclaredRoute& route) {
    put_route(document, plugin, route);
    return false;
  });
  add_problems(paths);
  localise(document, language);
  return document;
}

} // namespace onebudget::http
