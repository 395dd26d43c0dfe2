// parse_entity(): the members of a declaration. How they fit together is checked in checks.cpp.

#include "sdk/declarations/entity.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "sdk/declarations/fields.hpp"

namespace onebudget::declarations {

namespace {

constexpr std::size_t kMostFields = 400;

void read_transitions(ObjectReader& states, Entity& entity) {
  const Json* list = states.array("transitions");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    ObjectReader reader((*list)[i], fmt::format("{}/{}", states.at("transitions"), i), states.mistakes(),
                        {"name", "title", "from", "to", "permission", "comment", "not_maker"});
    Transition transition;
    transition.name = reader.string("name", true);
    transition.title = reader.text("title", true);
    transition.from = reader.strings("from");
    transition.to = reader.string("to", true);
    transition.permission = reader.string("permission");
    if (transition.permission.empty()) transition.permission = transition.name;
    transition.not_maker = reader.boolean("not_maker", false);
    const std::string comment = reader.string("comment");
    if (comment == "required")
      transition.comment = Transition::Comment::required;
    else if (comment == "none")
      transition.comment = Transition::Comment::none;
    else if (!comment.empty() && comment != "optional")
      reader.mistakes().add(reader.at("comment"), "entity.comment",
                            {"意见只能是 none、optional 或 required。", "A comment is none, optional or required."},
                            {"请改正。", "Correct it."});
    entity.transitions.push_back(std::move(transition));
  }
}

void read_states(ObjectReader& reader, Entity& entity) {
  const Json* member = reader.any("states");
  if (member == nullptr) return;
  ObjectReader states(*member, reader.at("states"), reader.mistakes(), {"field", "initial", "values", "transitions"});
  if (!states.usable()) return;
  entity.state_field = states.string("field", true);
  entity.initial_state = states.string("initial", true);
  const Json* values = states.array("values");
  if (values == nullptr || values->empty()) reader.mistakes().missing(states.at("values"));
  for (std::size_t i = 0; values != nullptr && i < values->size(); ++i) {
    ObjectReader value((*values)[i], fmt::format("{}/{}", states.at("values"), i), reader.mistakes(),
                       {"code", "title", "color", "editable"});
    State state;
    state.code = value.string("code", true);
    state.title = value.text("title", true);
    state.color = value.string("color");
    state.editable = value.boolean("editable", false);
    entity.states.push_back(std::move(state));
  }
  read_transitions(states, entity);
}

/// The state field is an enumeration that only transitions write.
void complete_state_field(Entity& entity) {
  if (entity.state_field.empty()) return;
  auto found = std::find_if(entity.fields.begin(), entity.fields.end(),
                            [&](const Field& f) { return f.name == entity.state_field; });
  if (found == entity.fields.end()) {
    Field field;
    field.name = entity.state_field;
    field.title = {"状态", "Status"};
    field.list = true;
    entity.fields.push_back(std::move(field));
    found = std::prev(entity.fields.end());
  }
  found->type = FieldType::enumeration;
  found->readonly = true;
  found->required = false;
  found->indexed = found->indexed || (!found->unique && entity.states.size() > 1); // one state finds nothing
  found->values.clear();
  for (const State& state : entity.states) found->values.push_back({state.code, state.title});
}

void add_provenance(Entity& entity) {
  if (!entity.provenance) return;
  Field kind;
  kind.name = "source_kind";
  kind.type = FieldType::enumeration;
  kind.title = {"来源类别", "Source kind"};
  kind.help = {
      "“有据”表示来自公开文件，“忆记”表示凭专业知识录入、尚待核对。",
      "\"Sourced\" comes from a published document; \"from memory\" was entered from knowledge and awaits checking."};
  kind.values = {{"sourced", {"有据", "Sourced"}}, {"memory", {"忆记", "From memory"}}};
  kind.readonly = true;
  kind.list = true;
  kind.group = "provenance";
  Field ref;
  ref.name = "source_ref";
  ref.title = {"来源", "Source"};
  ref.max = 500;
  ref.readonly = true;
  ref.group = "provenance";
  entity.fields.push_back(std::move(kind));
  entity.fields.push_back(std::move(ref));
}

void read_fields(ObjectReader& reader, Entity& entity) {
  const Json* fields = reader.array("fields");
  if (fields == nullptr || fields->empty()) {
    reader.mistakes().missing(reader.at("fields"));
    return;
  }
  if (fields->size() > kMostFields) {
    reader.mistakes().add(reader.at("fields"), "entity.too_many", {"字段多于 400 个。", "More than 400 fields."},
                          {"请拆成几个实体。", "Split the entity."});
    return;
  }
  for (std::size_t i = 0; i < fields->size(); ++i)
    entity.fields.push_back(read_field((*fields)[i], fmt::format("{}/{}", reader.at("fields"), i), reader.mistakes()));
}

void read_rollups(ObjectReader& reader, Entity& entity) {
  const Json* rollups = reader.array("rollups");
  for (std::size_t i = 0; rollups != nullptr && i < rollups->size(); ++i) {
    ObjectReader one((*rollups)[i], fmt::format("{}/{}", reader.at("rollups"), i), reader.mistakes(),
                     {"name", "dimensions", "sums"});
    if (one.usable())
      entity.rollups.push_back({one.string("name", true), one.strings("dimensions"), one.strings("sums")});
  }
}

} // namespace

std::string Entity::path() const {
  std::string dashed = "/" + plugin + "/" + name;
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  return dashed;
}

const Field* Entity::field(std::string_view wanted) const {
  for (const Field& field : fields)
    if (field.name == wanted) return &field;
  return nullptr;
}

const State* Entity::state(std::string_view code) const {
  for (const State& state : states)
    if (state.code == code) return &state;
  return nullptr;
}

const Transition* Entity::transition(std::string_view wanted) const {
  for (const Transition& transition : transitions)
    if (transition.name == wanted) return &transition;
  return nullptr;
}

Result<Entity> parse_entity(const std::string& plugin, const Json& declaration) {
  Mistakes mistakes;
  Entity entity;
  entity.plugin = plugin;
  ObjectReader reader(
      declaration, "", mistakes,
      {"entity", "title", "description", "source", "owner", "parent", "key", "title_field", "search", "history",
       "provenance", "adjust", "fields", "states", "visible_above", "indexes", "uniques", "rollups"});
  if (reader.usable()) {
    entity.name = reader.string("entity", true);
    entity.title = reader.text("title", true);
    entity.description = reader.text("description");
    entity.source = reader.string("source");
    entity.owner = reader.string("owner");
    entity.parent = reader.string("parent");
    if (entity.owner == "public") {
      entity.is_public = true;
      entity.owner.clear();
    }
    entity.key = reader.strings("key");
    entity.title_field = reader.string("title_field");
    entity.search = reader.strings("search");
    entity.history = reader.boolean("history", true);
    entity.provenance = reader.boolean("provenance", false);
    entity.pool = reader.string("adjust") == "plugin";
    read_fields(reader, entity);
    read_states(reader, entity);
    complete_state_field(entity);
    add_provenance(entity);
    read_rollups(reader, entity);
    entity.visible_above = reader.strings("visible_above");
    entity.indexes = reader.string_lists("indexes");
    entity.uniques = reader.string_lists("uniques");
    entity.declaration = declaration;
    check_entity(entity, mistakes);
  }
  if (mistakes.none()) return entity;
  return fault(FaultKind::malformed, "records.bad_entity",
               {fmt::format("实体“{}.{}”的声明有错，请逐条改正。", plugin, entity.name),
                fmt::format("The declaration of \"{}.{}\" has mistakes; correct each of them.", plugin, entity.name)},
               mistakes.take());
}

} // namespace onebudget::declarations
