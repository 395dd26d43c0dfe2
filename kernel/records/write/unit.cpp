#include "kernel/records/write/unit.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/compile.hpp"
#include "kernel/records/query/render.hpp"

namespace onebudget::records {

namespace {

constexpr std::size_t kMostEffects = 20'000;
constexpr int kDeepestHook = 8;
constexpr std::size_t kLongestComment = 2000;

bool only_computed(const Served& served, const std::vector<int>& changed) {
  return std::all_of(changed.begin(), changed.end(), [&](int column) {
    const Field& field = *served.columns[static_cast<std::size_t>(column)].field;
    return field.computed || field.readonly;
  });
}

storage::Value person(const Context& context) {
  if (context.caller.user.none()) return {};
  return context.caller.user.value;
}

Result<void> may(const Snapshot& snapshot, const Served& served, const std::string& verb) {
  if (snapshot.rights->unlimited() || snapshot.rights->may(served.entity.permission(verb))) return {};
  return faults::forbidden(served.entity, verb);
}

/// Some grant of `verb` holds the row's place, at least under a condition that the transaction will evaluate.
Result<void> may_at(const Snapshot& snapshot, const Served& served, const std::string& verb, const Row& row) {
  std::int64_t grant = 0;
  if (holds_place(snapshot, served, verb, place_of(row), grant) != Held::no) return {};
  return faults::forbidden(served.entity, verb);
}

} // namespace

access::Place place_of(const Row& row) {
  return {std::string(text_of(row[kOwnerPath])), static_cast<access::GovLevel>(integer_of(row[kGovLevel])),
          std::string(text_of(row[kDepartment]))};
}

bool editable(const Catalog& catalog, const ServedPtr& served, const Row& row, const Draft* draft,
              const State** state) {
  *state = nullptr;
  if (served->state_column >= 0) {
    *state = served->entity.state(text_of(row[static_cast<std::size_t>(served->state_column)]));
    return *state == nullptr || (*state)->editable;
  }
  if (draft == nullptr || !draft->parent_known) return true;
  std::string sql;
  const ServedPtr source = state_source(catalog, served, "t", sql);
  if (!source) return true;
  *state = source->entity.state(draft->parent_state);
  return *state == nullptr || (*state)->editable;
}

Result<void> check_unique(const Snapshot& snapshot, const Served& served, const Row& row, std::int64_t id) {
  for (const std::vector<int>& key : served.unique_keys()) {
    std::string where;
    storage::Params params;
    std::vector<const Field*> fields;
    bool whole = true;
    for (const int column : key) {
      const storage::Value& value = row[static_cast<std::size_t>(column)];
      whole = whole && !is_null(value);
      const Predicate equal = equals(snapshot, served, column, "", value);
      where += (where.empty() ? "" : " AND ") + equal.sql;
      params.insert(params.end(), equal.params.begin(), equal.params.end());
      fields.push_back(served.columns[static_cast<std::size_t>(column)].field);
    }
    if (!whole) continue;
    OB_TRY(const std::int64_t other,
           snapshot.session.integer(fmt::format("SELECT id FROM {} WHERE {}", served.table, where), params));
    if (other != 0 && other != id) return faults::taken_key(served.entity, fields);
  }
  return {};
}

const Effect* UnitOfWork::own(const std::string& entity, std::int64_t id) const {
  const auto found = newest_.find({entity, id});
  return found == newest_.end() ? nullptr : &effects_[found->second];
}

Result<void> UnitOfWork::open_for(std::size_t effects) const {
  if (done_)
    return fault(FaultKind::internal, "records.unit_ended", {"该工作单元已结束。", "This unit of work has ended."});
  if (effects_.size() + effects <= kMostEffects) return {};
  return fault(FaultKind::too_large, "records.unit_too_large",
               {"一次写入超过 20000 项。请分批。", "More than 20,000 writes at once. Split them."});
}

Result<Document> UnitOfWork::get(const std::string& entity, RecordId id, Form form) {
  OB_TRY(const ServedPtr served, find_served(core_, entity));
  if (const Effect* effect = own(entity, id.value)) {
    if (effect->after.empty()) return faults::not_found(served->entity);
    return Document{render_row(*served, effect->after, form, !effect->clear), id, integer_of(effect->after[kVersion])};
  }
  return quick<Document>(core_, context_,
                         [&](const Snapshot& snapshot) { return get_document(snapshot, served, id, form, {}); });
}

Result<Page> UnitOfWork::list(const std::string& entity, const Query& query) {
  OB_TRY(const ServedPtr served, find_served(core_, entity));
  auto page =
      quick<Page>(core_, context_, [&](const Snapshot& snapshot) { return list_page(snapshot, served, query); });
  if (page)
    for (const std::int64_t id : page->ids) found_.ids[entity + '\n'][id] = true; // it was visible
  return page;
}

Result<std::string> UnitOfWork::aggregate(const std::string& entity, const AggregateQuery& query) {
  OB_TRY(const ServedPtr served, find_served(core_, entity));
  return quick<std::string>(core_, context_,
                            [&](const Snapshot& snapshot) { return aggregate_rows(snapshot, served, query); });
}

Result<StoredRow> UnitOfWork::current(const Snapshot& snapshot, const Served& served, RecordId id,
                                      bool visible_only) const {
  if (const Effect* effect = own(served.name, id.value)) {
    if (effect->after.empty()) return faults::not_found(served.entity);
    return StoredRow{effect->after, effect->clear};
  }
  OB_TRY(auto stored, load_row(snapshot, served, id, visible_only));
  if (!stored) return faults::not_found(served.entity);
  return *std::move(stored);
}

std::function<const Row*(const std::string&, std::int64_t)> UnitOfWork::own_rows() const {
  return [this](const std::string& entity, std::int64_t id) -> const Row* {
    const Effect* effect = own(entity, id);
    return effect == nullptr || effect->after.empty() ? nullptr : &effect->after;
  };
}

/// Looks links up and checks everything that a snapshot can tell. Fills effect.after and effect.changed.
Result<void> UnitOfWork::prepare_values(const Snapshot& snapshot, Draft& draft, Effect& effect, Form form) const {
  const Served& served = *effect.served;
  Links links(effect.served, own_rows(), &found_);
  std::vector<Draft*> drafts{&draft};
  OB_CHECK(links.resolve(snapshot, drafts));
  // A hook may fill in what is missing, so that alone does not refuse yet; but without a place no right can be judged.
  const int place = std::max(served.owner_column, served.parent_column); // one of them, or none
  const bool placeless = place >= 0 && is_null(draft.row[static_cast<std::size_t>(place)]);
  if (!served.hooked || placeless || !draft.faults.empty()) check_required(served, draft);
  if (!draft.faults.empty()) return faults::invalid(served.entity, std::move(draft.faults));
  effect.changed = changed_columns(served, draft);
  effect.free_of_state = !draft.fresh() && form == Form::abi && only_computed(served, effect.changed);
  const State* state = nullptr;
  const bool own_initial = draft.fresh() && served.state_column >= 0;
  if (!own_initial && !effect.free_of_state &&
      !editable(core_.catalog, effect.served, draft.fresh() ? draft.row : draft.before, &draft, &state))
    return faults::not_editable(served.entity, state);
  OB_CHECK(may_at(snapshot, served, effect.verb, draft.row));
  OB_CHECK(check_unique(snapshot, served, draft.row, effect.id.value));
  effect.clear = effect.clear || always_unmasked(snapshot, served);
  effect.after = std::move(draft.row);
  return {};
}

Result<RecordId> UnitOfWork::create(const std::string& entity, const Json& values, Form form) {
  OB_CHECK(open_for());
  Effect effect;
  OB_TRY(effect.served, find_stored(core_, entity));
  effect.verb = "create";
  OB_TRY(const std::int64_t id, core_.ids.next());
  effect.id = RecordId{id};
  OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
    OB_CHECK(may(snapshot, *effect.served, effect.verb));
    OB_TRY(Draft draft, blank_draft(*effect.served));
    OB_CHECK(take_values(*effect.served, values, {form, Origin::request, false, false}, draft));
    return prepare_values(snapshot, draft, effect, form);
  }));
  effect.after[kId] = id;
  effect.after[kVersion] = std::int64_t{1};
  effect.after[kCreatedAt] = context_.now_ms;
  effect.after[kCreatedBy] = person(context_);
  effect.after[kUpdatedAt] = context_.now_ms;
  effect.after[kUpdatedBy] = person(context_);
  OB_CHECK(finish(std::move(effect)));
  return RecordId{id};
}

/// Loads the row for a change of any kind: visible, at the version that was read, and held by a grant of the verb.
Result<void> UnitOfWork::prepare_change(const Snapshot& snapshot, const ServedPtr& served, RecordId id,
                                        std::int64_t version, Effect& effect) const {
  OB_TRY(StoredRow stored, current(snapshot, *served, id, !effect.of_pool));
  effect.served = served;
  effect.id = id;
  effect.expected = version == kAnyVersion ? integer_of(stored.row[kVersion]) : version;
  effect.clear = stored.clear;
  if (!effect.of_pool) OB_CHECK(may_at(snapshot, *served, effect.verb, stored.row));
  if (integer_of(stored.row[kVersion]) != effect.expected) return faults::version_moved(served->entity);
  effect.before = std::move(stored.row);
  return {};
}

Result<void> UnitOfWork::update(const std::string& entity, RecordId id, std::int64_t version, const Json& changes,
                                Form form) {
  OB_CHECK(open_for());
  OB_TRY(const ServedPtr served, find_stored(core_, entity));
  Effect effect;
  effect.action = Action::update;
  effect.verb = "update";
  OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
    OB_CHECK(prepare_change(snapshot, served, id, version, effect));
    Draft draft = change_draft(*served, effect.before);
    OB_CHECK(take_values(*served, changes, {form, Origin::request, false, false}, draft));
    return prepare_values(snapshot, draft, effect, form);
  }));
  if (effect.changed.empty()) { // nothing differs: the record stays as it is
    effect.after = effect.before;
    effects_.push_back(std::move(effect));
    newest_[{entity, id.value}] = effects_.size() - 1;
    return {};
  }
  effect.after[kVersion] = version + 1;
  effect.after[kUpdatedAt] = context_.now_ms;
  effect.after[kUpdatedBy] = person(context_);
  return finish(std::move(effect));
}

Result<void> UnitOfWork::prepare_transition(const Snapshot& snapshot, Effect& effect) const {
  const Entity& entity = effect.served->entity;
  const Transition& transition = *effect.transition;
  (void)snapshot;
  const auto column = static_cast<std::size_t>(effect.served->state_column);
  const std::string from(text_of(effect.before[column]));
  if (std::find(transition.from.begin(), transition.from.end(), from) == transition.from.end()) {
    const State* state = entity.state(from);
    const std::string zh = state == nullptr ? from : state->title.zh,
                      en = state == nullptr ? from : state->title.in("en");
    return fault(
        FaultKind::conflict, "records.wrong_state",
        {fmt::format("{}处于“{}”状态，不能“{}”。请刷新后再看可用的操作。", entity.title.zh, zh, transition.title.zh),
         fmt::format("The {} is in state \"{}\"; \"{}\" is not possible from there. Reload to see what is.",
                     entity.title.in("en"), en, transition.title.in("en"))});
  }
  const std::int64_t me = context_.caller.user.value;
  if (transition.not_maker && me != 0)
    for (const int maker : {kCreatedBy, kUpdatedBy, kSubmittedBy})
      if (integer_of(effect.before[static_cast<std::size_t>(maker)]) == me)
        return fault(
            FaultKind::forbidden, "records.maker",
            {fmt::format("经办人不能对自己的{}执行“{}”。请由另一人办理。", entity.title.zh, transition.title.zh),
             fmt::format("Whoever made, changed or submitted the {} may not do \"{}\" on it. Another person has to.",
                         entity.title.in("en"), transition.title.in("en"))});
  effect.after = effect.before;
  effect.after[column] = transition.to;
  effect.changed = {effect.served->state_column};
  const State* state_before = entity.state(from);
  const State* state_after = entity.state(transition.to);
  const bool submitted =
      state_before != nullptr && state_before->editable && state_after != nullptr && !state_after->editable;
  if (submitted) effect.after[kSubmittedBy] = person(context_);
  return {};
}

Result<void> UnitOfWork::transition(const std::string& entity, RecordId id, std::int64_t version,
                                    const std::string& name, const std::string& comment) {
  OB_CHECK(open_for());
  OB_TRY(const ServedPtr served, find_stored(core_, entity));
  Effect effect;
  effect.action = Action::transition;
  effect.transition = served->entity.transition(name);
  effect.comment = comment;
  effect.served = served;
  effect.verb = effect.transition == nullptr ? "read" : effect.transition->permission;
  OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
    if (effect.transition == nullptr) {
      OB_TRY(const StoredRow stored, current(snapshot, *served, id, true));
      return fault(FaultKind::not_found, "records.unknown_transition",
                   {fmt::format("{}没有流转操作“{}”。", served->entity.title.zh, name.substr(0, 64)),
                    fmt::format("{} has no transition \"{}\".", served->entity.title.in("en"), name.substr(0, 64))});
    }
    OB_CHECK(prepare_change(snapshot, served, id, version, effect));
    return prepare_transition(snapshot, effect);
  }));
  Field field;
  field.name = "comment";
  field.type = FieldType::longtext;
  field.max = static_cast<int>(kLongestComment);
  field.title = {"意见", "Comment"};
  Parsed parsed;
  auto wrong = parse_value(field, Json(comment), Form::rest, Origin::request, parsed);
  if (!wrong && is_null(parsed.value) && effect.transition->comment == Transition::Comment::required)
    wrong = faults::at(field, "field.required", {"此操作须填写意见。", "This needs a comment."},
                       {"请写明理由。", "Say why."});
  if (wrong) return faults::invalid(served->entity, {*std::move(wrong)});
  effect.comment = effect.transition->comment == Transition::Comment::none ? "" : std::string(text_of(parsed.value));
  effect.after[kVersion] = version + 1;
  effect.after[kUpdatedAt] = context_.now_ms;
  effect.after[kUpdatedBy] = person(context_);
  return finish(std::move(effect));
}

Result<void> UnitOfWork::remove(const std::string& entity, RecordId id, std::int64_t version) {
  OB_CHECK(open_for());
  OB_TRY(const ServedPtr served, find_stored(core_, entity));
  Effect effect;
  effect.action = Action::remove;
  effect.verb = "delete";
  OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
    OB_CHECK(prepare_change(snapshot, served, id, version, effect));
    Draft draft = change_draft(*served, effect.before);
    if (served->parent_column >= 0) {
      Links links(served);
      std::vector<Draft*> drafts{&draft};
      OB_CHECK(links.resolve(snapshot, drafts));
    }
    const State* state = nullptr;
    if (!editable(core_.catalog, served, effect.before, &draft, &state))
      return faults::not_editable(served->entity, state);
    return {};
  }));
  return finish(std::move(effect));
}

Result<Verdict> UnitOfWork::run_hooks(const Effect& effect) {
  if (depth_ >= kDeepestHook)
    return fault(FaultKind::internal, "records.hooks_too_deep",
                 {"校验规则互相调用层数过多，请联系插件提供方。",
                  "Rules call each other too deeply; tell the plugin's vendor."});
  const auto as_json = [&](const Row& row) {
    return row.empty() ? Json() : Json::parse(render_row(*effect.served, row, Form::abi, false), nullptr, false);
  };
  const Json before = as_json(effect.before), after = as_json(effect.after);
  Change change{effect.action,
                effect.served->name,
                effect.id,
                effect.transition == nullptr ? "" : effect.transition->name,
                effect.before.empty() ? nullptr : &before,
                effect.after.empty() ? nullptr : &after};
  ++depth_;
  auto verdict = effect.served->hooks->validate(context_, *this, change);
  --depth_;
  if (!verdict || verdict->findings.empty()) return verdict;
  // What the rule could not fill in is told together with what it found.
  Draft draft;
  draft.row = effect.after;
  draft.faults = std::move(verdict->findings);
  if (!effect.after.empty()) check_required(*effect.served, draft);
  return faults::invalid(effect.served->entity, std::move(draft.faults));
}

/// Values that a hook gives, checked like the caller's own; then what is required must be there.
Result<void> UnitOfWork::take_assigned(const Json& assigned, Effect& effect) const {
  const Served& served = *effect.served;
  Draft draft;
  draft.row = effect.after;
  draft.before = effect.before;
  draft.given.resize(served.columns.size(), false);
  if (!assigned.is_object() || assigned.empty()) {
    check_required(served, draft);
    if (!draft.faults.empty()) return faults::invalid(served.entity, std::move(draft.faults));
    return {};
  }
  OB_CHECK(take_values(served, assigned, {Form::abi, Origin::request, false, true}, draft));
  return on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
    Links links(effect.served, own_rows(), &found_);
    std::vector<Draft*> drafts{&draft};
    OB_CHECK(links.resolve(snapshot, drafts));
    check_required(served, draft);
    if (!draft.faults.empty()) return faults::invalid(served.entity, draft.faults);
    effect.changed = changed_columns(served, draft);
    effect.after = draft.row;
    OB_CHECK(may_at(snapshot, served, effect.verb, effect.after));
    return check_unique(snapshot, served, effect.after, effect.id.value);
  });
}

Result<void> UnitOfWork::finish(Effect effect) {
  if (effect.served->hooks && effect.served->hooked) {
    OB_TRY(const Verdict verdict, run_hooks(effect));
    if (!effect.after.empty()) OB_CHECK(take_assigned(verdict.assign, effect));
  }
  newest_[{effect.served->name, effect.id.value}] = effects_.size();
  effects_.push_back(std::move(effect));
  return {};
}

Result<void> UnitOfWork::note(const audit::Entry& entry) {
  OB_CHECK(open_for(0));
  if (notes_.size() >= kMostEffects) return open_for(kMostEffects + 1);
  notes_.push_back(entry);
  return {};
}

Result<void> UnitOfWork::publish(const events::Event& event) {
  OB_CHECK(open_for(0));
  if (events_.size() >= kMostEffects) return open_for(kMostEffects + 1);
  events_.push_back(event);
  return {};
}

Result<void> UnitOfWork::apply_all(const Snapshot& snapshot) {
  Traces traces;
  OB_CHECK(apply_effects(snapshot, effects_, traces));
  traces.entries.insert(traces.entries.end(), notes_.begin(), notes_.end());
  traces.events.insert(traces.events.end(), events_.begin(), events_.end());
  OB_CHECK(traces.flush(snapshot));
  return at_commit_ ? at_commit_(snapshot.session) : Result<void>();
}

Result<void> UnitOfWork::commit() {
  OB_CHECK(open_for(0));
  done_ = true;
  const bool anything = std::any_of(effects_.begin(), effects_.end(), [](const Effect& effect) {
    return effect.action != Action::update || !effect.changed.empty();
  });
  if (!anything && notes_.empty() && events_.empty()) return {};
  bool moved = false;
  const auto apply = [&](storage::Session& session) -> Result<void> {
    std::shared_ptr<const access::Rights> known;
    if (!moved) {
      OB_TRY(known, core_.access.known_rights(session, context_));
    }
    if (!known) {
      OB_TRY(const Snapshot snapshot, open_snapshot(core_, session, context_));
      return apply_all(snapshot);
    }
    auto done = apply_all({core_, session, context_, known});
    const auto current = core_.access.current(session, *known);
    if (!current) return done ? Result<void>(current.fault()) : done;
    moved = !*current;
    return moved ? faults::unauthenticated() : done; // only to roll back
  };
  auto written = core_.database.write(context_, apply);
  if (moved) written = core_.database.write(context_, apply);
  if (written) {
    core_.outbox.wake();
    return {};
  }
  if (written.fault().code != "storage.unique") return written;
  // Somebody else took a key between the check and the commit: say which.
  OB_CHECK(on_snapshot(core_, context_, [&](const Snapshot& snapshot) -> Result<void> {
    for (const Effect& effect : effects_)
      if (!effect.after.empty()) OB_CHECK(check_unique(snapshot, *effect.served, effect.after, effect.id.value));
    return {};
  }));
  return fault(FaultKind::conflict, "records.key_taken",
               {"写入的数据中有重复的唯一键。请核对后再试。",
                "Two of the written records have the same unique key. Check and try again."});
}

Document UnitOfWork::last(Form form) const {
  if (effects_.empty() || effects_.back().after.empty()) return {};
  // A hook may have written other rows first; the caller's own effect is the last.
  const Effect& effect = effects_.back();
  return {render_row(*effect.served, effect.after, form, !effect.clear), effect.id, integer_of(effect.after[kVersion])};
}

} // namespace onebudget::records
