#include "kernel/records/schema/table.hpp"

#include <algorithm>
#include <array>

namespace onebudget::records {

namespace {

struct SystemColumnShape {
  const char* name;
  bool integer;
};
constexpr std::array<SystemColumnShape, kFirstField> kSystem{{{"id", true},
                                                              {"version", true},
                                                              {"created_at", true},
                                                              {"created_by", true},
                                                              {"updated_at", true},
                                                              {"updated_by", true},
                                                              {"owner_path", false},
                                                              {"gov_level", true},
                                                              {"department_code", false},
                                                              {"submitted_by", true}}};

void add_index(const Entity& entity, std::vector<Index>& indexes, std::vector<std::string> columns, bool unique) {
  if (!unique && columns.back() != "id") columns.emplace_back("id"); // the tie-break of every page
  // A walk in the order of a sort passes over rows outside the scope without reading them: the place is in the index.
  if (!unique && !entity.is_public && columns.front() != "owner_path") columns.emplace_back("owner_path");
  const auto same = [&](const Index& other) { return other.columns == columns && other.unique == unique; };
  if (std::none_of(indexes.begin(), indexes.end(), same)) indexes.push_back({std::move(columns), unique});
}

std::vector<Index> indexes_of(const Entity& entity) {
  std::vector<Index> indexes;
  if (!entity.is_public) add_index(entity, indexes, {"owner_path"}, false);
  if (!entity.key.empty()) add_index(entity, indexes, entity.key, true);
  for (const std::vector<std::string>& columns : entity.uniques) add_index(entity, indexes, columns, true);
  if (!entity.parent.empty()) add_index(entity, indexes, {entity.parent}, false);
  for (const Field& field : entity.fields) {
    if (field.unique)
      add_index(entity, indexes, {field.name}, true);
    else if (field.indexed)
      add_index(entity, indexes, {field.name}, false);
  }
  for (const std::vector<std::string>& columns : entity.indexes) add_index(entity, indexes, columns, false);
  return indexes;
}

} // namespace

bool stored_as_integer(FieldType type) {
  switch (type) {
    case FieldType::boolean:
    case FieldType::integer:
    case FieldType::decimal:
    case FieldType::money:
    case FieldType::ratio:
    case FieldType::time:
    case FieldType::year:
    case FieldType::ref:
    case FieldType::org:
    case FieldType::user:
      return true;
    default:
      return false;
  }
}

std::string quote_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

Served::Served(Entity declared)
    : entity(std::move(declared)), name(entity.full_name()), table(quote_name(entity.table())) {
  columns.reserve(kFirstField + entity.fields.size());
  for (const SystemColumnShape& shape : kSystem)
    columns.push_back({shape.name, quote_name(shape.name), shape.integer, nullptr});
  for (const Field& field : entity.fields)
    columns.push_back({field.name, quote_name(field.name), stored_as_integer(field.type), &field});
  for (std::size_t i = 0; i < columns.size(); ++i) {
    by_name_.emplace(columns[i].name, static_cast<int>(i));
    if (columns[i].field != nullptr && columns[i].field->encrypted) encrypted.push_back(static_cast<int>(i));
  }
  columns_of_t_ = all_columns("t");
  indexes = indexes_of(entity);
  if (!entity.owner.empty()) owner_column = column(entity.owner);
  if (!entity.parent.empty()) parent_column = column(entity.parent);
  if (!entity.state_field.empty()) state_column = column(entity.state_field);
  if (entity.view.empty() && !entity.search.empty()) search_table = "s_" + entity.plugin + "__" + entity.name;
  for (const Rollup& declared_rollup : entity.rollups) {
    RollupTable rollup{name + "." + declared_rollup.name,
                       quote_name("r_" + entity.plugin + "__" + entity.name + "__" + declared_rollup.name),
                       {kOwnerPath, kGovLevel, kDepartment},
                       {}};
    const auto add = [&](int at) {
      if (at >= 0 && std::find(rollup.dimensions.begin(), rollup.dimensions.end(), at) == rollup.dimensions.end())
        rollup.dimensions.push_back(at);
    };
    add(owner_column);
    add(state_column);
    for (const std::string& dimension : declared_rollup.dimensions) add(column(dimension));
    for (const std::string& sum : declared_rollup.sums) rollup.sums.push_back(column(sum));
    rollups.push_back(std::move(rollup));
  }
}

std::string digest_column(std::string_view field_name) { return std::string(field_name) + "__digest"; }

int Served::column(std::string_view column_name) const {
  const auto found = by_name_.find(std::string(column_name));
  return found == by_name_.end() ? -1 : found->second;
}

std::string Served::all_columns(const std::string& alias) const {
  if (alias == "t" && !columns_of_t_.empty()) return columns_of_t_;
  std::string list;
  for (const Column& column : columns) {
    if (!list.empty()) list += ", ";
    if (!alias.empty()) list += alias + ".";
    list += column.quoted;
  }
  return list;
}

std::vector<std::string> Served::stored_columns() const {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  for (const int column : encrypted) names.push_back(digest_column(columns[static_cast<std::size_t>(column)].name));
  return names;
}

std::string Served::encrypted_names() const {
  std::string names;
  for (const int column : encrypted)
    names += (names.empty() ? "" : ",") + columns[static_cast<std::size_t>(column)].name;
  return names;
}

std::string Served::found_by(const std::string& column_name) const {
  const int at = column(column_name);
  return std::find(encrypted.begin(), encrypted.end(), at) == encrypted.end() ? column_name
                                                                              : digest_column(column_name);
}

std::vector<std::vector<int>> Served::unique_keys() const {
  std::vector<std::vector<int>> keys;
  for (const Index& index : indexes) {
    if (!index.unique) continue;
    std::vector<int> key;
    for (const std::string& column_name : index.columns) key.push_back(column(column_name));
    keys.push_back(std::move(key));
  }
  return keys;
}

} // namespace onebudget::records
