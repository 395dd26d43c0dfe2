// The face of the room: finds the entity, opens a snapshot or a unit, and hands on.

#include "kernel/records/records.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/abilities.hpp"
#include "kernel/records/core.hpp"
#include "kernel/records/faults.hpp"
#include "kernel/records/import/import.hpp"
#include "kernel/records/query/read.hpp"
#include "kernel/records/query/view.hpp"
#include "kernel/records/rollup/rollup.hpp"
#include "kernel/records/schema/store.hpp"
#include "kernel/records/search/search.hpp"
#include "kernel/records/write/default_value.hpp"
#include "kernel/records/write/history.hpp"
#include "kernel/records/write/reseal.hpp"
#include "kernel/records/write/unit.hpp"
#include "sdk/query/filter.hpp"

namespace onebudget::records {

struct Records::State : Core {
  using Core::Core;
  State(storage::Database& database_in, storage::IdBlocks& ids_in, access::Access& access_in, audit::Log& audit_in,
        events::Outbox& outbox_in, const Clock& clock_in)
      : Core{database_in, ids_in, access_in, audit_in, outbox_in, clock_in, {}} {}
  std::function<void()> sealing_wanted;
};

namespace {

/// A view's SQL and its sources.
void check_view(const Entity& entity, const std::function<bool(const std::string&)>& known, bool targets_must_exist,
                std::vector<FieldFault>& refusals) {
  const std::string pointer = "/" + entity.full_name() + "/view";
  const auto view = read_view(entity.view);
  if (!view) {
    refusals.push_back({pointer, view.fault().code, view.fault().message, {"请改正 SQL。", "Correct the SQL."}});
    return;
  }
  for (const std::string& source : view->sources)
    if (targets_must_exist && !known(source))
      refusals.push_back(
          {pointer,
           "records.unknown_target",
           {fmt::format("视图的来源“{}”不存在或未启用。", source),
            fmt::format("The view's source \"{}\" is not there or not enabled.", source)},
           {"请先启用提供该实体的插件，或改正名称。", "Enable the plugin that brings it first, or correct the name."}});
}

/// What only the declaration itself can show to be wrong once all entities are known.
std::vector<FieldFault> check_set(const Core& core, const std::vector<Entity>& entities, bool targets_must_exist) {
  std::vector<FieldFault> refusals;
  const auto known = [&](const std::string& name) -> bool {
    return core.catalog.find(name) != nullptr ||
           std::any_of(entities.begin(), entities.end(),
                       [&](const Entity& other) { return other.full_name() == name; });
  };
  const auto is_view = [&](const std::string& name) {
    const ServedPtr served = core.catalog.find(name);
    return (served && !served->entity.view.empty()) ||
           std::any_of(entities.begin(), entities.end(),
                       [&](const Entity& other) { return other.full_name() == name && !other.view.empty(); });
  };
  for (const Entity& entity : entities) {
    if (!entity.view.empty()) check_view(entity, known, targets_must_exist, refusals);
    for (const Field& field : entity.fields) {
      const std::string pointer = "/" + entity.full_name() + "/" + field.name;
      if (field.type == FieldType::ref && targets_must_exist && (!known(field.ref_entity) || is_view(field.ref_entity)))
        refusals.push_back(
            {pointer,
             "records.unknown_target",
             {fmt::format("引用的实体“{}”不存在或未启用。", field.ref_entity),
              fmt::format("The entity \"{}\" it points to is not there or not enabled.", field.ref_entity)},
             {"请先启用提供该实体的插件，或改正名称。",
              "Enable the plugin that brings it first, or correct the name."}});
      if (!field.ref_filter.empty()) {
        const auto parsed = parse_filter(field.ref_filter);
        if (!parsed)
          refusals.push_back({pointer,
                              parsed.fault().code,
                              parsed.fault().message,
                              {"请改正该字段的 filter。", "Correct the field's filter."}});
      }
      if (!field.default_value.is_null()) {
        const auto value = default_value(field);
        if (!value)
          refusals.push_back(
              {pointer, value.fault().code, value.fault().message, {"请改正 default。", "Correct the default."}});
      }
    }
  }
  return refusals;
}

Fault refused(const std::string& plugin, std::vector<FieldFault> refusals) {
  const Text first = refusals.front().message;
  return fault(FaultKind::conflict, "records.schema_refused",
               {fmt::format("插件“{}”的数据结构无法启用：{}", plugin, first.zh),
                fmt::format("The data of plugin \"{}\" cannot be enabled: {}", plugin, first.en)},
               std::move(refusals));
}

/// Where the row stands, whoever asks; nothing when there is none.
Result<std::optional<access::Place>> place_of(storage::Session& session, const Served& served, RecordId id) {
  OB_TRY(const auto rows,
         session.query("SELECT owner_path, gov_level, department_code FROM " + served.table + " WHERE id = ?",
                       {id.value}));
  OB_TRY(const bool found, rows->next());
  if (!found) return std::optional<access::Place>();
  return std::optional<access::Place>(access::Place{
      std::string(rows->text(0)), static_cast<access::GovLevel>(rows->integer(1)), std::string(rows->text(2))});
}

/// A unit of one effect, and of what rules add to it: run again when one of their rows moved.
template <class Fn>
Result<Document> run_unit(Core& core, const Context& context, Form form, Fn fn, const Receipt& receipt = {}) {
  for (int reruns = 0;; ++reruns) {
    UnitOfWork unit(core, context);
    OB_CHECK(fn(unit));
    if (receipt) unit.at_commit([&](storage::Session& session) { return receipt(session, unit.last(form)); });
    const auto committed = unit.commit();
    if (committed) return unit.last(form);
    if (!overtaken(committed.fault()) || reruns == kMostReruns) return committed.fault();
  }
}

} // namespace

Records::Records(storage::Database& database, storage::IdBlocks& ids, access::Access& access, audit::Log& audit,
                 events::Outbox& outbox, const Clock& clock)
    : state_(std::make_unique<State>(database, ids, access, audit, outbox, clock)) {}
Records::~Records() = default;

std::vector<storage::Migration> Records::migrations() { return record_migrations(); }

Result<Records::SchemaPlan> Records::plan(const std::string& plugin, const std::vector<Entity>& entities, bool older) {
  (void)plugin;
  SchemaPlan plan;
  plan.refusals = check_set(*state_, entities, false);
  OB_CHECK(state_->database.read(Context::system(state_->clock), [&](storage::Session& session) -> Result<void> {
    for (const Entity& entity : entities) {
      if (!entity.view.empty()) continue;
      OB_TRY(TableChange change, compare(session, Served(entity), older));
      std::move(change.actions.begin(), change.actions.end(), std::back_inserter(plan.actions));
      std::move(change.refusals.begin(), change.refusals.end(), std::back_inserter(plan.refusals));
    }
    return {};
  }));
  return plan;
}

Result<void> Records::enable(const Context& context, const std::string& plugin, const std::vector<Entity>& entities,
                             std::shared_ptr<Hooks> hooks, const std::vector<std::string>& hooked_entities,
                             bool older) {
  std::vector<FieldFault> wrong = check_set(*state_, entities, true);
  if (!wrong.empty()) return refused(plugin, std::move(wrong));
  std::vector<std::shared_ptr<Served>> served;
  for (const Entity& entity : entities) {
    served.push_back(std::make_shared<Served>(entity));
    served.back()->hooks = hooks;
    served.back()->hooked = hooks != nullptr && std::find(hooked_entities.begin(), hooked_entities.end(),
                                                          entity.name) != hooked_entities.end();
  }
  std::vector<std::int64_t> numbers;
  bool to_fill = false, to_seal = false;
  OB_CHECK(state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    numbers.clear();
    to_seal = false;
    for (const auto& one : served) {
      if (!one->entity.view.empty()) {
        numbers.push_back(0);
        continue;
      }
      OB_TRY(const TableChange change, compare(session, *one, older));
      if (!change.refusals.empty()) return refused(plugin, change.refusals);
      OB_TRY(const std::int64_t number, apply(session, context, *one, change));
      OB_TRY(const bool stale, prepare_sealed(session, state_->vault, *one, number));
      to_seal = to_seal || stale;
      OB_TRY(const bool empty, prepare_rollups(session, *one));
      OB_CHECK(prepare_search(session, *one));
      to_fill = to_fill || empty;
      numbers.push_back(number);
      if (change.same) continue;
      audit::Entry entry;
      entry.action = "records.schema";
      entry.subject = one->name;
      entry.subject_id = std::to_string(number);
      entry.reason = "enable";
      entry.detail = Json{{"actions", change.actions}}.dump();
      OB_CHECK(state_->audit.append(session, context, entry));
    }
    return {};
  }));
  std::vector<ServedPtr> ready;
  for (std::size_t i = 0; i < served.size(); ++i) {
    served[i]->number = numbers[i];
    ready.push_back(served[i]);
  }
  state_->catalog.put(plugin, ready);
  auto tried = on_snapshot(*state_, context, [&](const Snapshot& snapshot) -> Result<void> {
    for (const ServedPtr& one : ready) OB_CHECK(try_view(snapshot, *one));
    return {};
  });
  if (!tried) state_->catalog.drop(plugin);
  if (!tried) return tried;
  if (to_seal && state_->sealing_wanted) state_->sealing_wanted();
  for (bool more = true; more;) {
    OB_TRY(more, index_search());
  }
  if (!to_fill) return {};
  for (const ServedPtr& one : ready) OB_CHECK(onebudget::records::check_rollups(*state_, context, *one));
  OB_CHECK(fold_rollups());
  return {};
}

Result<void> Records::use_keys(const Context& context, Sealing sealing) {
  OB_CHECK(
      state_->database.write(context, [&](storage::Session& session) { return check_keys(session, *sealing.keys); }));
  state_->vault = Vault(sealing.keys, std::move(sealing.broken));
  state_->sealing_wanted = std::move(sealing.wanted);
  return {};
}

Result<bool> Records::knows_keys() {
  bool any = false;
  OB_CHECK(state_->database.read(Context::system(state_->clock), [&](storage::Session& session) -> Result<void> {
    OB_TRY(const auto key, session.scalar("SELECT 1 FROM records_keys LIMIT 1"));
    any = key.has_value();
    return {};
  }));
  return any;
}

Result<std::int64_t> Records::seal_stored(const Context& context,
                                          const std::function<bool(std::int64_t sealed)>& go_on) {
  std::int64_t sealed = 0;
  for (const ServedPtr& served : state_->catalog.all()) {
    if (served->encrypted.empty() || !served->entity.view.empty()) continue;
    bool stale = false;
    OB_CHECK(state_->database.write(context, [&](storage::Session& session) -> Result<void> {
      OB_TRY(stale, prepare_sealed(session, state_->vault, *served, served->number));
      return {};
    }));
    if (!stale) continue;
    OB_TRY(const bool done, reseal(*state_, context, *served, go_on, sealed));
    if (!done) return -1;
  }
  return sealed;
}

void Records::disable(const std::string& plugin) { state_->catalog.drop(plugin); }

std::shared_ptr<const Entity> Records::entity(std::string_view name) const {
  ServedPtr served = state_->catalog.find(name);
  if (!served) return nullptr;
  const Entity* inside = &served->entity;
  return {std::move(served), inside};
}

std::vector<std::shared_ptr<const Entity>> Records::entities() const {
  std::vector<std::shared_ptr<const Entity>> list;
  for (ServedPtr& served : state_->catalog.all()) {
    const Entity* inside = &served->entity;
    list.emplace_back(std::move(served), inside);
  }
  return list;
}

Result<Abilities> Records::abilities(const Context& context, const std::string& entity) {
  OB_TRY(const ServedPtr served, find_served(*state_, entity));
  return quick<Abilities>(*state_, context, [&](const Snapshot& snapshot) -> Result<Abilities> {
    return entity_abilities(snapshot, *served);
  });
}

Result<Abilities> Records::abilities(const Context& context, const std::string& entity, RecordId id) {
  OB_TRY(const ServedPtr served, find_served(*state_, entity));
  return quick<Abilities>(*state_, context, [&](const Snapshot& snapshot) -> Result<Abilities> {
    OB_TRY(const auto stored, load_row(snapshot, *served, id, true));
    if (!stored) return faults::not_found(served->entity);
    return row_abilities(snapshot, served, id, stored->row);
  });
}

Result<Page> Records::list(const Context& context, const std::string& entity, const Query& query) {
  return UnitOfWork(*state_, context).list(entity, query);
}

Result<Document> Records::get(const Context& context, const std::string& entity, RecordId id, Form form,
                              const std::vector<std::string>& expand) {
  OB_TRY(const ServedPtr served, find_served(*state_, entity));
  return quick<Document>(*state_, context,
                         [&](const Snapshot& snapshot) { return get_document(snapshot, served, id, form, expand); });
}

Result<Records::Shown> Records::show(const Context& context, const std::string& entity, RecordId id,
                                     const std::vector<std::string>& expand) {
  OB_TRY(const ServedPtr served, find_served(*state_, entity));
  Shown shown;
  OB_CHECK(on_quick_snapshot(*state_, context, [&](const Snapshot& snapshot) -> Result<void> {
    OB_TRY(const auto stored, load_row(snapshot, *served, id, true));
    if (!stored) return faults::not_found(served->entity);
    OB_TRY(shown.document, document_of(snapshot, *served, id, *stored, Form::rest, expand));
    OB_TRY(shown.can, row_abilities(snapshot, served, id, stored->row));
    return {};
  }));
  return shown;
}

Result<Document> Records::get_as_of(const Context& context, const std::string& entity, RecordId id, std::int64_t at_ms,
                                    const std::vector<std::string>& expand) {
  OB_TRY(const ServedPtr served, find_served(*state_, entity));
  return quick<Document>(*state_, context,
                         [&](const Snapshot& snapshot) { return document_as_of(snapshot, served, id, at_ms, expand); });
}

Result<std::string> Records::aggregate(const Context& context, const std::string& entity, const AggregateQuery& query) {
  return UnitOfWork(*state_, context).aggregate(entity, query);
}

Result<int> Records::fold_rollups() {
  for (int folded = 0;;) {
    OB_TRY(const int some, fold_deltas(*state_, Context::system(state_->clock)));
    folded += some;
    if (some < kFoldedAtOnce) return folded;
  }
}

Result<bool> Records::index_search() { return index_pending(*state_, Context::system(state_->clock)); }

Result<std::vector<RollupDifference>> Records::check_rollups() {
  std::vector<RollupDifference> all;
  const Context context = Context::system(state_->clock);
  for (const ServedPtr& served : state_->catalog.all()) {
    OB_TRY(const auto found, onebudget::records::check_rollups(*state_, context, *served));
    all.insert(all.end(), found.begin(), found.end());
  }
  OB_CHECK(fold_rollups());
  return all;
}

Result<Records::HistoryPage> Records::history(const Context& context, const std::string& entity, RecordId id,
                                              const std::string& cursor, int limit) {
  OB_TRY(const ServedPtr served, find_served(*state_, entity));
  return quick<HistoryPage>(
      *state_, context, [&](const Snapshot& snapshot) { return history_page(snapshot, served, id, cursor, limit); });
}

bool Records::visible(const Context& context, const std::string& entity, RecordId id) {
  return visible_to({&context}, entity, id).front();
}

std::vector<bool> Records::visible_to(const std::vector<const Context*>& callers, const std::string& entity,
                                      RecordId id) {
  std::vector<bool> seen(callers.size(), false);
  const ServedPtr served = state_->catalog.find(entity);
  if (!served) return seen;
  const Context system = Context::system(state_->clock);
  const auto read = state_->database.read(system, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const std::int64_t version, state_->access.version(session));
    OB_TRY(const auto place, place_of(session, *served, id));
    for (std::size_t i = 0; place && i < callers.size(); ++i) {
      if (callers[i]->caller.kind == CallerKind::anonymous) continue;
      OB_TRY(auto rights, state_->access.rights(session, *callers[i], version));
      const Snapshot snapshot{*state_, session, *callers[i], std::move(rights)};
      std::int64_t grant = 0;
      if (!served->entity.is_public && holds_place(snapshot, *served, "read", *place, grant) == Held::no) continue;
      OB_TRY(const auto stored, load_row(snapshot, *served, id, true));
      seen[i] = stored.has_value();
    }
    return {};
  });
  if (!read) seen.assign(callers.size(), false);
  return seen;
}

Result<bool> Records::admits(const std::string& entity, RecordId id, const access::Scope& scope, bool read) {
  OB_TRY(const ServedPtr served, find_stored(*state_, entity));
  bool found = false;
  const Context context = Context::system(state_->clock);
  OB_CHECK(on_snapshot(*state_, context, [&](const Snapshot& snapshot) -> Result<void> {
    OB_TRY(const Predicate where, admitted(snapshot, *served, {scope}, "t", read));
    storage::Params params{id.value};
    params.insert(params.end(), where.params.begin(), where.params.end());
    OB_TRY(const auto row,
           snapshot.session.scalar(fmt::format("SELECT 1 FROM {} t WHERE t.id = ? AND {}", served->table, where.sql),
                                   params));
    found = row.has_value();
    return {};
  }));
  return found;
}

std::unique_ptr<Unit> Records::begin(const Context& context) { return std::make_unique<UnitOfWork>(*state_, context); }

Result<access::Place> Records::place(const std::string& entity, RecordId id) {
  OB_TRY(const ServedPtr served, find_stored(*state_, entity));
  access::Place place;
  OB_CHECK(state_->database.read(Context::system(state_->clock), [&](storage::Session& session) -> Result<void> {
    OB_TRY(const auto found, place_of(session, *served, id));
    if (!found) return fault(FaultKind::not_found, "records.not_found", {"没有找到。", "Not found."});
    place = *found;
    return {};
  }));
  return place;
}

Result<Document> Records::create(const Context& context, const std::string& entity, const Json& values, Form form,
                                 const Receipt& receipt) {
  return run_unit(
      *state_, context, form,
      [&](UnitOfWork& unit) -> Result<void> {
        OB_TRY([[maybe_unused]] const RecordId id, unit.create(entity, values, form));
        return {};
      },
      receipt);
}

Result<Document> Records::update(const Context& context, const std::string& entity, RecordId id, std::int64_t version,
                                 const Json& changes, Form form) {
  return run_unit(*state_, context, form,
                  [&](UnitOfWork& unit) { return unit.update(entity, id, version, changes, form); });
}

Result<Document> Records::transition(const Context& context, const std::string& entity, RecordId id,
                                     std::int64_t version, const std::string& name, const std::string& comment,
                                     const Receipt& receipt) {
  return run_unit(
      *state_, context, Form::rest,
      [&](UnitOfWork& unit) { return unit.transition(entity, id, version, name, comment); }, receipt);
}

Result<void> Records::remove(const Context& context, const std::string& entity, RecordId id, std::int64_t version) {
  OB_CHECK(run_unit(*state_, context, Form::rest, [&](UnitOfWork& unit) { return unit.remove(entity, id, version); }));
  return {};
}

Result<ImportReport> Records::import(const Context& context, const std::string& entity, const ByteSource& source,
                                     const ImportOptions& options) {
  OB_TRY(const ServedPtr served, find_stored(*state_, entity));
  OB_TRY(const RawTable table, open_table(*served, source, options.format));
  return import_rows(*state_, context, served, table, {Form::rest, Origin::file, false, true}, options);
}

Result<ImportReport> Records::upsert(const Context& context, const std::string& entity, const std::vector<Json>& rows,
                                     Form form, const ImportOptions& options) {
  OB_TRY(const ServedPtr served, find_stored(*state_, entity));
  std::size_t at = 0;
  const RawTable table{{}, [&](RawRow& row) -> Result<bool> {
                         if (at == rows.size()) return false;
                         row.object = rows[at++];
                         row.line = static_cast<std::int64_t>(at);
                         return true;
                       }};
  return import_rows(*state_, context, served, table, {form, Origin::request, false, true}, options);
}

Result<void> Records::export_to(const Context& context, const std::string& entity, const Query& query,
                                const std::string& format, const ByteSink& sink) {
  OB_TRY(const ServedPtr served, find_served(*state_, entity));
  return export_rows(*state_, context, served, query, format, sink);
}

Result<std::string> Records::import_template(const Context& context, const std::string& entity,
                                             const std::string& format) {
  OB_TRY(const ServedPtr served, find_stored(*state_, entity));
  return template_file(context, *served, format);
}

} // namespace onebudget::records
