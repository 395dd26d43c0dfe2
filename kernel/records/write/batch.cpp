// Many new rows, or guarded changes of many rows, in one call: looked up in sets, judged one by one.

#include <fmt/format.h>
#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/compile.hpp"
#include "kernel/records/query/neighbours.hpp"
#include "kernel/records/query/render.hpp"
#include "kernel/records/write/unit.hpp"

namespace onebudget::records {

namespace {

Fault too_many(const char* member) {
  return faults::bad_query("records.batch",
                           {fmt::format("“{}”应是 1 到 {} 项的数组。请分批。", member, kMostBatch),
                            fmt::format("\"{}\" must be an array of 1 to {} items. Split it.", member, kMostBatch)});
}

/// The faults of a row's fields, told at the row.
void tell_at(std::size_t row, std::vector<FieldFault>& from, std::vector<FieldFault>& to) {
  for (FieldFault& one : from) {
    one.field.insert(0, fmt::format("/{}", row));
    to.push_back(std::move(one));
  }
}

Fault told_at(std::size_t row, Fault fault) {
  std::vector<FieldFault> fields;
  tell_at(row, fault.fields, fields);
  fault.fields = std::move(fields);
  return fault;
}

/// Columns that must still hold what the caller says, as numbers.
Result<void> take_is(const Json& is, Effect& effect) {
  if (is.is_null()) return {};
  if (!is.is_object()) return bad_change("is");
  for (auto it = is.begin(); it != is.end(); ++it) {
    int column = 0;
    const Field* field = query_field(*effect.served, it.key(), column);
    if (field == nullptr) return faults::unknown_field(effect.served->entity, it.key(), "/is");
    Parsed parsed;
    if (!stored_as_integer(field->type) || parse_value(*field, *it, Form::abi, Origin::request, parsed) ||
        parsed.natural)
      return bad_change("is/" + it.key());
    effect.is.emplace_back(column, std::move(parsed.value));
  }
  return {};
}

bool still_is(const Effect& effect) {
  return std::all_of(effect.is.begin(), effect.is.end(),
                     [&](const auto& one) { return effect.before[static_cast<std::size_t>(one.first)] == one.second; });
}

struct Loaded {
  Row row;
  bool clear = false; ///< masked fields may be shown
  bool fits = false;  ///< the condition holds
};

/// load_row() for many rows; `condition` over the alias t is looked at for each.
Result<void> load_rows(const Snapshot& snapshot, const Served& served, const std::vector<storage::Value>& ids,
                       bool visible_only, const Predicate& condition, std::unordered_map<std::int64_t, Loaded>& out) {
  Predicate clear{"1=1", {}}, where{"1=1", {}};
  if (!always_unmasked(snapshot, served)) {
    OB_TRY(clear, unmasked(snapshot, served, "t"));
  }
  if (visible_only) {
    if (!may_read(snapshot, served)) return {};
    OB_TRY(where, readable(snapshot, served, "t"));
  }
  const std::string tail =
      fmt::format(") SELECT {}, CASE WHEN {} THEN 1 ELSE 0 END, CASE WHEN {} THEN 1 ELSE 0 END FROM picked t WHERE {}",
                  served.all_columns("t"), clear.sql, condition.sql, where.sql);
  storage::Params params = std::move(clear.params);
  for (const Predicate* more : {&condition, &std::as_const(where)})
    params.insert(params.end(), more->params.begin(), more->params.end());
  const int count = static_cast<int>(served.columns.size());
  return neighbours::for_each_in(snapshot.session,
                                 fmt::format("WITH picked AS (SELECT * FROM {} WHERE id", served.table), ids, tail,
                                 params, [&](const storage::Rows& rows) -> Result<void> {
                                   Loaded& stored = out[rows.integer(0)];
                                   stored.row.clear();
                                   for (int i = 0; i < count; ++i) stored.row.push_back(rows.value(i));
                                   stored.clear = rows.integer(count) != 0;
                                   stored.fits = rows.integer(count + 1) != 0;
                                   return {};
                                 });
}

} // namespace

Held HeldPlaces::held(const Snapshot& snapshot, const Served& served, const Row& row, std::int64_t& grant) {
  constexpr std::size_t kMost = 20'000;
  const access::Place place = place_of(row);
  std::string key = place.owner_path + "\x1f" + place.department_code + "\x1f";
  append_integer(key, static_cast<std::int64_t>(place.gov_level));
  if (known_.size() >= kMost) known_.clear();
  const auto [known, fresh] = known_.try_emplace(std::move(key));
  if (fresh) known->second.held = holds_place(snapshot, served, verb_, place, known->second.grant);
  grant = known->second.grant;
  return known->second.held;
}

/// What prepare_values() does for one new row, for all of them.
Result<void> UnitOfWork::prepare_batch(const Snapshot& snapshot, const ServedPtr& served,
                                       std::vector<Draft>& drafts) const {
  static const std::string kVerb = "create";
  std::vector<Draft*> all;
  for (Draft& draft : drafts) all.push_back(&draft);
  Links links(served, own_rows(), &found_);
  OB_CHECK(links.resolve(snapshot, all));
  std::vector<FieldFault> wrong;
  HeldPlaces places(kVerb);
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    Draft& draft = drafts[i];
    const bool placeless = served->owner_column >= 0 && is_null(draft.cell(served->owner_column));
    if (!served->hooked || placeless || !draft.faults.empty()) check_required(*served, draft);
    tell_at(i, draft.faults, wrong);
    const State* state = nullptr;
    if (served->state_column < 0 && !editable(core_.catalog, served, draft.row, &draft, &state))
      return told_at(i, faults::not_editable(served->entity, state));
    std::int64_t grant = 0;
    if (wrong.empty() && places.held(snapshot, *served, draft.row, grant) == Held::no)
      return faults::forbidden(served->entity, kVerb);
  }
  if (wrong.empty()) return {};
  return faults::invalid(served->entity, std::move(wrong));
}

Result<std::vector<RecordId>> UnitOfWork::create_many(const std::string& entity, const Json& rows, Form form) {
  if (!rows.is_array() || rows.empty() || rows.size() > kMostBatch) return too_many("rows");
  OB_CHECK(open_for(rows.size()));
  OB_TRY(const ServedPtr served, find_stored(core_, entity));
  std::vector<Draft> drafts;
  drafts.reserve(rows.size());
  bool clear = false;
  OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
    if (!snapshot.rights->unlimited() && !snapshot.rights->may(served->entity.permission("create")))
      return faults::forbidden(served->entity, "create");
    OB_TRY(const Draft blank, blank_draft(*served));
    for (const Json& values : rows) {
      drafts.push_back(blank);
      const auto taken = take_values(*served, values, {form, Origin::request, false, false}, drafts.back());
      if (!taken) return told_at(drafts.size() - 1, taken.fault());
    }
    clear = always_unmasked(snapshot, *served);
    return prepare_batch(snapshot, served, drafts);
  }));
  std::vector<RecordId> ids;
  const int batch = rows.size() > 1 ? ++batches_ : 0;
  for (Draft& draft : drafts) {
    Effect effect;
    effect.served = served;
    effect.verb = "create";
    effect.clear = clear;
    effect.batch = batch;
    effect.place = ids.size();
    OB_TRY(effect.id.value, core_.ids.next());
    effect.changed = changed_columns(*served, draft);
    effect.after = std::move(draft.row);
    effect.after[kId] = effect.id.value;
    effect.after[kVersion] = std::int64_t{1};
    effect.after[kCreatedAt] = effect.after[kUpdatedAt] = context_.now_ms;
    if (!context_.caller.user.none()) effect.after[kCreatedBy] = effect.after[kUpdatedBy] = context_.caller.user.value;
    ids.push_back(effect.id);
    auto done = finish(std::move(effect));
    if (!done) return told_at(ids.size() - 1, std::move(done).fault());
  }
  return ids;
}

/// Loads the rows and adds to them as far as the snapshot allows; tells every row whose guard fails.
Result<void> UnitOfWork::prepare_changes(const Snapshot& snapshot, const Json& rows, const Predicate& guard,
                                         std::vector<Effect>& effects) const {
  const Served& served = *effects.front().served;
  const bool of_pool = served.entity.pool;
  std::vector<storage::Value> wanted;
  for (const Effect& effect : effects)
    if (own(served.name, effect.id.value) == nullptr) wanted.emplace_back(effect.id.value);
  std::unordered_map<std::int64_t, Loaded> stored;
  OB_CHECK(load_rows(snapshot, served, wanted, !of_pool, guard, stored));
  std::vector<std::size_t> failed;
  HeldPlaces places(effects.front().verb);
  for (std::size_t i = 0; i < effects.size(); ++i) {
    Effect& effect = effects[i];
    const Effect* written = own(served.name, effect.id.value);
    const auto found = stored.find(effect.id.value);
    if (written != nullptr ? written->after.empty() : found == stored.end())
      return told_at(i, faults::not_found(served.entity));
    effect.before = written != nullptr ? written->after : std::move(found->second.row);
    effect.clear = written != nullptr ? written->clear : found->second.clear;
    effect.expected = integer_of(effect.before[kVersion]);
    std::int64_t grant = 0;
    if (!of_pool && places.held(snapshot, served, effect.before, grant) == Held::no)
      return faults::forbidden(served.entity, effect.verb);
    OB_CHECK(take_deltas(rows[i].value("add", Json::object()), effect));
    OB_CHECK(take_is(rows[i].value("is", Json()), effect));
    const bool fits = written != nullptr || found->second.fits;
    if (add_deltas(context_, effect) && fits && still_is(effect)) continue;
    failed.push_back(i);
  }
  return failed.empty() ? Result<void>() : guard_failed(served.entity, failed);
}

Result<std::string> UnitOfWork::adjust_many(const std::string& entity, const Json& change) {
  if (!change.is_object()) return bad_change("/");
  for (auto it = change.begin(); it != change.end(); ++it)
    if (it.key() != "rows" && it.key() != "where" && it.key() != "quiet") return bad_change(it.key());
  const Json rows = change.value("rows", Json()), where = change.value("where", Json(""));
  const Json quiet = change.value("quiet", Json(false));
  if (!where.is_string()) return bad_change("where");
  if (!quiet.is_boolean()) return bad_change("quiet");
  if (!rows.is_array() || rows.empty() || rows.size() > kMostBatch) return too_many("rows");
  OB_CHECK(open_for(rows.size()));
  OB_TRY(const ServedPtr served, find_stored(core_, entity));
  std::vector<Effect> effects(rows.size());
  const int batch = rows.size() > 1 ? ++batches_ : 0;
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string at = fmt::format("rows/{}", i);
    if (!rows[i].is_object()) return bad_change(at);
    for (auto it = rows[i].begin(); it != rows[i].end(); ++it)
      if (it.key() != "id" && it.key() != "add" && it.key() != "is") return bad_change(at + "/" + it.key());
    const Json given = rows[i].value("id", Json());
    const auto id = given.is_string() ? RecordId::parse(given.get<std::string>()) : std::nullopt;
    if (!id || !seen.insert(id->value).second) return bad_change(at + "/id");
    effects[i].action = Action::adjust;
    effects[i].verb = "adjust";
    effects[i].served = served;
    effects[i].of_pool = served->entity.pool;
    effects[i].id = *id;
    effects[i].batch = batch;
    effects[i].place = i;
  }
  OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
    Predicate guard{"1=1", {}};
    if (!where.get_ref<const std::string&>().empty()) {
      OB_TRY(const Expression wanted, parse_filter(where.get<std::string>()));
      OB_TRY(guard, compile_filter({snapshot, *served, "t", true, true}, wanted));
    }
    OB_CHECK(prepare_changes(snapshot, rows, guard, effects));
    for (Effect& effect : effects) effect.guard = guard;
    return {};
  }));
  std::string answer = "[";
  for (Effect& effect : effects) {
    if (!quiet.get<bool>())
      answer += (answer.size() > 1 ? "," : "") + render_row(*served, effect.after, Form::abi, !effect.clear);
    if (effect.deltas.empty()) continue; // only looked at
    newest_[{entity, effect.id.value}] = effects_.size();
    effects_.push_back(std::move(effect));
  }
  return answer + "]";
}

} // namespace onebudget::records
