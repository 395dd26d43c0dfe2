#include "sdk/declarations/package/route_check.hpp"

#include <algorithm>
#include <charconv>

#include "sdk/declarations/schema.hpp"

namespace onebudget::declarations {
namespace {

const Json& named_of(const DeclaredRoute& route) {
  static const Json kNone = Json::object();
  return route.schemas ? *route.schemas : kNone;
}

/// The text of a parameter as the JSON value that its schema asks for; as text where it is none.
Json value_of(const std::string& text, const Json& schema) {
  const Json type = schema.is_object() ? schema.value("type", Json("string")) : Json("string");
  const char* end = text.data() + text.size();
  if (std::int64_t whole = 0; type == "integer" || type == "number") {
    if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc() && read.ptr == end)
      return whole;
  }
  if (double number = 0; type == "number") {
    if (const auto read = std::from_chars(text.data(), end, number); read.ec == std::errc() && read.ptr == end)
      return number;
  }
  if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
  return text;
}

Result<void> check_query(const DeclaredRoute& route,
                         const std::vector<std::pair<std::string, std::string>>& parameters) {
  const Json& query = route.method == "GET" ? route.request : route.query;
  if (query.is_null()) return {};
  const Json known = query.value("properties", Json::object());
  Json given = Json::object();
  std::vector<FieldFault> repeated;
  for (const auto& [name, text] : parameters) {
    if (name == "if-match" || route.path.find("{" + name + "}") != std::string::npos) continue;
    if (given.contains(name))
      repeated.push_back({"/" + name, "field.repeated", {"重复。", "is repeated."}, {"请只写一次。", "Say it once."}});
    given[name] = value_of(text, known.value(name, Json()));
  }
  auto mistakes = schema_mistakes(given, query, named_of(route));
  mistakes.insert(mistakes.end(), repeated.begin(), repeated.end());
  if (mistakes.empty()) return {};
  const FieldFault& one = mistakes.front();
  const std::string name = one.field.substr(1);
  return fault(
      FaultKind::malformed, "http.parameter",
      {"查询参数“" + name + "”有误：" + one.message.zh, "The query parameter \"" + name + "\" " + one.message.en},
      mistakes);
}

} // namespace

Result<void> check_request(const DeclaredRoute& route,
                           const std::vector<std::pair<std::string, std::string>>& parameters,
                           const std::string& body) {
  OB_CHECK(check_query(route, parameters));
  if (route.method == "GET" || route.request.is_null() || !route.consumes.empty()) return {};
  OB_TRY(const Json value, body.empty() ? Result<Json>(Json(Json::object())) : parse_json(body));
  auto mistakes = schema_mistakes(value, route.request, named_of(route));
  if (mistakes.empty()) return {};
  return fault(FaultKind::malformed, "http.body",
               {"请求内容有误，请按提示修改。", "The body is wrong; see each field."}, std::move(mistakes));
}

std::vector<FieldFault> reply_mistakes(const DeclaredRoute& route, int status, const std::string& media_type,
                                       const std::string& body) {
  const auto one = [](const std::string& what) {
    return std::vector<FieldFault>{{"/", "field.enum", {what, what}, {}}};
  };
  if (status != route.status)
    return one("answers " + std::to_string(status) + ", declared is " + std::to_string(route.status));
  if (status == 204) return body.empty() ? std::vector<FieldFault>{} : one("204 has no body");
  if (media_type != route.media_type) return one("answers " + media_type + ", declared is " + route.media_type);
  if (route.reply.is_null() || media_type != "application/json") return {};
  const Json value = Json::parse(body, nullptr, false);
  return value.is_discarded() ? one("is no JSON") : schema_mistakes(value, route.reply, named_of(route));
}

} // namespace onebudget::declarations
