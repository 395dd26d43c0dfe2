#include "sdk/declarations/schema.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

#include "sdk/declarations/pattern.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::declarations {
namespace {

constexpr std::size_t kMostMistakes = 20;
constexpr std::string_view kKnown[] = {
    "type",    "enum",     "const",      "required", "properties", "additionalProperties",
    "items",   "anyOf",    "$ref",       "pattern",  "minLength",  "maxLength",
    "minimum", "maximum",  "minItems",   "maxItems", "format",     "title",
    "default", "examples", "description"};

bool is_type(const Json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "null" && value.is_null();
}

class Check {
 public:
  explicit Check(const Json& named) : named_(named) {}

  void value(const Json& value, const Json& schema, const std::string& at) {
    if (found_.size() >= kMostMistakes) return;
    if (!schema.is_object()) return;
    for (const auto& item : schema.items())
      if (std::ranges::find(kKnown, item.key()) == std::end(kKnown))
        return say(at, "schema",
                   {"接口说明用了不认识的 " + item.key(), "the schema says " + item.key() + ", which is not known"});
    if (schema.contains("$ref")) return refer(value, schema["$ref"], at);
    if (schema.contains("anyOf")) return any(value, schema["anyOf"], at);
    if (!type(value, schema, at)) return;
    if (const auto one = schema.find("const"); one != schema.end() && value != *one)
      return say(at, "enum", {"应为 " + one->dump(), "must be " + one->dump()});
    if (const auto list = schema.find("enum"); list != schema.end() && std::ranges::find(*list, value) == list->end())
      return say(at, "enum", {"应为其中之一：" + list->dump(), "must be one of " + list->dump()});
    if (value.is_string()) text(value.get_ref<const std::string&>(), schema, at);
    if (value.is_number()) limit(schema, "minimum", "maximum", value.get<double>(), at);
    if (value.is_array()) list(value, schema, at);
    if (value.is_object()) object(value, schema, at);
  }
  std::vector<FieldFault> found() && { return std::move(found_); }

 private:
  void say(const std::string& at, const char* code, const Text& what) {
    found_.push_back({at.empty() ? "/" : at,
                      std::string("field.") + code,
                      {what.zh + "。", what.en + "."},
                      {"请按接口说明改正。", "Correct it as the route is described."}});
  }

  void refer(const Json& value, const Json& name, const std::string& at) {
    const auto known = name.is_string() ? named_.find(name.get_ref<const std::string&>()) : named_.end();
    if (known == named_.end())
      return say(at, "schema", {"接口说明没有 " + name.dump(), "there is no schema " + name.dump()});
    this->value(value, *known, at);
  }

  void any(const Json& value, const Json& choices, const std::string& at) {
    std::vector<FieldFault> nearest;
    bool own = false;
    for (const Json& choice : choices) {
      Check tried(named_);
      tried.value(value, choice, at);
      if (tried.found_.empty()) return;
      // What is said is about the choice of the value's own kind, not that it is not null; among those, the nearest.
      const bool kind = std::ranges::none_of(tried.found_, [&](const FieldFault& one) {
        return one.code == "field.type" && one.field == (at.empty() ? "/" : at);
      });
      if (nearest.empty() || kind > own || (kind == own && tried.found_.size() < nearest.size()))
        nearest = std::move(tried.found_);
      own = own || kind;
    }
    found_.insert(found_.end(), nearest.begin(), nearest.end());
  }

  bool type(const Json& value, const Json& schema, const std::string& at) {
    const auto wanted = schema.find("type");
    if (wanted == schema.end()) return true;
    const auto fits = [&](const Json& one) {
      return one.is_string() && is_type(value, one.get_ref<const std::string&>());
    };
    if (wanted->is_array() ? std::ranges::any_of(*wanted, fits) : fits(*wanted)) return true;
    say(at, "type",
        {"类型应为 " + wanted->dump() + "，却是 " + value.type_name(),
         "must be of type " + wanted->dump() + ", is " + value.type_name()});
    return false;
  }

  void limit(const Json& schema, const char* least, const char* most, double size, const std::string& at) {
    const auto low = schema.find(least), high = schema.find(most);
    if (low != schema.end() && size < low->get<double>())
      say(at, "range", {"小于下限 " + low->dump(), "breaks " + std::string(least) + " " + low->dump()});
    if (high != schema.end() && size > high->get<double>())
      say(at, "range", {"超过上限 " + high->dump(), "breaks " + std::string(most) + " " + high->dump()});
  }

  void text(const std::string& text, const Json& schema, const std::string& at) {
    const auto points =
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    limit(schema, "minLength", "maxLength", static_cast<double>(points), at);
    const std::string format = schema.value("format", "");
    const bool time = (format != "date" || Day::parse(text)) && (format != "date-time" || parse_time_text(text));
    if (!time) say(at, format == "date" ? "date" : "time", {"不是 " + format, "is no " + format});
    const auto pattern = schema.find("pattern");
    if (pattern == schema.end()) return;
    const auto& form = pattern->get_ref<const std::string&>();
    auto& compiled = patterns_[form];
    if (std::string why; !compiled) compiled = Pattern::compile(form, why);
    if (!compiled || !compiled->matches(text))
      say(at, "pattern", {"形式应为 " + form, "does not have the form " + form});
  }

  void list(const Json& list, const Json& schema, const std::string& at) {
    limit(schema, "minItems", "maxItems", static_cast<double>(list.size()), at);
    const auto items = schema.find("items");
    if (items == schema.end()) return;
    for (std::size_t i = 0; i < list.size(); ++i) value(list[i], *items, at + "/" + std::to_string(i));
  }

  void object(const Json& object, const Json& schema, const std::string& at) {
    if (const auto required = schema.find("required"); required != schema.end())
      for (const Json& name : *required)
        if (!object.contains(name.get_ref<const std::string&>()))
          say(at + "/" + name.get<std::string>(), "required", {"必须填写", "is required"});
    const auto known = schema.find("properties"), others = schema.find("additionalProperties");
    for (const auto& member : object.items()) {
      const std::string here = at + "/" + member.key();
      if (known != schema.end() && known->contains(member.key())) {
        value(member.value(), (*known)[member.key()], here);
      } else if (others != schema.end() && *others == false) {
        say(here, "unknown", {"没有这一项", "is not known"});
      } else if (others != schema.end()) {
        value(member.value(), *others, here);
      }
    }
  }

  const Json& named_;
  std::vector<FieldFault> found_;
  std::map<std::string, std::shared_ptr<const Pattern>> patterns_;
};

} // namespace

std::string schema_base(const std::string& id) { return "#/components/schemas/" + id + "."; }

std::vector<FieldFault> schema_mistakes(const Json& value, const Json& schema, const Json& named) {
  Check check(named);
  check.value(value, schema, "");
  return std::move(check).found();
}

} // namespace onebudget::declarations
