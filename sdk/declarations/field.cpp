// Reading one field of a declaration.

#include <fmt/format.h>
#include <algorithm>

#include "sdk/declarations/fields.hpp"
#include "sdk/declarations/pattern.hpp"
#include "sdk/text/nearest.hpp"
#include "sdk/values/scaled.hpp"
#include "sdk/values/words.hpp"

namespace onebudget::declarations {

namespace {

constexpr Word<FieldType> kTypes[] = {
    {"text", FieldType::text},    {"longtext", FieldType::longtext}, {"code", FieldType::code},
    {"bool", FieldType::boolean}, {"int", FieldType::integer},       {"decimal", FieldType::decimal},
    {"money", FieldType::money},  {"ratio", FieldType::ratio},       {"date", FieldType::date},
    {"time", FieldType::time},    {"year", FieldType::year},         {"enum", FieldType::enumeration},
    {"ref", FieldType::ref},      {"org", FieldType::org},           {"user", FieldType::user},
    {"file", FieldType::file},    {"json", FieldType::json}};

constexpr int kDefaultText = 200;
constexpr int kLongestText = 100'000;

void read_type(ObjectReader& reader, Field& field) {
  const std::string name = reader.string("type", true);
  if (name.empty() || type_of(name, field.type)) return;
  std::vector<std::string> names;
  for (const auto& known : kTypes) names.emplace_back(known.first);
  const std::string near = nearest(name, names);
  Text remedy{fmt::format("可用的类型：{}。", fmt::join(names, "、")),
              fmt::format("Types are: {}.", fmt::join(names, ", "))};
  if (!near.empty()) remedy = {fmt::format("是否想写“{}”？", near), fmt::format("Did you mean \"{}\"?", near)};
  reader.mistakes().add(reader.at("type"), "entity.field_type",
                        {fmt::format("没有“{}”这种类型。", name), fmt::format("There is no type \"{}\".", name)},
                        std::move(remedy));
}

int scale_of(const Field& field) {
  if (field.type == FieldType::money) return 2;
  if (field.type == FieldType::decimal) return field.scale;
  if (field.type == FieldType::ratio) return kRatioScale;
  return 0;
}

bool numeric(FieldType type) {
  return type == FieldType::integer || type == FieldType::decimal || type == FieldType::money ||
         type == FieldType::ratio || type == FieldType::year;
}

std::optional<std::int64_t> read_bound(ObjectReader& reader, const char* name, const Field& field) {
  const Json* bound = reader.any(name);
  if (bound == nullptr) return std::nullopt;
  std::string text;
  if (bound->is_string())
    text = bound->get<std::string>();
  else if (bound->is_number())
    text = bound->dump();
  std::int64_t number = 0;
  if (parse_scaled(text, scale_of(field), number) == ScaledError::none) return number;
  reader.mistakes().add(reader.at(name), "entity.bound",
                        {"界限不是该类型的数。", "The bound is not a number of this type."},
                        {"金额写成 \"0.00\"，整数写成 0。", "Write money as \"0.00\" and integers as 0."});
  return std::nullopt;
}

void read_limits(ObjectReader& reader, Field& field) {
  if (numeric(field.type)) {
    field.min_number = read_bound(reader, "min", field);
    field.max_number = read_bound(reader, "max", field);
    if (field.min_number && field.max_number && *field.min_number > *field.max_number)
      reader.mistakes().add(reader.at("max"), "entity.bound", {"上限小于下限。", "The upper bound is below the lower."},
                            {"请交换或改正。", "Swap or correct them."});
    return;
  }
  const bool text = field.type == FieldType::text || field.type == FieldType::code || field.type == FieldType::longtext;
  if (!text) {
    for (const char* name : {"min", "max"})
      if (reader.has(name))
        reader.mistakes().add(reader.at(name), "entity.bound", {"这种类型没有上下限。", "This type has no bounds."},
                              {"请删除。", "Remove it."});
    return;
  }
  if (reader.has("min"))
    reader.mistakes().add(reader.at("min"), "entity.bound", {"文字没有最小长度。", "Text has no minimum."},
                          {"请用 pattern 或 required。", "Use pattern or required."});
  const std::optional<std::int64_t> max = reader.integer("max");
  field.max = field.type == FieldType::longtext ? kLongestText : kDefaultText;
  if (!max) return;
  if (*max < 1 || *max > kLongestText) {
    reader.mistakes().add(reader.at("max"), "entity.bound",
                          {"长度应在 1 到 100000 之间。", "The length must be 1 to 100000."},
                          {"请改正。", "Correct it."});
    return;
  }
  field.max = static_cast<int>(*max);
}

void read_decimal(ObjectReader& reader, Field& field) {
  if (field.type != FieldType::decimal) return;
  field.precision = static_cast<int>(reader.integer("precision").value_or(18));
  field.scale = static_cast<int>(reader.integer("scale").value_or(2));
  if (field.precision < 1 || field.precision > 18 || field.scale < 0 || field.scale > field.precision)
    reader.mistakes().add(reader.at("precision"), "entity.decimal",
                          {"小数位数不成立：1 ≤ precision ≤ 18，0 ≤ scale ≤ precision。",
                           "Not a decimal: 1 ≤ precision ≤ 18, 0 ≤ scale ≤ precision."},
                          {"请改正。", "Correct it."});
}

void read_pattern(ObjectReader& reader, Field& field) {
  field.pattern = reader.string("pattern");
  if (field.pattern.empty()) return;
  std::string why;
  field.compiled = Pattern::compile(field.pattern, why);
  if (field.compiled) return;
  reader.mistakes().add(
      reader.at("pattern"), "entity.pattern",
      {fmt::format("不是正确的正则表达式：{}", why), fmt::format("Not a regular expression: {}", why)},
      {"请按 ECMAScript 语法改正。", "Correct it in ECMAScript syntax."});
  field.pattern.clear();
}

void read_values(ObjectReader& reader, Field& field) {
  const Json* values = reader.array("values");
  for (std::size_t i = 0; values != nullptr && i < values->size(); ++i) {
    ObjectReader value((*values)[i], fmt::format("{}/{}", reader.at("values"), i), reader.mistakes(),
                       {"code", "title"});
    EnumValue one{value.string("code", true), value.text("title", true)};
    const auto same = [&](const EnumValue& other) { return other.code == one.code; };
    if (std::any_of(field.values.begin(), field.values.end(), same))
      reader.mistakes().add(value.at("code"), "entity.duplicate", {"代码重复。", "The code occurs twice."},
                            {"请改名或删除。", "Rename or remove it."});
    field.values.push_back(std::move(one));
  }
}

void read_links(ObjectReader& reader, Field& field) {
  field.ref_entity = reader.string("entity", field.type == FieldType::ref);
  field.ref_filter = reader.string("filter");
  field.org_kinds = reader.strings("kinds");
  for (const std::string& kind : field.org_kinds)
    if (kind != "region" && kind != "zone" && kind != "department" && kind != "unit")
      reader.mistakes().add(
          reader.at("kinds"), "entity.kind",
          {fmt::format("没有“{}”这种机构类别。", kind), fmt::format("There is no kind \"{}\".", kind)},
          {"可用：region、zone、department、unit。", "Kinds are region, zone, department and unit."});
  field.mask = reader.string("mask");
  if (!field.mask.empty() && field.mask != "identity" && field.mask != "bank_account" && field.mask != "phone" &&
      field.mask != "name")
    reader.mistakes().add(
        reader.at("mask"), "entity.mask", {"没有这种遮蔽方式。", "There is no such mask."},
        {"可用：identity、bank_account、phone、name。", "Masks are identity, bank_account, phone and name."});
}

} // namespace

const char* type_name(FieldType type) { return name_in(kTypes, type); }

bool type_of(std::string_view name, FieldType& type) {
  const auto known = of_name(kTypes, name);
  if (known) type = *known;
  return known.has_value();
}

Field read_field(const Json& json, const std::string& pointer, Mistakes& mistakes) {
  ObjectReader reader(
      json, pointer, mistakes,
      {"name",      "type",     "max",     "min",       "title",   "required", "unique",  "indexed",  "readonly",
       "immutable", "computed", "default", "mask",      "pattern", "help",     "group",   "list",     "values",
       "entity",    "filter",   "kinds",   "precision", "scale",   "source",   "guarded", "encrypted"});
  Field field;
  if (!reader.usable()) return field;
  field.name = reader.string("name", true);
  read_type(reader, field);
  field.title = reader.text("title", true);
  field.help = reader.text("help");
  field.required = reader.boolean("required", false);
  field.unique = reader.boolean("unique", false);
  field.indexed = reader.boolean("indexed", false);
  field.readonly = reader.boolean("readonly", false);
  field.immutable = reader.boolean("immutable", false);
  field.computed = reader.boolean("computed", false);
  field.list = reader.boolean("list", false);
  field.guarded = reader.boolean("guarded", false);
  field.readonly = field.readonly || field.guarded;
  field.encrypted = reader.boolean("encrypted", false);
  field.group = reader.string("group");
  field.source = reader.string("source");
  read_decimal(reader, field);
  read_limits(reader, field);
  read_pattern(reader, field);
  read_values(reader, field);
  read_links(reader, field);
  if (const Json* value = reader.any("default")) field.default_value = *value;
  return field;
}

} // namespace onebudget::declarations
