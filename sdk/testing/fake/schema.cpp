#include "sdk/testing/fake/schema.hpp"

#include <algorithm>
#include <regex>
#include <string_view>

namespace onebudget::testing {
namespace {

constexpr std::string_view kKnown[] = {
    "type",     "enum",     "const",     "required",    "properties", "additionalProperties",
    "items",    "pattern",  "minLength", "maxLength",   "minimum",    "maximum",
    "minItems", "maxItems", "title",     "description", "default"};

std::string at(const std::string& pointer, const std::string& what) {
  return (pointer.empty() ? "/" : pointer) + " " + what;
}

bool is_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "null" && value.is_null();
}

std::string type_mistake(const Json& value, const Json& schema, const std::string& pointer) {
  const auto type = schema.find("type");
  if (type == schema.end()) return {};
  const Json types = type->is_array() ? *type : Json::array({*type});
  const bool fits = std::any_of(types.begin(), types.end(), [&](const Json& one) {
    return one.is_string() && is_type(value, one.get<std::string>());
  });
  return fits ? std::string() : at(pointer, "must be of type " + type->dump() + ", is " + value.type_name());
}

std::string limit_mistake(const Json& schema, const char* least, const char* most, double size,
                          const std::string& pointer) {
  const auto low = schema.find(least), high = schema.find(most);
  const bool small = low != schema.end() && size < low->get<double>(),
             large = high != schema.end() && size > high->get<double>();
  return small || large ? at(pointer, std::string("breaks ") + (small ? least : most)) : std::string();
}

std::string text_mistake(const std::string& text, const Json& schema, const std::string& pointer) {
  const auto points =
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  if (auto mistake = limit_mistake(schema, "minLength", "maxLength", static_cast<double>(points), pointer);
      !mistake.empty())
    return mistake;
  const auto pattern = schema.find("pattern");
  if (pattern == schema.end() || std::regex_search(text, std::regex(pattern->get<std::string>()))) return {};
  return at(pointer, "does not have the form " + pattern->get<std::string>());
}

std::string list_mistake(const Json& list, const Json& schema, const std::string& pointer) {
  if (auto mistake = limit_mistake(schema, "minItems", "maxItems", static_cast<double>(list.size()), pointer);
      !mistake.empty())
    return mistake;
  const auto items = schema.find("items");
  if (items == schema.end()) return {};
  for (std::size_t i = 0; i < list.size(); ++i)
    if (auto mistake = schema_mistake(list[i], *items, pointer + "/" + std::to_string(i)); !mistake.empty())
      return mistake;
  return {};
}

std::string object_mistake(const Json& object, const Json& schema, const std::string& pointer) {
  for (const Json& name : schema.value("required", Json::array()))
    if (!object.contains(name.get<std::string>())) return at(pointer + "/" + name.get<std::string>(), "is required");
  const Json known = schema.value("properties", Json::object()),
             others = schema.value("additionalProperties", Json(true));
  for (const auto& [name, member] : object.items()) {
    const std::string here = pointer + "/" + name;
    const auto own = known.find(name);
    if (own == known.end() && others == false) return at(here, "is not known");
    const Json& rule = own != known.end() ? *own : others;
    if (!rule.is_object()) continue;
    if (auto mistake = schema_mistake(member, rule, here); !mistake.empty()) return mistake;
  }
  return {};
}

} // namespace

std::string schema_mistake(const Json& value, const Json& schema, const std::string& pointer) {
  for (const auto& [keyword, rule] : schema.items())
    if (std::find(std::begin(kKnown), std::end(kKnown), keyword) == std::end(kKnown))
      return at(pointer, "the schema says " + keyword + ", which is not known");
  if (auto mistake = type_mistake(value, schema, pointer); !mistake.empty()) return mistake;
  if (schema.contains("const") && value != schema["const"]) return at(pointer, "must be " + schema["const"].dump());
  if (const auto list = schema.find("enum");
      list != schema.end() && std::find(list->begin(), list->end(), value) == list->end())
    return at(pointer, "must be one of " + list->dump());
  if (value.is_string()) return text_mistake(value.get<std::string>(), schema, pointer);
  if (value.is_number()) return limit_mistake(schema, "minimum", "maximum", value.get<double>(), pointer);
  if (value.is_array()) return list_mistake(value, schema, pointer);
  return value.is_object() ? object_mistake(value, schema, pointer) : std::string();
}

} // namespace onebudget::testing
