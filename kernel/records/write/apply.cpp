// The effects of a unit inside its one transaction: rights as they are now, versions, grants on the old and the new
// row, links that may have gone, then row, history, audit and outbox.

#include <fmt/format.h>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/scope.hpp"
#include "kernel/records/rollup/rollup.hpp"
#include "kernel/records/search/search.hpp"
#include "kernel/records/write/history.hpp"
#include "kernel/records/write/unit.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::records {

namespace {

constexpr std::size_t kMostTold = 1000; ///< rows of one audit entry and one event

std::string sharing(const Snapshot& snapshot, const char* strength) {
  return snapshot.sqlite() ? "" : std::string(" FOR ") + strength;
}

/// Conditions of grants are evaluated by the database, on the row as it stands in the transaction.
Result<bool> holds_row(const Snapshot& snapshot, const Effect& effect, const Row& row, std::int64_t& grant) {
  const Held answer = holds_place(snapshot, *effect.served, effect.verb, place_of(row), grant);
  if (answer != Held::if_condition) return answer == Held::yes;
  OB_TRY(const Predicate predicate, held(snapshot, *effect.served, effect.verb));
  storage::Params params{effect.id.value};
  params.insert(params.end(), predicate.params.begin(), predicate.params.end());
  OB_TRY(const auto found,
         snapshot.session.scalar(
             fmt::format("SELECT 1 FROM {} t WHERE t.id = ? AND {}", effect.served->table, predicate.sql), params));
  return found.has_value();
}

/// What changed links point to must still be there when the row is written.
Result<void> check_links(const Snapshot& snapshot, const Effect& effect, Traces& traces) {
  for (const int column : effect.changed) {
    const Field& field = *effect.served->columns[static_cast<std::size_t>(column)].field;
    const storage::Value& value = effect.after[static_cast<std::size_t>(column)];
    if (field.type != FieldType::ref || is_null(value)) continue;
    const ServedPtr target = snapshot.core.catalog.find(field.ref_entity);
    if (!target) return faults::unknown_entity(field.ref_entity);
    if (!traces.standing[target.get()].insert(integer_of(value)).second) continue;
    OB_TRY(const auto found,
           snapshot.session.scalar(
               fmt::format("SELECT 1 FROM {} WHERE id = ?{}", target->table, sharing(snapshot, "KEY SHARE")), {value}));
    if (found) continue;
    return faults::invalid(effect.served->entity,
                           {faults::at(field, "field.reference",
                                       {fmt::format("“{}”指向的记录刚刚被删除。", field.title.zh),
                                        fmt::format("What \"{}\" points to was just deleted.", field.title.in("en"))},
                                       {"请重新选择。", "Choose again."})});
  }
  return {};
}

/// A line may change only while its parent may: looked at again, and locked, in the transaction.
Result<void> check_parent(const Snapshot& snapshot, const Effect& effect) {
  const Served& served = *effect.served;
  if (served.parent_column < 0 || effect.action == Action::transition || effect.free_of_state) return {};
  const Row& row = effect.after.empty() ? effect.before : effect.after;
  const auto column = static_cast<std::size_t>(served.parent_column);
  const ServedPtr parent = snapshot.core.catalog.find(served.columns[column].field->ref_entity);
  if (!parent || parent->state_column < 0 || served.state_column >= 0) return {};
  OB_TRY(const auto value,
         snapshot.session.scalar(fmt::format("SELECT {} FROM {} WHERE id = ?{}",
                                             parent->columns[static_cast<std::size_t>(parent->state_column)].quoted,
                                             parent->table, sharing(snapshot, "SHARE")),
                                 {row[column]}));
  const State* state = value ? parent->entity.state(text_of(*value)) : nullptr;
  if (state != nullptr && !state->editable) return faults::not_editable(served.entity, state);
  return {};
}

Result<void> insert_row(const Snapshot& snapshot, const Effect& effect) {
  const Served& served = *effect.served;
  storage::Params sealed;
  if (!served.encrypted.empty()) {
    OB_TRY(sealed, snapshot.core.vault.stored(served, effect.after));
  }
  std::string names, marks;
  for (const std::string& name : served.stored_columns()) {
    names += (names.empty() ? "" : ", ") + quote_name(name);
    marks += marks.empty() ? "?" : ",?";
  }
  return snapshot.session.send(fmt::format("INSERT INTO {} ({}) VALUES ({})", served.table, names, marks),
                               sealed.empty() ? effect.after : sealed);
}

/// Nothing may point to a row that goes.
Result<void> check_unused(const Snapshot& snapshot, const Effect& effect) {
  for (const ServedPtr& other : snapshot.core.catalog.all()) {
    if (!other->entity.view.empty()) continue;
    for (std::size_t i = kFirstField; i < other->columns.size(); ++i) {
      const Column& column = other->columns[i];
      if (column.field->type != FieldType::ref || column.field->ref_entity != effect.served->name) continue;
      OB_TRY(const auto used,
             snapshot.session.scalar(
                 fmt::format("SELECT 1 FROM {} WHERE {} = ? AND id <> ? LIMIT 1", other->table, column.quoted),
                 {effect.id.value, other->name == effect.served->name ? effect.id.value : std::int64_t{0}}));
      if (!used) continue;
      const Entity& entity = effect.served->entity;
      return fault(
          FaultKind::conflict, "records.in_use",
          {fmt::format("该{}仍被“{}”引用，不能删除。请先处理引用它的记录。", entity.title.zh, other->entity.title.zh),
           fmt::format("The {} is still used by \"{}\" and cannot be deleted. Deal with those records first.",
                       entity.title.in("en"), other->entity.title.in("en"))});
    }
  }
  return {};
}

Result<void> delete_row(const Snapshot& snapshot, const Effect& effect) {
  OB_CHECK(check_unused(snapshot, effect));
  OB_TRY(const std::int64_t count,
         snapshot.session.execute(fmt::format("DELETE FROM {} WHERE id = ? AND version = ?", effect.served->table),
                                  {effect.id.value, effect.expected}));
  if (count == 1) return {};
  return faults::version_moved(effect.served->entity);
}

Result<void> write_history(const Snapshot& snapshot, const Effect& effect) {
  if (!effect.served->entity.history) return {};
  OB_TRY(const storage::Params line, history_line(snapshot, effect));
  return snapshot.session.send(
      "INSERT INTO records_history (entity, record, version, changed_at, changed_by, "
      "changed_by_name, action, transition, remark, changes) "
      "VALUES (?,?,?,?,?,?,?,?,?,?)",
      line);
}

void note_audit(const Effect& effect, std::int64_t grant, Traces& traces) {
  audit::Entry entry;
  entry.action = effect.action == Action::transition ? "records.transition"
                                                     : fmt::format("records.{}", action_name(effect.action));
  entry.subject = effect.served->name;
  entry.subject_id = effect.id.str();
  const Row& row = effect.after.empty() ? effect.before : effect.after;
  entry.owner_path = text_of(row[kOwnerPath]);
  entry.reason = grant == 0 ? "system" : fmt::format("grant {}", grant);
  std::string fields;
  for (const int column : effect.changed)
    fields += (fields.empty() ? "\"" : ",\"") + effect.served->columns[static_cast<std::size_t>(column)].name + "\"";
  entry.detail = fmt::format("{{\"version\":{},\"fields\":[{}]", effect.expected + 1, fields);
  if (effect.transition != nullptr) entry.detail += fmt::format(",\"transition\":\"{}\"", effect.transition->name);
  entry.detail += "}";
  traces.entries.push_back(std::move(entry));
}

void note_events(const Effect& effect, Traces& traces) {
  events::Event event;
  event.topic = "records.changed";
  event.key = effect.served->name + "/" + effect.id.str();
  event.payload = fmt::format("{{\"entity\":\"{}\",\"id\":\"{}\",\"version\":{},\"action\":\"{}\",\"transition\":{}}}",
                              effect.served->name, effect.id.value, effect.expected + 1, action_name(effect.action),
                              effect.transition == nullptr ? "null" : "\"" + effect.transition->name + "\"");
  traces.events.push_back(event);
  if (effect.transition == nullptr) return;
  event.topic = effect.served->name + "." + effect.transition->to;
  traces.events.push_back(std::move(event));
}

Result<void> apply_one(const Snapshot& snapshot, Effect& effect, Traces& traces) {
  std::int64_t grant = 0;
  if (!effect.before.empty() && !effect.of_pool) {
    OB_TRY(const bool old_held, holds_row(snapshot, effect, effect.before, grant));
    if (!old_held) return faults::forbidden(effect.served->entity, effect.verb);
  }
  OB_CHECK(check_links(snapshot, effect, traces));
  OB_CHECK(check_parent(snapshot, effect));
  switch (effect.action) {
    case Action::create:
      OB_CHECK(insert_row(snapshot, effect));
      break;
    case Action::remove:
      OB_CHECK(delete_row(snapshot, effect));
      break;
    case Action::adjust:
      OB_CHECK(adjust_row(snapshot, effect));
      break;
    default:
      OB_CHECK(update_row(snapshot, *effect.served, effect.expected, effect.before, effect.after));
  }
  if (effect.action == Action::remove)
    traces.standing[effect.served.get()].erase(effect.id.value);
  else
    traces.standing[effect.served.get()].insert(effect.id.value);
  if (!effect.after.empty() && !effect.of_pool) {
    OB_TRY(const bool new_held, holds_row(snapshot, effect, effect.after, grant));
    if (!new_held) return faults::forbidden(effect.served->entity, effect.verb);
  }
  if (effect.action == Action::update && effect.after[kOwnerPath] != effect.before[kOwnerPath])
    OB_CHECK(move_lines(snapshot, *effect.served, effect.id.value, effect.after, 0));
  OB_CHECK(write_history(snapshot, effect));
  note_audit(effect, grant, traces);
  note_events(effect, traces);
  return {};
}

} // namespace

Result<void> update_row(const Snapshot& snapshot, const Served& served, std::int64_t expected, const Row& before,
                        const Row& after) {
  const RecordId id{integer_of(after[kId])};
  const Vault& vault = snapshot.core.vault;
  std::string sets;
  storage::Params params;
  const auto set = [&](const std::string& name, storage::Value value) {
    sets += (sets.empty() ? "" : ", ") + quote_name(name) + " = ?";
    params.push_back(std::move(value));
  };
  for (std::size_t i = kVersion; i < served.columns.size(); ++i) {
    if (after[i] == before[i]) continue;
    const int column = static_cast<int>(i);
    const storage::Value& value = after[i];
    if (i < kFirstField || !served.columns[i].field->encrypted) {
      set(served.columns[i].name, value);
      continue;
    }
    OB_TRY(storage::Value sealed, vault.seal(served, column, id.value, value));
    set(served.columns[i].name, std::move(sealed));
    set(digest_column(served.columns[i].name),
        is_null(value) ? storage::Value() : storage::Value(vault.digest(served, column, text_of(value))));
  }
  params.emplace_back(id.value);
  params.emplace_back(expected);
  OB_TRY(const std::int64_t count,
         snapshot.session.execute(fmt::format("UPDATE {} SET {} WHERE id = ? AND version = ?", served.table, sets),
                                  params));
  if (count == 1) return {};
  return faults::version_moved(served.entity);
}

Result<void> move_lines(const Snapshot& snapshot, const Served& parent, std::int64_t id, const Row& row, int depth) {
  constexpr int kDeepest = 4;
  if (depth > kDeepest) return {};
  for (const ServedPtr& child : snapshot.core.catalog.all()) {
    if (child->parent_column < 0) continue;
    const Column& link = child->columns[static_cast<std::size_t>(child->parent_column)];
    if (link.field->ref_entity != parent.name) continue;
    OB_TRY(const std::int64_t moved,
           snapshot.session.execute(
               fmt::format("UPDATE {} SET owner_path = ?, gov_level = ?, department_code = ? WHERE {} = ?",
                           child->table, link.quoted),
               {row[kOwnerPath], row[kGovLevel], row[kDepartment], id}));
    if (moved == 0) continue;
    std::vector<std::int64_t> ids;
    {
      OB_CHECK(storage::each(snapshot.session, fmt::format("SELECT id FROM {} WHERE {} = ?", child->table, link.quoted),
                             {id}, [&](const storage::Rows& rows) { ids.push_back(rows.integer(0)); }));
    }
    for (const std::int64_t line : ids) OB_CHECK(move_lines(snapshot, *child, line, row, depth + 1));
  }
  return {};
}

Result<void> Traces::flush(const Snapshot& snapshot) const {
  OB_CHECK(snapshot.core.audit.append(snapshot.session, snapshot.context, entries));
  return snapshot.core.outbox.append(snapshot.session, snapshot.context, events);
}

Result<void> apply_effects(const Snapshot& snapshot, std::vector<Effect>& effects, Traces& traces) {
  OB_CHECK(lock_rows(snapshot, effects));
  // Whoever changes a row is refused when it is gone, so nobody else of the unit need look.
  for (const Effect& effect : effects)
    if (!effect.before.empty() && !effect.after.empty() && effect.after != effect.before)
      traces.standing[effect.served.get()].insert(effect.id.value);
  Deltas deltas;
  SearchLines words;
  for (std::size_t at = 0, end = 0; at < effects.size(); at = end) {
    for (end = at + 1; end < effects.size() && end - at < kMostTold; ++end)
      if (effects[at].batch == 0 || effects[end].batch != effects[at].batch) break;
    const std::span<Effect> group(effects.data() + at, end - at);
    if (effects[at].action == Action::update && effects[at].changed.empty()) continue;
    OB_CHECK(group.size() > 1 ? apply_batch(snapshot, group, traces) : apply_one(snapshot, group.front(), traces));
    for (const Effect& effect : group) {
      deltas.add(*effect.served, effect.before, effect.after);
      words.add(*effect.served, effect.before, effect.after);
    }
  }
  OB_CHECK(words.flush(snapshot.session));
  return deltas.flush(snapshot.session);
}

} // namespace onebudget::records
