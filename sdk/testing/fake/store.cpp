#include "sdk/testing/fake/store.hpp"

#include <algorithm>
#include <optional>

#include "sdk/declarations/fields.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::testing {
namespace {

Fault absent() {
  return fault(FaultKind::not_found, "records.not_found",
               {"没有这条记录，或您无权查看。", "There is no such record, or you may not see it."});
}

FieldFault field_fault(const std::string& field, const char* code, const char* zh, const char* en) {
  return {"/" + field, code, {zh, en}, {"请改正该字段。", "Correct the field."}};
}

Fault refused(std::vector<FieldFault> fields) {
  return fault(FaultKind::rule, "records.invalid",
               {"记录有错，请逐项改正。", "The record has mistakes; correct each of them."}, std::move(fields));
}

bool fits(const Json& value, std::string_view type) {
  if (value.is_null()) return true;
  if (type == "money" || type == "int" || type == "year" || type == "time") return value.is_number_integer();
  if (type == "bool") return value.is_boolean();
  if (type == "ratio") return value.is_number();
  if (type == "json") return true;
  return value.is_string();
}

Result<void> check_fields(const FakeEntity& entity, const Json& values) {
  if (!values.is_object())
    return fault(FaultKind::malformed, "records.malformed", {"应为 JSON 对象。", "A JSON object is expected."});
  std::vector<FieldFault> mistakes;
  for (const auto& [name, value] : values.items()) {
    const auto type = entity.types.find(name);
    const bool system =
        name == "id" || name == "version" || name.rfind("created_", 0) == 0 || name.rfind("updated_", 0) == 0;
    if (type == entity.types.end() || system)
      mistakes.push_back(field_fault(name, "field.unknown", "没有这个字段。", "There is no such field."));
    else if (!fits(value, type->second))
      mistakes.push_back(field_fault(name, "field.type", "值的类型不对。", "The value has the wrong type."));
  }
  if (mistakes.empty()) return {};
  return refused(std::move(mistakes));
}

/// Columns that every entity has.
void add_system_types(FieldTypes& types) {
  types["id"] = "id";
  types["version"] = "int";
  types["created_at"] = types["updated_at"] = "time";
  types["created_by"] = types["updated_by"] = "user";
}

std::vector<std::string> strings(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list)
    if (item.is_string()) out.push_back(item.get<std::string>());
  return out;
}

} // namespace

FakeEntity FakeEntity::of(const declarations::Entity& entity) {
  FakeEntity out;
  out.name = entity.full_name();
  for (const auto& field : entity.fields) out.types[field.name] = declarations::type_name(field.type);
  add_system_types(out.types);
  out.declaration = entity.declaration;
  return out;
}

Result<FakeEntity> FakeEntity::read(const std::string& plugin, Json declaration) {
  const Json* fields = declaration.is_object() && declaration.contains("fields") ? &declaration["fields"] : nullptr;
  if (fields == nullptr || !fields->is_array() || !declaration.value("entity", Json()).is_string())
    return fault(FaultKind::rule, "entity.malformed",
                 {"实体声明缺少 entity 或 fields。", "The declaration has no entity or no fields."});
  FakeEntity out;
  out.name = plugin + "." + declaration["entity"].get<std::string>();
  for (const Json& field : *fields) {
    if (!field.is_object() || !field.value("name", Json()).is_string() || !field.value("type", Json()).is_string())
      return fault(FaultKind::rule, "entity.malformed",
                   {out.name + "：字段须有 name 和 type。", out.name + ": a field needs name and type."});
    out.types[field["name"]] = field["type"];
  }
  if (declaration.contains("states")) out.types[declaration["states"].value("field", "status")] = "enum";
  if (declaration.value("provenance", false)) out.types["source_kind"] = out.types["source_ref"] = "text";
  add_system_types(out.types);
  out.declaration = std::move(declaration);
  return out;
}

void FakeStore::declare(FakeEntity entity) {
  const std::string name = entity.name;
  entities_.insert_or_assign(name, std::move(entity));
}

const FakeEntity* FakeStore::entity(std::string_view name) const {
  const auto found = entities_.find(name);
  return found == entities_.end() ? nullptr : &found->second;
}

Result<const FakeEntity*> FakeStore::served(std::string_view name) const {
  const FakeEntity* found = entity(name);
  if (found != nullptr) return found;
  return fault(FaultKind::not_found, "records.unknown_entity",
               {"没有实体 " + std::string(name) + "。", "There is no entity " + std::string(name) + "."});
}

Result<Json> FakeStore::get(std::string_view entity, std::int64_t id) const {
  OB_CHECK(served(entity));
  const auto rows = rows_.find(entity);
  if (rows == rows_.end()) return absent();
  const auto found = rows->second.find(id);
  if (found == rows->second.end()) return absent();
  return found->second;
}

Result<std::vector<Json>> FakeStore::query(std::string_view entity, const Json& spec) const {
  OB_TRY(const FakeEntity* declared, served(entity));
  OB_TRY(const Predicate holds, parse_filter(spec.value("filter", ""), declared->types));
  OB_TRY(const auto before, parse_sort(spec.value("sort", ""), declared->types));
  const std::string text = spec.value("text", "");
  const auto search = strings(declared->declaration.value("search", Json::array()));
  std::vector<Json> out;
  if (const auto rows = rows_.find(entity); rows != rows_.end()) {
    for (const auto& [id, row] : rows->second) {
      const bool said =
          text.empty() || std::any_of(search.begin(), search.end(), [&, &own = row](const std::string& name) {
            const Json value = own.value(name, Json());
            return value.is_string() && value.get_ref<const std::string&>().find(text) != std::string::npos;
          });
      if (said && holds(row)) out.push_back(row);
    }
  }
  std::sort(out.begin(), out.end(), before);
  const auto limit = spec.value("limit", std::int64_t{0});
  if (limit > 0 && out.size() > static_cast<std::size_t>(limit)) out.resize(static_cast<std::size_t>(limit));
  const auto wanted = strings(spec.value("fields", Json::array()));
  if (wanted.empty()) return out;
  for (Json& row : out) {
    Json cut = {{"id", row["id"]}, {"version", row["version"]}};
    for (const std::string& name : wanted) cut[name] = row.value(name, Json());
    row = std::move(cut);
  }
  return out;
}

Result<Json> FakeStore::aggregate(std::string_view entity, const Json& spec) const {
  OB_TRY(const auto rows, query(entity, {{"filter", spec.value("filter", "")}}));
  const auto group = strings(spec.value("group", Json::array()));
  const auto wanted = strings(spec.value("aggregates", Json::array()));
  std::map<std::string, Json> out;
  for (const Json& row : rows) {
    Json key = Json::object();
    for (const std::string& name : group) key[name] = row.value(name, Json());
    Json& line = out.try_emplace(key.dump(), key).first->second;
    for (const std::string& aggregate : wanted) {
      if (aggregate == "count") {
        line["count"] = line.value("count", std::int64_t{0}) + 1;
        continue;
      }
      const std::size_t colon = aggregate.find(':');
      const std::string what = aggregate.substr(0, colon),
                        name = colon == std::string::npos ? "" : aggregate.substr(colon + 1);
      const Json value = row.value(name, Json());
      Json& slot = line[what + "_" + name];
      if (value.is_null()) continue;
      if (what == "sum")
        slot = (slot.is_null() ? 0 : slot.get<std::int64_t>()) +
               (value.is_number_integer() ? value.get<std::int64_t>() : 0);
      else if (slot.is_null() || (what == "min" ? value < slot : value > slot))
        slot = value;
    }
  }
  Json list = Json::array();
  for (auto& [key, line] : out) list.push_back(std::move(line));
  return list;
}

Result<Json> FakeStore::drafted(std::string_view entity, const Json& values, std::int64_t now_ms) {
  OB_TRY(const FakeEntity* declared, served(entity));
  OB_CHECK(check_fields(*declared, values));
  Json row = values;
  for (const Json& field : declared->declaration["fields"]) {
    const std::string name = field["name"];
    const Json standard = field.value("default", Json());
    if (row.contains(name) || standard.is_null()) continue;
    const bool money = declared->types.find(name)->second == "money" && standard.is_string();
    const auto amount = money ? Money::parse_yuan(standard.get<std::string>()) : Result<Money>(Money());
    row[name] = money && amount ? Json(amount->fen()) : standard;
  }
  if (declared->declaration.contains("states")) {
    const Json& states = declared->declaration["states"];
    row[states.value("field", "status")] = states.value("initial", Json());
  }
  row["id"] = std::to_string(next_id_++);
  row["version"] = 0;
  row["created_at"] = now_ms;
  return row;
}

Result<Json> FakeStore::at_version(std::string_view entity, std::int64_t id, std::int64_t version) const {
  OB_TRY(Json row, get(entity, id));
  if (row["version"] != version)
    return fault(FaultKind::version, "records.version",
                 {"记录已被他人修改。请刷新后重试。", "Somebody changed the record. Refresh and try again."});
  return row;
}

Result<Json> FakeStore::changed(std::string_view entity, std::int64_t id, std::int64_t version,
                                const Json& changes) const {
  OB_TRY(const FakeEntity* declared, served(entity));
  OB_CHECK(check_fields(*declared, changes));
  OB_TRY(Json row, at_version(entity, id, version));
  row.update(changes);
  return row;
}

Result<Json> FakeStore::moved(std::string_view entity, std::int64_t id, std::int64_t version,
                              std::string_view transition) const {
  OB_TRY(const FakeEntity* declared, served(entity));
  OB_TRY(Json row, at_version(entity, id, version));
  const Json states = declared->declaration.value("states", Json::object());
  const std::string field = states.value("field", "status");
  bool known = false;
  for (const Json& step : states.value("transitions", Json::array())) {
    if (step.value("name", "") != transition) continue;
    known = true;
    const auto from = strings(step.value("from", Json::array()));
    if (std::find(from.begin(), from.end(), row.value(field, "")) == from.end()) break;
    row[field] = step.value("to", "");
    return row;
  }
  if (!known)
    return fault(FaultKind::not_found, "records.unknown_transition",
                 {"没有这个流转操作。", "There is no such transition."});
  return fault(FaultKind::conflict, "records.transition",
               {"当前状态不能做此操作。", "The record is not in a state for this transition."});
}

Result<Json> FakeStore::adjusted(std::string_view entity, std::int64_t id, const Json& change) const {
  OB_TRY(const FakeEntity* declared, served(entity));
  OB_TRY(Json row, get(entity, id));
  OB_TRY(const Predicate holds, parse_filter(change.value("where", ""), declared->types));
  bool inside = holds(row);
  const Json add = change.value("add", Json::object());
  for (const auto& [name, by] : add.items()) {
    const auto& fields = declared->declaration["fields"];
    const auto field = std::find_if(fields.begin(), fields.end(), [&, &own = name](const Json& one) {
      return one["name"] == own && one.value("guarded", false);
    });
    if (field == fields.end() || !by.is_number_integer())
      return fault(FaultKind::malformed, "records.adjust",
                   {name + " 不是 guarded 的整数字段。", name + " is not a guarded field of integers."});
    const std::int64_t step = by, value = row.value(name, std::int64_t{0}) + step;
    const auto bound = [&](const char* key) -> std::optional<std::int64_t> {
      const Json limit = field->value(key, Json());
      if (limit.is_number_integer()) return limit.get<std::int64_t>();
      const auto amount = limit.is_string() ? Money::parse_yuan(limit.get<std::string>()) : Result<Money>(Money());
      return limit.is_string() && amount ? std::optional(amount->fen()) : std::nullopt;
    };
    const auto least = bound("min"), most = bound("max");
    inside = inside && (step >= 0 || !least || value >= *least) && (step <= 0 || !most || value <= *most);
    row[name] = value;
  }
  if (inside) return row;
  return fault(FaultKind::conflict, "records.guard", {"余额或条件不满足。", "The balance or condition does not hold."});
}

Result<void> FakeStore::removable(std::string_view entity, std::int64_t id, std::int64_t version) const {
  OB_CHECK(at_version(entity, id, version));
  return {};
}

namespace {

/// The row's natural key as text; empty where the entity has none.
std::string key_of(const FakeEntity& entity, const Json& row) {
  Json parts = Json::array();
  for (const std::string& name : strings(entity.declaration.value("key", Json::array())))
    parts.push_back(row.value(name, Json()));
  return parts.empty() ? std::string() : parts.dump();
}

} // namespace

Json FakeStore::twin(const FakeEntity& entity, const Json& row) const {
  const auto keys = keys_.find(entity.name);
  if (keys == keys_.end()) return nullptr;
  const auto found = keys->second.find(key_of(entity, row));
  if (found == keys->second.end()) return nullptr;
  const Json& other = rows_.find(entity.name)->second.at(found->second);
  return other["id"] != row.value("id", Json()) ? other : Json();
}

Result<void> FakeStore::put(std::string_view entity, Json row, std::int64_t now_ms) {
  OB_TRY(const FakeEntity* declared, served(entity));
  std::vector<FieldFault> missing;
  for (const Json& field : declared->declaration["fields"]) {
    const std::string name = field["name"];
    if (field.value("required", false) && row.value(name, Json()).is_null())
      missing.push_back(field_fault(name, "field.required", "必填。", "A value is required."));
  }
  if (!missing.empty()) return refused(std::move(missing));
  if (!twin(*declared, row).is_null())
    return fault(FaultKind::conflict, "records.duplicate",
                 {"已有相同编码的记录。", "There is a record with the same key."});
  row["version"] = row["version"].get<std::int64_t>() + 1;
  row["updated_at"] = now_ms;
  const std::int64_t id = std::stoll(row["id"].get<std::string>());
  erase(entity, id);
  if (std::string key = key_of(*declared, row); !key.empty()) keys_[std::string(entity)][std::move(key)] = id;
  rows_[std::string(entity)][id] = std::move(row);
  return {};
}

void FakeStore::erase(std::string_view entity, std::int64_t id) {
  const auto rows = rows_.find(entity);
  if (rows == rows_.end()) return;
  const auto row = rows->second.find(id);
  if (row == rows->second.end()) return;
  const auto declared = served(entity);
  if (const auto keys = keys_.find(entity); declared && keys != keys_.end())
    keys->second.erase(key_of(**declared, row->second));
  rows->second.erase(row);
}

} // namespace onebudget::testing
