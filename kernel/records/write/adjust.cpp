// Guarded changes: what is added is decided here, whether it may be is decided by the database when the unit is
// applied.

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <set>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/compile.hpp"
#include "kernel/records/query/neighbours.hpp"
#include "kernel/records/query/render.hpp"
#include "kernel/records/write/unit.hpp"
#include "sdk/values/scaled.hpp"

namespace onebudget::records {

namespace {

constexpr std::int64_t kLargest = std::int64_t{1} << 62; ///< sums and bounds of this size cannot overflow

bool read_amount(const Field& field, const Json& json, std::int64_t& by) {
  if (field.type == FieldType::decimal) {
    if (!json.is_string() || parse_scaled(json.get<std::string>(), field.scale, by) != ScaledError::none) return false;
  } else {
    if (!json.is_number_integer() || (json.is_number_unsigned() && json.get<std::uint64_t>() > kLargest)) return false;
    by = json.get<std::int64_t>();
  }
  return by >= -kLargest && by <= kLargest;
}

} // namespace

Fault bad_change(const std::string& member) {
  return faults::bad_query(
      "records.adjust",
      {fmt::format("增减请求的“{}”不正确。应为 add（guarded 字段及差额）、where（筛选条件）和 now。", member),
       fmt::format(
           "\"{}\" of the change is not right. It holds add (guarded fields and what is added), where (a filter) "
           "and now.",
           member)});
}

Fault guard_failed(const Entity& entity, const std::vector<std::size_t>& places) {
  const Text message{
      fmt::format("{}的余额或条件不满足，未作改变。请核对后再试。", entity.title.zh),
      fmt::format("The balance or condition of the {} does not hold; nothing was changed. Check and try again.",
                  entity.title.in("en"))};
  Fault told = fault(FaultKind::conflict, "records.guard", message);
  for (const std::size_t place : places)
    told.fields.push_back({fmt::format("/rows/{}", place),
                           told.code,
                           message,
                           {"请重新读取这一行，再决定。", "Read this row again, then decide."}});
  return told;
}

Result<void> take_deltas(const Json& add, Effect& effect) {
  const Served& served = *effect.served;
  if (!add.is_object() || (add.empty() && !effect.of_pool)) return bad_change("add");
  for (auto it = add.begin(); it != add.end(); ++it) {
    Delta delta;
    const Field* field = query_field(served, it.key(), delta.column);
    if (field == nullptr) return faults::unknown_field(served.entity, it.key(), "/add");
    if (!field->guarded || !read_amount(*field, *it, delta.by)) return bad_change("add/" + it.key());
    const std::int64_t least = std::max(field->min_number.value_or(-kLargest), -kLargest);
    const std::int64_t most = std::min(field->max_number.value_or(kLargest), kLargest);
    // Coming back from beyond a bound is no harm, so only the bound ahead is looked at.
    delta.least = delta.by < 0 ? least - delta.by : INT64_MIN;
    delta.most = delta.by > 0 ? most - delta.by : INT64_MAX;
    effect.deltas.push_back(delta);
    effect.changed.push_back(delta.column);
  }
  return {};
}

bool add_deltas(const Context& context, Effect& effect) {
  effect.after = effect.before;
  for (const Delta& delta : effect.deltas) {
    storage::Value& value = effect.after[static_cast<std::size_t>(delta.column)];
    const std::int64_t before = integer_of(value);
    if (before < delta.least || before > delta.most) return false;
    value = before + delta.by;
  }
  if (effect.deltas.empty()) return true; // only looked at
  effect.after[kVersion] = effect.expected + 1;
  effect.after[kUpdatedAt] = context.now_ms;
  effect.after[kUpdatedBy] = context.caller.user.none() ? storage::Value() : storage::Value(context.caller.user.value);
  return true;
}

Predicate guard_of(const Effect& effect) {
  Predicate out = effect.guard;
  for (const auto& [column, value] : effect.is)
    append(out, {fmt::format(" AND t.{} IS NOT DISTINCT FROM ?",
                             effect.served->columns[static_cast<std::size_t>(column)].quoted),
                 {value}});
  return out;
}

bool overtaken(const Fault& fault) { return fault.kind == FaultKind::version || fault.code == "records.guard"; }

Result<Document> UnitOfWork::adjust(const std::string& entity, RecordId id, const Json& change) {
  OB_CHECK(open_for());
  if (!change.is_object()) return bad_change("/");
  for (auto it = change.begin(); it != change.end(); ++it)
    if (it.key() != "add" && it.key() != "where" && it.key() != "now") return bad_change(it.key());
  const Json where = change.value("where", Json("")), now = change.value("now", Json(false));
  if (!where.is_string()) return bad_change("where");
  if (!now.is_boolean()) return bad_change("now");
  if (now.get<bool>()) {
    Json rest = change;
    rest.erase("now");
    UnitOfWork own_unit(core_, context_);
    OB_CHECK(own_unit.adjust(entity, id, rest));
    OB_CHECK(own_unit.commit());
    return own_unit.last(Form::abi);
  }
  OB_TRY(const ServedPtr served, find_stored(core_, entity));
  Effect effect;
  effect.action = Action::adjust;
  effect.verb = "adjust";
  effect.of_pool = served->entity.pool;
  OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
    OB_CHECK(prepare_change(snapshot, served, id, kAnyVersion, effect));
    OB_CHECK(take_deltas(change.value("add", Json()), effect));
    if (!where.get<std::string>().empty()) {
      OB_TRY(const Expression wanted, parse_filter(where.get<std::string>()));
      OB_TRY(effect.guard, compile_filter({snapshot, *served, "t", true, true}, wanted));
    }
    if (!add_deltas(context_, effect)) return guard_failed(served->entity);
    if (where.get<std::string>().empty() || own(entity, id.value) != nullptr) return {};
    storage::Params params{id.value};
    params.insert(params.end(), effect.guard.params.begin(), effect.guard.params.end());
    OB_TRY(const auto holds,
           snapshot.session.scalar(
               fmt::format("SELECT 1 FROM {} t WHERE t.id = ? AND {}", served->table, effect.guard.sql), params));
    if (!holds) return guard_failed(served->entity);
    return {};
  }));
  if (effect.deltas.empty()) // only looked at
    return Document{render_row(*served, effect.after, Form::abi, !effect.clear), id, effect.expected};
  newest_[{entity, id.value}] = effects_.size();
  effects_.push_back(std::move(effect));
  return last(Form::abi);
}

Result<void> take_adjusted(const Snapshot& snapshot, const storage::Rows& rows, Effect& effect) {
  for (std::size_t i = 0; i < effect.after.size(); ++i) effect.after[i] = rows.value(static_cast<int>(i));
  OB_CHECK(snapshot.core.vault.open_row(*effect.served, effect.after));
  effect.before = effect.after;
  for (const Delta& delta : effect.deltas) {
    storage::Value& value = effect.before[static_cast<std::size_t>(delta.column)];
    value = integer_of(value) - delta.by;
  }
  effect.expected = integer_of(effect.after[kVersion]) - 1;
  effect.before[kVersion] = effect.expected;
  return {};
}

Result<void> adjust_row(const Snapshot& snapshot, Effect& effect) {
  const Served& served = *effect.served;
  std::string sets = "version = t.version + 1, updated_at = ?, updated_by = ?";
  std::string where = "t.id = ? AND t.owner_path = ?";
  storage::Params params{effect.after[kUpdatedAt], effect.after[kUpdatedBy]};
  storage::Params bounds{effect.id.value, effect.before[kOwnerPath]};
  for (const Delta& delta : effect.deltas) {
    const std::string& name = served.columns[static_cast<std::size_t>(delta.column)].quoted;
    sets += fmt::format(", {0} = t.{0} + ?", name);
    where += fmt::format(" AND t.{0} >= ? AND t.{0} <= ?", name);
    params.emplace_back(delta.by);
    bounds.emplace_back(delta.least);
    bounds.emplace_back(delta.most);
  }
  params.insert(params.end(), bounds.begin(), bounds.end());
  const Predicate guard = guard_of(effect);
  params.insert(params.end(), guard.params.begin(), guard.params.end());
  bool done = false;
  {
    OB_TRY(const auto rows,
           snapshot.session.query(fmt::format("UPDATE {} AS t SET {} WHERE {} AND {} RETURNING {}", served.table, sets,
                                              where, guard.sql, served.all_columns("")),
                                  params));
    OB_TRY(done, rows->next());
    if (done) {
      OB_CHECK(take_adjusted(snapshot, *rows, effect));
    }
  }
  if (done) return {};
  OB_TRY(const auto there,
         snapshot.session.scalar(fmt::format("SELECT 1 FROM {} WHERE id = ? AND owner_path = ?", served.table),
                                 {effect.id.value, effect.before[kOwnerPath]}));
  if (there) return guard_failed(served.entity);
  return faults::version_moved(served.entity);
}

Result<void> lock_rows(const Snapshot& snapshot, const std::vector<Effect>& effects) {
  if (snapshot.sqlite() || effects.size() < 2) return {};
  std::map<std::string, std::set<std::int64_t>> rows;
  for (const Effect& effect : effects)
    if (!effect.before.empty()) rows[effect.served->table].insert(effect.id.value);
  if (rows.size() == 1 && rows.begin()->second.size() == 1) return {}; // nothing to wait for in a ring
  for (const auto& [table, numbers] : rows) {
    const std::vector<storage::Value> ids(numbers.begin(), numbers.end());
    OB_CHECK(neighbours::for_each_in(snapshot.session, fmt::format("SELECT id FROM {} WHERE id", table), ids,
                                     " ORDER BY id FOR NO KEY UPDATE", {},
                                     [](const storage::Rows&) -> Result<void> { return {}; }));
  }
  return {};
}

} // namespace onebudget::records
