#include "kernel/records/write/links.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/compile.hpp"
#include "kernel/records/query/labels.hpp"

namespace onebudget::records {

namespace {

void bad_link(const Field& field, const std::string& shown, Draft& draft) {
  const std::string name = shown.substr(0, 64);
  draft.faults.push_back(faults::at(
      field, "field.reference",
      {fmt::format("“{}”指向的“{}”不存在、不可用或不在您的权限范围内。", field.title.zh, name),
       fmt::format("\"{}\" points to \"{}\", which does not exist, may not be used here, or lies outside your scope.",
                   field.title.in("en"), name)},
      {"请从列表中选择，或核对代码。", "Choose from the list, or check the code."}));
}

void ambiguous_link(const Field& field, const std::vector<std::string>& key, const std::string& shown, Draft& draft) {
  std::string whole;
  for (const std::string& part : key) whole += (whole.empty() ? "\"" : ",\"") + part + "\":…";
  draft.faults.push_back(
      faults::at(field, "field.ambiguous",
                 {fmt::format("“{}”的代码“{}”对应多条记录。", field.title.zh, shown),
                  fmt::format("The code \"{1}\" of \"{0}\" fits several records.", field.title.in("en"), shown)},
                 {"请写出完整的键 {" + whole + "}，或 id:编号。", "Give the whole key {" + whole + "}, or id:<id>."}));
}

std::string key_text(const storage::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return std::string(text_of(value));
}

std::string part_text(const Json& part) { return part.is_string() ? part.get<std::string>() : part.dump(); }

/// Visible to the caller, and of those that the declaration admits.
Result<Predicate> admissible(const Snapshot& snapshot, const Served& target, const Field& field) {
  OB_TRY(Predicate where, readable(snapshot, target, "t"));
  if (!field.ref_filter.empty()) {
    OB_TRY(const Expression expression, parse_filter(field.ref_filter));
    OB_TRY(Predicate wanted, compile_filter({snapshot, target, "t", true, true}, expression));
    where.sql += " AND ";
    append(where, std::move(wanted));
  }
  return where;
}

/// The code of a one-part key, or the named part of a longer one.
std::string code_of(const Served& target, const NaturalKey& key) {
  const int column = code_column(target);
  if (column < 0 || !key.parts.is_object()) return key.code;
  const auto found = key.parts.find(target.columns[static_cast<std::size_t>(column)].name);
  return found == key.parts.end() ? key.code : part_text(*found);
}

/// An object names its code, and nothing that is no part of the key.
bool key_like(const Served& target, const NaturalKey& key) {
  if (!key.parts.is_object()) return true;
  const auto& parts = target.entity.key;
  for (const auto& [name, value] : key.parts.items())
    if (std::find(parts.begin(), parts.end(), name) == parts.end()) return false;
  const int column = code_column(target);
  return column >= 0 && key.parts.contains(target.columns[static_cast<std::size_t>(column)].name);
}

bool changed(const Draft& draft, int column) {
  return draft.fresh() || draft.row[static_cast<std::size_t>(column)] != draft.before[static_cast<std::size_t>(column)];
}

NaturalKey* natural_at(Draft& draft, int column) {
  for (auto& [at, key] : draft.naturals)
    if (at == column) return &key;
  return nullptr;
}

/// What the row points to now; 0 = nothing, or no row.
std::int64_t current(const Draft& draft, int column) {
  return draft.fresh() ? 0 : integer_of(draft.before[static_cast<std::size_t>(column)]);
}

void set_link(const Field& field, int column, std::int64_t id, Draft& draft) {
  const bool other = !draft.fresh() && current(draft, column) != id;
  const bool locked = std::find(draft.locked.begin(), draft.locked.end(), column) != draft.locked.end();
  if (other && locked) return refuse_readonly(field, draft);
  if (other && field.immutable && current(draft, column) != 0) {
    draft.faults.push_back(faults::at(field, "field.immutable",
                                      {fmt::format("“{}”在建立后不能修改。", field.title.zh),
                                       fmt::format("\"{}\" cannot be changed after creation.", field.title.in("en"))},
                                      {"请去掉此项。", "Leave it out."}));
    return;
  }
  draft.cell(column) = id;
}

} // namespace

Result<void> Links::resolve(const Snapshot& snapshot, std::vector<Draft*>& drafts) {
  std::vector<int> columns;
  for (int i = kFirstField; i < static_cast<int>(served_->columns.size()); ++i) columns.push_back(i);
  OB_CHECK(resolve(snapshot, columns, drafts));
  for (Draft* draft : drafts) { // what is set after this counts
    draft->naturals.clear();
    draft->locked.clear();
  }
  return set_places(snapshot, drafts);
}

Result<void> Links::resolve(const Snapshot& snapshot, const std::vector<int>& columns, std::vector<Draft*>& drafts) {
  for (const int i : columns) {
    const Field& field = *served_->columns[static_cast<std::size_t>(i)].field;
    if (field.type == FieldType::ref) OB_CHECK(resolve_refs(snapshot, i, field, drafts));
    if (field.type == FieldType::org) OB_CHECK(resolve_orgs(snapshot, i, field, drafts));
    if (field.type == FieldType::user) OB_CHECK(resolve_users(snapshot, i, field, drafts));
  }
  return {};
}

Result<void> Links::load_ids(const Snapshot& snapshot, const Served& target, const Field& field,
                             std::unordered_map<std::int64_t, bool>& known, const std::vector<std::int64_t>& ids) {
  OB_TRY(const Predicate where, admissible(snapshot, target, field));
  return neighbours::for_each_in(snapshot.session, fmt::format("SELECT t.id FROM {} t WHERE t.id", target.table),
                                 storage::Params(ids.begin(), ids.end()), " AND " + where.sql, where.params,
                                 [&](const storage::Rows& rows) -> Result<void> {
                                   known[rows.integer(0)] = true;
                                   return {};
                                 });
}

Result<void> Links::load_codes(const Snapshot& snapshot, const Served& target, const Field& field, Column& known,
                               const std::vector<std::string>& codes, bool by_title) {
  const int column = by_title ? target.column(target.entity.title_field) : code_column(target);
  if (column < 0 || codes.empty()) return {};
  const auto& looked = target.columns[static_cast<std::size_t>(column)];
  OB_TRY(const Predicate where, admissible(snapshot, target, field));
  std::string select = fmt::format("SELECT t.id, t.{}", looked.quoted);
  for (const std::string& part : target.entity.key) select += ", t." + quote_name(part);
  storage::Params values;
  for (const std::string& code : codes) {
    if (!looked.integer)
      values.emplace_back(code);
    else if (const auto number = RecordId::parse(code))
      values.emplace_back(number->value);
  }
  const auto cell_text = [](const storage::Rows& rows, int at) { return key_text(rows.value(at)); };
  return neighbours::for_each_in(snapshot.session,
                                 fmt::format("{} FROM {} t WHERE t.{}", select, target.table, looked.quoted), values,
                                 " AND " + where.sql, where.params, [&](const storage::Rows& rows) -> Result<void> {
                                   Candidate candidate{rows.integer(0), {}};
                                   for (int i = 2; i < rows.columns(); ++i)
                                     candidate.parts.push_back(cell_text(rows, i));
                                   auto& list = known.codes[cell_text(rows, 1)];
                                   const auto same = [&](const Candidate& other) { return other.id == candidate.id; };
                                   if (std::none_of(list.begin(), list.end(), same))
                                     list.push_back(std::move(candidate));
                                   return {};
                                 });
}

Result<void> Links::load_current(const Snapshot& snapshot, const Served& target, int column,
                                 const std::vector<Draft*>& drafts) {
  Column& known = columns_[column];
  known.current.clear();
  std::vector<std::int64_t> ids;
  for (Draft* draft : drafts) {
    const std::int64_t id = natural_at(*draft, column) != nullptr ? current(*draft, column) : 0;
    if (id != 0 && known.current.try_emplace(id).second) ids.push_back(id);
  }
  if (ids.empty()) return {};
  OB_TRY(const Predicate where, readable(snapshot, target, "t"));
  std::string select = "SELECT t.id";
  for (const std::string& part : target.entity.key) select += ", t." + quote_name(part);
  return neighbours::for_each_in(snapshot.session, fmt::format("{} FROM {} t WHERE t.id", select, target.table),
                                 storage::Params(ids.begin(), ids.end()), " AND " + where.sql, where.params,
                                 [&](const storage::Rows& rows) -> Result<void> {
                                   Candidate& candidate = known.current[rows.integer(0)];
                                   candidate = {rows.integer(0), {}};
                                   for (int i = 1; i < rows.columns(); ++i)
                                     candidate.parts.push_back(key_text(rows.value(i)));
                                   return {};
                                 });
}

/// A part of a longer key that the writer did not name is taken from the row's own field of that name ("fiscal_year");
/// if the row is `linked` to the candidate, only when that field changes.
bool Links::fits(const Served& target, const Candidate& candidate, const NaturalKey& key, const Draft& draft,
                 bool linked) const {
  for (std::size_t i = 0; i < candidate.parts.size(); ++i) {
    const std::string& part = target.entity.key[i];
    if (target.column(part) == code_column(target)) continue;
    const auto named = key.parts.is_object() ? key.parts.find(part) : key.parts.end();
    const int own = served_->column(part);
    const bool given = key.parts.is_object() && named != key.parts.end();
    if (given && part_text(*named) != candidate.parts[i]) return false;
    const bool counts = !given && own >= kFirstField && !is_null(draft.cell(own)) && !(linked && !changed(draft, own));
    if (counts && key_text(draft.cell(own)) != candidate.parts[i]) return false;
  }
  return true;
}

/// A code that the row's link has already means that link: what was read may be written back, whatever else has the
/// same code by now.
std::int64_t Links::match(const Served& target, const Column& known, const NaturalKey& key, const Draft& draft,
                          std::int64_t current, bool& ambiguous) const {
  ambiguous = false;
  if (!key_like(target, key)) return 0;
  const std::string code = code_of(target, key);
  if (const auto now = known.current.find(current); now != known.current.end()) {
    for (std::size_t i = 0; i < now->second.parts.size(); ++i)
      if (target.column(target.entity.key[i]) == code_column(target) && now->second.parts[i] == code &&
          fits(target, now->second, key, draft, true))
        return current;
  }
  const auto found = known.codes.find(code);
  if (found == known.codes.end()) return 0;
  std::int64_t id = 0;
  for (const Candidate& candidate : found->second) {
    if (!fits(target, candidate, key, draft)) continue;
    ambiguous = id != 0;
    if (ambiguous) return 0;
    id = candidate.id;
  }
  return id;
}

Result<void> Links::resolve_refs(const Snapshot& snapshot, int column, const Field& field,
                                 std::vector<Draft*>& drafts) {
  Column& known = columns_[column];
  auto& admitted = found_.ids[field.ref_entity + '\n' + field.ref_filter];
  const ServedPtr target = snapshot.core.catalog.find(field.ref_entity);
  std::vector<std::int64_t> ids;
  std::vector<std::string> codes;
  for (Draft* draft : drafts) {
    if (const NaturalKey* key = natural_at(*draft, column)) {
      if (target && known.codes.try_emplace(code_of(*target, *key)).second) codes.push_back(code_of(*target, *key));
    } else if (!is_null(draft->cell(column)) && changed(*draft, column)) {
      const std::int64_t id = integer_of(draft->cell(column));
      const bool own = own_ && own_(field.ref_entity, id) != nullptr;
      if (!own && admitted.try_emplace(id, false).second) ids.push_back(id);
    }
  }
  if (target && may_read(snapshot, *target)) {
    OB_CHECK(load_ids(snapshot, *target, field, admitted, ids));
    OB_CHECK(load_current(snapshot, *target, column, drafts));
    OB_CHECK(load_codes(snapshot, *target, field, known, codes, false));
    std::vector<std::string> missing;
    for (const std::string& code : codes)
      if (known.codes[code].empty()) missing.push_back(code);
    OB_CHECK(load_codes(snapshot, *target, field, known, missing, true));
  }
  for (Draft* draft : drafts) {
    if (const NaturalKey* key = natural_at(*draft, column)) {
      bool ambiguous = false;
      const std::int64_t id = target ? match(*target, known, *key, *draft, current(*draft, column), ambiguous) : 0;
      if (id != 0) {
        admitted[id] = true;
        set_link(field, column, id, *draft);
      } else if (ambiguous) {
        ambiguous_link(field, target->entity.key, key->code, *draft);
      } else {
        bad_link(field, key->code, *draft);
      }
    } else if (!is_null(draft->cell(column)) && changed(*draft, column)) {
      const std::int64_t id = integer_of(draft->cell(column));
      const bool own = own_ && own_(field.ref_entity, id) != nullptr;
      if (!own && !admitted[id]) bad_link(field, std::to_string(id), *draft);
    }
  }
  return {};
}

/// A node that was looked at under the same access version need not be read again.
Result<void> Links::load_nodes(const Snapshot& snapshot, std::vector<std::int64_t> ids) {
  constexpr std::size_t kMost = 20'000;
  Places& kept = snapshot.core.places;
  const std::int64_t version = snapshot.rights->version();
  if (version > 0) {
    const std::lock_guard lock(kept.mutex);
    if (kept.version < version || kept.nodes.size() > kMost) kept.nodes.clear();
    kept.version = std::max(kept.version, version);
    std::erase_if(ids, [&](const std::int64_t id) {
      const auto found = kept.version == version ? kept.nodes.find(id) : kept.nodes.end();
      return found != kept.nodes.end() && (found_.nodes.emplace(*found), true);
    });
  }
  OB_CHECK(neighbours::nodes_by_id(snapshot.session, ids, found_.nodes));
  const std::lock_guard lock(kept.mutex);
  for (const std::int64_t id : ids)
    if (const auto found = found_.nodes.find(id); found != found_.nodes.end() && version > 0 && kept.version == version)
      kept.nodes.insert(*found);
  return {};
}

Result<void> Links::resolve_orgs(const Snapshot& snapshot, int column, const Field& field,
                                 std::vector<Draft*>& drafts) {
  std::vector<std::int64_t> ids;
  std::vector<std::string> codes;
  for (Draft* draft : drafts) {
    if (const NaturalKey* key = natural_at(*draft, column)) {
      if (node_codes_.try_emplace(key->code, 0).second) codes.push_back(key->code);
    } else if (!is_null(draft->cell(column)) &&
               found_.nodes.find(integer_of(draft->cell(column))) == found_.nodes.end()) {
      ids.push_back(integer_of(draft->cell(column)));
    }
  }
  OB_CHECK(load_nodes(snapshot, ids));
  std::unordered_map<std::string, neighbours::OrgNode> by_code;
  OB_CHECK(neighbours::nodes_by_code(snapshot.session, codes, by_code));
  for (auto& [code, node] : by_code) {
    node_codes_[code] = node.id;
    found_.nodes.emplace(node.id, std::move(node));
  }
  for (Draft* draft : drafts) {
    if (const NaturalKey* key = natural_at(*draft, column)) {
      const std::int64_t id = node_codes_[key->code];
      if (id == 0) {
        bad_link(field, key->code, *draft);
        continue;
      }
      set_link(field, column, id, *draft);
    }
    if (is_null(draft->cell(column)) || !changed(*draft, column)) continue;
    const auto found = found_.nodes.find(integer_of(draft->cell(column)));
    if (found == found_.nodes.end()) {
      bad_link(field, key_text(draft->cell(column)), *draft);
    } else if (!field.org_kinds.empty() &&
               std::find(field.org_kinds.begin(), field.org_kinds.end(), found->second.kind) == field.org_kinds.end()) {
      draft->faults.push_back(faults::at(
          field, "field.org_kind",
          {fmt::format("“{}”不能选“{}”这一类机构。", field.title.zh, found->second.name),
           fmt::format("\"{}\" cannot be \"{}\": it is of another kind.", field.title.in("en"), found->second.name)},
          {fmt::format("请选择：{}。", fmt::join(field.org_kinds, "、")),
           fmt::format("Choose one of the kinds {}.", fmt::join(field.org_kinds, ", "))}));
    }
  }
  return {};
}

Result<void> Links::resolve_users(const Snapshot& snapshot, int column, const Field& field,
                                  std::vector<Draft*>& drafts) {
  std::vector<std::int64_t> ids;
  std::vector<std::string> names;
  for (Draft* draft : drafts) {
    if (const NaturalKey* key = natural_at(*draft, column)) {
      names.push_back(key->code);
      if (current(*draft, column) != 0) ids.push_back(current(*draft, column));
    } else if (!is_null(draft->cell(column)) && changed(*draft, column)) {
      ids.push_back(integer_of(draft->cell(column)));
    }
  }
  std::unordered_map<std::int64_t, std::string> known;
  std::unordered_map<std::string, std::int64_t> by_name;
  if (!ids.empty()) OB_CHECK(neighbours::user_names(snapshot.session, ids, known));
  if (!names.empty()) OB_CHECK(neighbours::users_by_name(snapshot.session, names, by_name));
  for (Draft* draft : drafts) {
    if (const NaturalKey* key = natural_at(*draft, column)) {
      const auto found = by_name.find(key->code);
      const auto now = known.find(current(*draft, column));
      if (now != known.end() && now->second == key->code) // an export shows people by their display name
        set_link(field, column, now->first, *draft);
      else if (found == by_name.end())
        bad_link(field, key->code, *draft);
      else
        set_link(field, column, found->second, *draft);
    } else if (!is_null(draft->cell(column)) && changed(*draft, column) &&
               known.count(integer_of(draft->cell(column))) == 0) {
      bad_link(field, key_text(draft->cell(column)), *draft);
    }
  }
  return {};
}

Result<void> Links::parent_places(const Snapshot& snapshot, std::vector<Draft*>& drafts) {
  const Field& field = *served_->columns[static_cast<std::size_t>(served_->parent_column)].field;
  const ServedPtr parent = snapshot.core.catalog.find(field.ref_entity);
  if (!parent) return {};
  std::string state;
  const ServedPtr source = state_source(snapshot.core.catalog, parent, "t", state);
  std::vector<std::int64_t> ids;
  for (const Draft* draft : drafts) {
    const std::int64_t id = integer_of(draft->cell(served_->parent_column));
    if (id != 0 && parents_.find(id) == parents_.end()) ids.push_back(id);
  }
  return neighbours::for_each_in(
      snapshot.session,
      fmt::format("SELECT t.id, t.owner_path, t.gov_level, t.department_code, {} FROM {} t WHERE t.id",
                  source ? state : "''", parent->table),
      storage::Params(ids.begin(), ids.end()), "", {}, [&](const storage::Rows& rows) -> Result<void> {
        Parent& one = parents_[rows.integer(0)];
        one.place = {std::string(rows.text(1)), static_cast<access::GovLevel>(rows.integer(2)),
                     std::string(rows.text(3))};
        one.state = rows.text(4);
        return {};
      });
}

Result<void> Links::set_places(const Snapshot& snapshot, std::vector<Draft*>& drafts) {
  if (served_->parent_column >= 0) OB_CHECK(parent_places(snapshot, drafts));
  for (Draft* draft : drafts) {
    access::Place place;
    if (served_->owner_column >= 0) {
      const auto found = found_.nodes.find(integer_of(draft->cell(served_->owner_column)));
      if (found != found_.nodes.end()) place = found->second.place;
    } else if (served_->parent_column >= 0) {
      const std::int64_t id = integer_of(draft->cell(served_->parent_column));
      const Field& field = *served_->columns[static_cast<std::size_t>(served_->parent_column)].field;
      const auto found = parents_.find(id);
      const Row* own = own_ ? own_(field.ref_entity, id) : nullptr;
      if (own != nullptr) {
        place = {std::string(text_of((*own)[kOwnerPath])), static_cast<access::GovLevel>(integer_of((*own)[kGovLevel])),
                 std::string(text_of((*own)[kDepartment]))};
        const ServedPtr parent = snapshot.core.catalog.find(field.ref_entity);
        if (parent && parent->state_column >= 0) {
          draft->parent_state = text_of((*own)[static_cast<std::size_t>(parent->state_column)]);
          draft->parent_known = true;
        }
      } else if (found != parents_.end()) {
        place = found->second.place;
        draft->parent_state = found->second.state;
        draft->parent_known = true;
      }
    }
    draft->cell(kOwnerPath) = place.owner_path;
    draft->cell(kGovLevel) = static_cast<std::int64_t>(place.gov_level);
    draft->cell(kDepartment) = place.department_code;
  }
  return {};
}

} // namespace onebudget::records
