// How the parts of a declaration fit together.

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <set>

#include "sdk/declarations/fields.hpp"
#include "sdk/text/nearest.hpp"

namespace onebudget::declarations {

namespace {

class Checker {
 public:
  Checker(const Entity& entity, Mistakes& mistakes) : entity_(entity), mistakes_(mistakes) {
    for (const Field& field : entity.fields) names_.push_back(field.name);
  }

  void run() {
    check_names();
    check_place();
    known("/key", entity_.key);
    if (entity_.key.empty()) mistakes_.missing("/key");
    known_one("/title_field", entity_.title_field);
    known("/search", entity_.search);
    for (const std::string& name : entity_.search) check_searchable(name);
    readable_at_rest("/key", entity_.key);
    readable_at_rest("/title_field", {entity_.title_field});
    readable_at_rest("/search", entity_.search);
    for (const Rollup& rollup : entity_.rollups) readable_at_rest("/rollups", rollup.dimensions);
    for (std::size_t i = 0; i < entity_.indexes.size(); ++i) known(fmt::format("/indexes/{}", i), entity_.indexes[i]);
    for (std::size_t i = 0; i < entity_.uniques.size(); ++i) known(fmt::format("/uniques/{}", i), entity_.uniques[i]);
    check_fields();
    check_states();
    check_rollups();
  }

 private:
  void name_rule(const std::string& pointer, const std::string& name) {
    if (name.empty() || is_snake_case(name)) return;
    mistakes_.add(
        pointer, "entity.name",
        {fmt::format("名称“{}”不合规则。", name), fmt::format("The name \"{}\" does not follow the rule.", name)},
        {"请用小写字母开头的 snake_case，至多 48 个字符。",
         "Use snake_case that begins with a letter, at most 48 characters."});
  }

  void known_one(const std::string& pointer, const std::string& name) {
    if (name.empty() || entity_.field(name) != nullptr) return;
    const std::string near = nearest(name, names_);
    mistakes_.add(pointer, "entity.unknown_field",
                  {fmt::format("没有字段“{}”。", name), fmt::format("There is no field \"{}\".", name)},
                  near.empty() ? Text{"请改成已声明的字段。", "Name a declared field."}
                               : Text{fmt::format("是否想写“{}”？", near), fmt::format("Did you mean \"{}\"?", near)});
  }

  void known(const std::string& pointer, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) known_one(fmt::format("{}/{}", pointer, i), names[i]);
  }

  void check_names() {
    name_rule("/entity", entity_.name);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < entity_.fields.size(); ++i) {
      const std::string pointer = fmt::format("/fields/{}/name", i);
      const std::string& name = entity_.fields[i].name;
      name_rule(pointer, name);
      if (reserved_name(name) || name.find("__") != std::string::npos)
        mistakes_.add(pointer, "entity.reserved",
                      {fmt::format("“{}”由内核保留。", name), fmt::format("\"{}\" is reserved by the kernel.", name)},
                      {"请换一个名称。", "Choose another name."});
      if (!name.empty() && !seen.insert(name).second)
        mistakes_.add(pointer, "entity.duplicate",
                      {fmt::format("字段“{}”重复。", name), fmt::format("Field \"{}\" occurs twice.", name)},
                      {"请改名或删除。", "Rename or remove it."});
    }
  }

  void check_place() {
    const int ways = (entity_.is_public ? 1 : 0) + (entity_.owner.empty() ? 0 : 1) + (entity_.parent.empty() ? 0 : 1);
    if (ways != 1) {
      mistakes_.add(
          "/owner", "entity.place",
          {"每个实体必须且只能有 owner 或 parent 之一。",
           "An entity has either an owner or a parent, and exactly one."},
          {"写 owner 字段名、\"public\" 或 parent 字段名。", "Name an owner field, \"public\", or a parent field."});
      return;
    }
    check_place_field("/owner", entity_.owner, FieldType::org);
    check_place_field("/parent", entity_.parent, FieldType::ref);
  }

  void check_place_field(const std::string& pointer, const std::string& name, FieldType type) {
    if (name.empty()) return;
    const Field* field = entity_.field(name);
    if (field == nullptr) {
      known_one(pointer, name);
    } else if (field->type != type || !field->required) {
      mistakes_.add(pointer, "entity.place",
                    {fmt::format("“{}”应为必填的 {} 字段。", name, type_name(type)),
                     fmt::format("\"{}\" must be a required {} field.", name, type_name(type))},
                    {"请改正该字段。", "Correct the field."});
    }
  }

  void check_searchable(const std::string& name) {
    const Field* field = entity_.field(name);
    if (field == nullptr || field->type == FieldType::text || field->type == FieldType::longtext ||
        field->type == FieldType::code)
      return;
    mistakes_.add("/search", "entity.search",
                  {fmt::format("“{}”不是文字字段。", name), fmt::format("\"{}\" is not a text field.", name)},
                  {"搜索只能用于 text、longtext 和 code。", "Search works on text, longtext and code."});
  }

  /// What other rows, indexes of words and sums keep a copy of cannot be encrypted.
  void readable_at_rest(const std::string& pointer, const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (const Field* field = entity_.field(name); field != nullptr && field->encrypted)
        mistakes_.add(
            pointer, "entity.encrypted",
            {fmt::format("“{}”加密保存，只能按完整的值查找，不能用在这里。", name),
             fmt::format("\"{}\" is encrypted and found by its whole value alone; it cannot be used here.", name)},
            {"请换一个字段，或去掉 encrypted。", "Choose another field, or drop encrypted."});
  }

  void check_fields() {
    for (std::size_t i = 0; i < entity_.fields.size(); ++i) {
      const Field& field = entity_.fields[i];
      const std::string pointer = fmt::format("/fields/{}", i);
      if (field.type == FieldType::enumeration && field.values.empty()) mistakes_.missing(pointer + "/values");
      if (field.type == FieldType::ref && !field.ref_entity.empty()) check_ref(pointer + "/entity", field.ref_entity);
      const bool text =
          field.type == FieldType::text || field.type == FieldType::code || field.type == FieldType::longtext;
      if (!text && !field.pattern.empty()) not_for(pointer + "/pattern");
      if (!text && !field.mask.empty()) not_for(pointer + "/mask");
      if (!text && field.type != FieldType::json && field.encrypted) not_for(pointer + "/encrypted");
      const bool summed =
          field.type == FieldType::integer || field.type == FieldType::money || field.type == FieldType::decimal;
      if (field.guarded && !summed) not_for(pointer + "/guarded");
      if (field.guarded && field.default_value.is_null()) mistakes_.missing(pointer + "/default");
      if (field.required && field.computed) not_together(pointer + "/computed");
      if ((field.type == FieldType::json || field.type == FieldType::longtext) && (field.unique || field.indexed))
        not_for(pointer + "/indexed");
    }
  }

  void check_rollups() {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < entity_.rollups.size(); ++i) {
      const Rollup& rollup = entity_.rollups[i];
      const std::string pointer = fmt::format("/rollups/{}", i);
      name_rule(pointer + "/name", rollup.name);
      known(pointer + "/dimensions", rollup.dimensions);
      known(pointer + "/sums", rollup.sums);
      // Lines move with their parents, which no delta says.
      if (!entity_.parent.empty() || !seen.insert(rollup.name).second) not_for(pointer);
      for (const std::string& name : rollup.dimensions) {
        const Field* field = entity_.field(name);
        if (field != nullptr &&
            (!field->mask.empty() || field->type == FieldType::json || field->type == FieldType::longtext))
          not_for(pointer + "/dimensions");
      }
      for (const std::string& name : rollup.sums) {
        const Field* field = entity_.field(name);
        const bool number = field == nullptr || field->type == FieldType::money || field->type == FieldType::integer ||
                            field->type == FieldType::decimal || field->type == FieldType::ratio;
        if (!number) not_for(pointer + "/sums");
      }
    }
  }

  void not_for(const std::string& pointer) {
    mistakes_.add(pointer, "entity.not_for_type",
                  {"这种类型的字段不能用此项。", "A field of this type cannot have this."}, {"请删除。", "Remove it."});
  }
  void not_together(const std::string& pointer) {
    mistakes_.add(pointer, "entity.contradiction", {"计算字段不能同时必填。", "A computed field cannot be required."},
                  {"请去掉其中之一。", "Drop one of them."});
  }

  void check_ref(const std::string& pointer, const std::string& name) {
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos && is_snake_case(name.substr(0, dot)) && is_snake_case(name.substr(dot + 1))) return;
    mistakes_.add(pointer, "entity.ref",
                  {fmt::format("“{}”不是“插件.实体”。", name), fmt::format("\"{}\" is not \"plugin.entity\".", name)},
                  {"例如 standards.functional_class。", "For example standards.functional_class."});
  }

  void check_states() {
    for (std::size_t i = 0; i < entity_.visible_above.size(); ++i)
      state_known(fmt::format("/visible_above/{}", i), entity_.visible_above[i]);
    if (entity_.state_field.empty()) return;
    name_rule("/states/field", entity_.state_field);
    state_known("/states/initial", entity_.initial_state);
    std::set<std::string> codes;
    std::set<std::string> reached{entity_.initial_state};
    for (std::size_t i = 0; i < entity_.states.size(); ++i)
      if (!codes.insert(entity_.states[i].code).second)
        mistakes_.add(fmt::format("/states/values/{}/code", i), "entity.duplicate",
                      {"状态重复。", "The state occurs twice."}, {"请改名或删除。", "Rename or remove it."});
    check_transitions();
    for (std::size_t round = 0; round <= entity_.transitions.size(); ++round)
      for (const Transition& transition : entity_.transitions)
        for (const std::string& from : transition.from)
          if (reached.count(from) > 0) reached.insert(transition.to);
    for (std::size_t i = 0; i < entity_.states.size(); ++i)
      if (reached.count(entity_.states[i].code) == 0)
        mistakes_.add(fmt::format("/states/values/{}/code", i), "entity.unreachable",
                      {fmt::format("状态“{}”无法到达。", entity_.states[i].code),
                       fmt::format("State \"{}\" cannot be reached.", entity_.states[i].code)},
                      {"请补上通向它的流转，或删除该状态。", "Add a transition that leads to it, or remove it."});
  }

  void check_transitions() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < entity_.transitions.size(); ++i) {
      const Transition& transition = entity_.transitions[i];
      const std::string pointer = fmt::format("/states/transitions/{}", i);
      name_rule(pointer + "/name", transition.name);
      name_rule(pointer + "/permission", transition.permission);
      if (!names.insert(transition.name).second)
        mistakes_.add(pointer + "/name", "entity.duplicate", {"流转重名。", "The transition occurs twice."},
                      {"请改名。", "Rename it."});
      if (transition.from.empty()) mistakes_.missing(pointer + "/from");
      for (std::size_t j = 0; j < transition.from.size(); ++j)
        state_known(fmt::format("{}/from/{}", pointer, j), transition.from[j]);
      state_known(pointer + "/to", transition.to);
    }
  }

  void state_known(const std::string& pointer, const std::string& code) {
    if (code.empty() || entity_.state(code) != nullptr) return;
    std::vector<std::string> codes;
    for (const State& state : entity_.states) codes.push_back(state.code);
    mistakes_.add(pointer, "entity.unknown_state",
                  {fmt::format("没有状态“{}”。", code), fmt::format("There is no state \"{}\".", code)},
                  {fmt::format("可用的状态：{}。", fmt::join(codes, "、")),
                   fmt::format("States are: {}.", fmt::join(codes, ", "))});
  }

  const Entity& entity_;
  Mistakes& mistakes_;
  std::vector<std::string> names_;
};

} // namespace

bool reserved_name(std::string_view name) {
  constexpr std::array<std::string_view, 11> kReserved{"id",           "version",         "created_at", "created_by",
                                                       "updated_at",   "updated_by",      "owner_path", "gov_level",
                                                       "submitted_by", "department_code", "_can"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

void check_entity(const Entity& entity, Mistakes& mistakes) { Checker(entity, mistakes).run(); }

} // namespace onebudget::declarations
