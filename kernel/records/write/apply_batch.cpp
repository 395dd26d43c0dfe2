// A batch of effects on one entity inside the transaction: the same checks as for single ones, each in one statement
// for all rows.

#include <fmt/format.h>
#include <set>
#include <unordered_map>

#include "kernel/crypto/crypto.hpp"
#include "kernel/records/faults.hpp"
#include "kernel/records/query/neighbours.hpp"
#include "kernel/records/write/history.hpp"
#include "kernel/records/write/unit.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::records {

namespace {

const std::string& column_of(const Served& served, int column) {
  return served.columns[static_cast<std::size_t>(column)].quoted;
}

const Row& row_of(const Effect& effect) { return effect.after.empty() ? effect.before : effect.after; }

/// Numbers by row and column as a table v(c0, c1, …) of one statement that stays prepared, whatever their count.
std::string numbers_source(const Snapshot& snapshot, const std::vector<storage::Params>& rows,
                           storage::Params& params) {
  const std::size_t width = rows.front().size();
  std::string columns;
  if (snapshot.sqlite()) {
    std::string list = "[";
    for (const storage::Params& row : rows) {
      list += list.size() > 1 ? ",[" : "[";
      for (std::size_t i = 0; i < width; ++i)
        list += (i == 0 ? "" : ",") + (is_null(row[i]) ? std::string("null") : std::to_string(integer_of(row[i])));
      list += ']';
    }
    params.emplace_back(list + "]");
    for (std::size_t i = 0; i < width; ++i)
      columns += fmt::format("{0}json_extract(value, '$[{1}]') AS c{1}", i == 0 ? "" : ", ", i);
    return fmt::format("(SELECT {} FROM json_each(?)) AS v", columns);
  }
  std::string arrays;
  for (std::size_t i = 0; i < width; ++i) {
    storage::Params column;
    for (const storage::Params& row : rows) column.push_back(row[i]);
    params.push_back(storage::array_of(column));
    arrays += i == 0 ? "CAST(? AS bigint[])" : ", CAST(? AS bigint[])";
    columns += fmt::format("{}c{}", i == 0 ? "" : ", ", i);
  }
  return fmt::format("unnest({}) AS v({})", arrays, columns);
}

/// Grants hold every row's place, on the rows as they stand or as they are written.
Result<void> check_held(const Snapshot& snapshot, std::span<const Effect> batch, bool before,
                        std::set<std::int64_t>& grants) {
  const Effect& first = batch.front();
  if (first.of_pool) return {};
  HeldPlaces places(first.verb);
  std::vector<storage::Value> conditional;
  for (const Effect& effect : batch) {
    std::int64_t grant = 0;
    const Held held = places.held(snapshot, *first.served, before ? effect.before : effect.after, grant);
    if (held == Held::no) return faults::forbidden(first.served->entity, first.verb);
    if (held == Held::if_condition) conditional.emplace_back(effect.id.value);
    grants.insert(grant);
  }
  return check_conditions(snapshot, *first.served, first.verb, conditional);
}

Result<void> check_links(const Snapshot& snapshot, std::span<const Effect> batch, Traces& traces) {
  std::map<int, std::set<std::int64_t>> targets;
  const Served& served = *batch.front().served;
  for (const Effect& effect : batch)
    for (const int column : effect.changed) {
      if (served.columns[static_cast<std::size_t>(column)].field->type != FieldType::ref) continue;
      const std::int64_t id = integer_of(effect.after[static_cast<std::size_t>(column)]);
      if (id != 0) targets[column].insert(id);
    }
  for (const auto& [column, ids] : targets)
    OB_CHECK(check_targets(snapshot, served, column, storage::Params(ids.begin(), ids.end()), traces));
  return {};
}

/// Lines may be added only while their parents may change: looked at again, and locked.
Result<void> check_parents(const Snapshot& snapshot, std::span<const Effect> batch) {
  const Served& served = *batch.front().served;
  if (served.parent_column < 0 || served.state_column >= 0) return {};
  const auto column = static_cast<std::size_t>(served.parent_column);
  const ServedPtr parent = snapshot.core.catalog.find(served.columns[column].field->ref_entity);
  if (!parent || parent->state_column < 0) return {};
  std::set<std::int64_t> ids;
  for (const Effect& effect : batch) ids.insert(integer_of(row_of(effect)[column]));
  return neighbours::for_each_in(
      snapshot.session,
      fmt::format("SELECT {} FROM {} WHERE id", column_of(*parent, parent->state_column), parent->table),
      storage::Params(ids.begin(), ids.end()), snapshot.sqlite() ? "" : " ORDER BY id FOR SHARE", {},
      [&](const storage::Rows& rows) -> Result<void> {
        const State* state = parent->entity.state(std::string(rows.text(0)));
        if (state != nullptr && !state->editable) return faults::not_editable(served.entity, state);
        return {};
      });
}

Result<void> insert_rows(const Snapshot& snapshot, std::span<const Effect> batch) {
  const Served& served = *batch.front().served;
  std::vector<storage::Params> rows;
  rows.reserve(batch.size());
  for (const Effect& effect : batch) {
    OB_TRY(storage::Params cells, snapshot.core.vault.stored(served, effect.after));
    rows.push_back(std::move(cells));
  }
  OB_CHECK(snapshot.session.bulk_insert(served.entity.table(), served.stored_columns(), rows));
  return {};
}

struct Change {
  std::string sets, where;
  std::vector<storage::Params> rows;
};

/// Id, then sum, least and most of each column that any row adds to, then what columns must still be.
Change change_of(std::span<const Effect> batch) {
  const Served& served = *batch.front().served;
  std::set<int> added, fixed;
  for (const Effect& effect : batch) {
    for (const Delta& delta : effect.deltas) added.insert(delta.column);
    for (const auto& [column, value] : effect.is) fixed.insert(column);
  }
  Change out;
  std::size_t at = 0;
  for (const int column : added) {
    out.sets += fmt::format(", {0} = t.{0} + v.c{1}", column_of(served, column), at + 1);
    out.where += fmt::format(" AND t.{0} >= v.c{1} AND t.{0} <= v.c{2}", column_of(served, column), at + 2, at + 3);
    at += 3;
  }
  for (const int column : fixed) // two numbers, so that NULL can be asked for or not be asked at all
    out.where += fmt::format(" AND (v.c{1} = 0 OR t.{0} IS NOT DISTINCT FROM v.c{2})", column_of(served, column),
                             at + 1, at + 2),
        at += 2;
  for (const Effect& effect : batch) {
    storage::Params& row = out.rows.emplace_back(storage::Params{effect.id.value});
    for (const int column : added) {
      const auto found = std::find_if(effect.deltas.begin(), effect.deltas.end(),
                                      [&](const Delta& delta) { return delta.column == column; });
      const Delta delta = found == effect.deltas.end() ? Delta{column, 0, -INT64_MAX, INT64_MAX} : *found;
      row.insert(row.end(), {delta.by, std::max(delta.least, -INT64_MAX), delta.most});
    }
    for (const int column : fixed) {
      const auto found =
          std::find_if(effect.is.begin(), effect.is.end(), [&](const auto& one) { return one.first == column; });
      row.emplace_back(std::int64_t{found != effect.is.end()});
      row.push_back(found != effect.is.end() ? found->second : storage::Value());
    }
  }
  return out;
}

/// Rows that were not changed: gone, or refused by their guard.
Result<void> tell_failed(const Snapshot& snapshot, const std::unordered_map<std::int64_t, Effect*>& left) {
  const Served& served = *left.begin()->second->served;
  std::vector<storage::Value> ids;
  for (const auto& [id, effect] : left) ids.emplace_back(id);
  std::set<std::size_t> failed;
  OB_CHECK(neighbours::for_each_in(snapshot.session, fmt::format("SELECT id FROM {} WHERE id", served.table), ids, "",
                                   {}, [&](const storage::Rows& rows) -> Result<void> {
                                     failed.insert(left.at(rows.integer(0))->place);
                                     return {};
                                   }));
  if (failed.size() != left.size()) return faults::version_moved(served.entity);
  return guard_failed(served.entity, {failed.begin(), failed.end()});
}

Result<void> adjust_rows(const Snapshot& snapshot, std::span<Effect> batch) {
  const Effect& first = batch.front();
  const Served& served = *first.served;
  const Change change = change_of(batch);
  storage::Params params{first.after[kUpdatedAt], first.after[kUpdatedBy]};
  const std::string source = numbers_source(snapshot, change.rows, params);
  params.insert(params.end(), first.guard.params.begin(), first.guard.params.end());
  std::unordered_map<std::int64_t, Effect*> left;
  for (Effect& effect : batch) left.emplace(effect.id.value, &effect);
  {
    OB_TRY(const auto rows,
           snapshot.session.query(
               fmt::format("UPDATE {} AS t SET version = t.version + 1, updated_at = ?, updated_by = ?{} FROM {} "
                           "WHERE t.id = v.c0{} AND {} RETURNING {}",
                           served.table, change.sets, source, change.where, first.guard.sql,
                           served.all_columns(snapshot.sqlite() ? "" : "t")),
               params));
    while (true) {
      OB_TRY(const bool more, rows->next());
      if (!more) break;
      const auto found = left.find(rows->integer(kId));
      Effect& effect = *found->second;
      left.erase(found);
      const storage::Value place = effect.before[kOwnerPath];
      OB_CHECK(take_adjusted(snapshot, *rows, effect));
      if (effect.after[kOwnerPath] != place) return faults::version_moved(served.entity);
    }
  }
  return left.empty() ? Result<void>() : tell_failed(snapshot, left);
}

/// One entry and one event for all rows. The entry's digest is over each row's id, version and what changed in it.
void tell(std::span<const Effect> batch, const std::set<std::int64_t>& grants,
          const std::vector<storage::Params>& history, Traces& traces) {
  const Effect& first = batch.front();
  const Served& served = *first.served;
  std::string ids, lines, reason, owner(text_of(row_of(first)[kOwnerPath]));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Effect& effect = batch[i];
    ids += fmt::format("{}\"{}\"", ids.empty() ? "" : ",", effect.id.value);
    lines += fmt::format("{} {} {}\n", effect.id.value, effect.expected + 1, text_of(history[i].back()));
    const std::string_view path = text_of(row_of(effect)[kOwnerPath]);
    const auto common = std::mismatch(owner.begin(), owner.end(), path.begin(), path.end()).first;
    owner.erase(common, owner.end());
  }
  for (const std::int64_t grant : grants)
    reason += (reason.empty() ? "" : ", ") + (grant == 0 ? std::string("system") : fmt::format("grant {}", grant));
  const char* name = action_name(first.action);
  audit::Entry entry;
  entry.action = fmt::format("records.{}", name);
  entry.subject = served.name;
  entry.owner_path = owner.substr(0, owner.rfind('/') + 1);
  entry.reason = reason.empty() ? "system" : reason;
  entry.detail =
      fmt::format("{{\"rows\":{},\"sm3\":\"{}\",\"ids\":[{}]}}", batch.size(), to_hex(crypto::sm3(lines)), ids);
  traces.entries.push_back(std::move(entry));
  events::Event event;
  event.topic = "records.changed";
  event.key = served.name;
  event.payload = fmt::format("{{\"entity\":\"{}\",\"action\":\"{}\",\"ids\":[{}]}}", served.name, name, ids);
  traces.events.push_back(std::move(event));
}

} // namespace

Result<void> check_targets(const Snapshot& snapshot, const Served& served, int column,
                           const std::vector<storage::Value>& wanted, Traces& traces) {
  const Field& field = *served.columns[static_cast<std::size_t>(column)].field;
  const ServedPtr target = snapshot.core.catalog.find(field.ref_entity);
  if (wanted.empty()) return {};
  if (!target) return faults::unknown_entity(field.ref_entity);
  std::vector<storage::Value> ids;
  auto& standing = traces.standing[target.get()];
  for (const storage::Value& id : wanted)
    if (standing.insert(integer_of(id)).second) ids.push_back(id);
  if (ids.empty()) return {};
  std::set<std::int64_t> there;
  OB_CHECK(neighbours::for_each_in(snapshot.session, fmt::format("SELECT id FROM {} WHERE id", target->table), ids,
                                   snapshot.sqlite() ? "" : " ORDER BY id FOR KEY SHARE", {},
                                   [&](const storage::Rows& rows) -> Result<void> {
                                     there.insert(rows.integer(0));
                                     return {};
                                   }));
  if (there.size() == ids.size()) return {};
  return faults::invalid(served.entity,
                         {faults::at(field, "field.reference",
                                     {fmt::format("“{}”指向的记录刚刚被删除。", field.title.zh),
                                      fmt::format("What \"{}\" points to was just deleted.", field.title.in("en"))},
                                     {"请重新选择或重新导入。", "Choose again, or import again."})});
}

Result<void> check_conditions(const Snapshot& snapshot, const Served& served, const std::string& verb,
                              const std::vector<storage::Value>& ids) {
  if (ids.empty()) return {};
  OB_TRY(const Predicate predicate, held(snapshot, served, verb));
  std::set<std::int64_t> fine;
  OB_CHECK(neighbours::for_each_in(snapshot.session, fmt::format("SELECT t.id FROM {} t WHERE t.id", served.table), ids,
                                   " AND " + predicate.sql, predicate.params,
                                   [&](const storage::Rows& rows) -> Result<void> {
                                     fine.insert(rows.integer(0));
                                     return {};
                                   }));
  if (fine.size() == ids.size()) return {};
  return faults::forbidden(served.entity, verb);
}

Result<void> apply_batch(const Snapshot& snapshot, std::span<Effect> batch, Traces& traces) {
  std::set<std::int64_t> grants;
  const bool fresh = batch.front().action == Action::create;
  if (!fresh) OB_CHECK(check_held(snapshot, batch, true, grants));
  OB_CHECK(check_links(snapshot, batch, traces));
  OB_CHECK(check_parents(snapshot, batch));
  OB_CHECK(fresh ? insert_rows(snapshot, batch) : adjust_rows(snapshot, batch));
  OB_CHECK(check_held(snapshot, batch, false, grants));
  std::vector<storage::Params> history;
  for (const Effect& effect : batch) {
    traces.standing[effect.served.get()].insert(effect.id.value);
    OB_TRY(storage::Params line, history_line(snapshot, effect));
    history.push_back(std::move(line));
  }
  if (batch.front().served->entity.history)
    OB_CHECK(snapshot.session.bulk_insert("records_history", kHistoryColumns, history));
  tell(batch, grants, history, traces);
  return {};
}

} // namespace onebudget::records
