#include "kernel/access/access.hpp"

#include <algorithm>

#include "access_schema.hpp"
#include "kernel/access/rule/ranges.hpp"
#include "kernel/access/state.hpp"
#include "kernel/access/store.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::access {

Conflicts Access::State::all_conflicts() const {
  const std::lock_guard lock(mutex);
  Conflicts all;
  for (const auto& [plugin, pairs] : conflicts) all.insert(all.end(), pairs.begin(), pairs.end());
  return all;
}

PermissionList Access::State::declared_now() const {
  const std::lock_guard lock(mutex);
  return declared;
}

Result<void> Access::State::note(storage::Session& session, const Context& context, std::string action,
                                 std::string subject, std::string subject_id, std::string owner_path,
                                 std::string detail) {
  audit::Entry entry;
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.subject_id = std::move(subject_id);
  entry.owner_path = std::move(owner_path);
  entry.detail = std::move(detail);
  return audit.append(session, context, entry);
}

Access::Access(storage::Database& database, storage::IdBlocks& ids, audit::Log& audit, const Clock& clock)
    : state_(std::make_unique<State>(database, ids, audit, clock)) {
  set_permissions("", kernel_permissions());
}

Access::~Access() = default;

std::vector<storage::Migration> Access::migrations() {
  // parent_id is 0 for the root; kind, gov_level and reach are the numbers of the enumerations.
  return {{"kernel.access", 1, "access", kAccessSchema},
          {"kernel.access", 2, "origin of grants", kOriginSchema},
          {"kernel.access", 3, "moves of nodes", kMovesSchema}};
}

void Access::set_permissions(const std::string& plugin, std::vector<Permission> permissions) {
  const std::lock_guard lock(state_->mutex);
  if (permissions.empty())
    state_->permissions.erase(plugin);
  else
    state_->permissions[plugin] = std::move(permissions);
  auto all = std::make_shared<std::vector<Permission>>();
  for (const auto& [owner, list] : state_->permissions) all->insert(all->end(), list.begin(), list.end());
  std::sort(all->begin(), all->end(), [](const Permission& a, const Permission& b) { return a.code < b.code; });
  state_->declared = std::move(all);
  ++state_->generation;
  state_->cache.clear();
}

std::vector<Permission> Access::permissions() const { return *state_->declared_now(); }

void Access::set_conflicts(const std::string& plugin, std::vector<Conflict> pairs) {
  const std::lock_guard lock(state_->mutex);
  if (pairs.empty())
    state_->conflicts.erase(plugin);
  else
    state_->conflicts[plugin] = std::move(pairs);
  ++state_->generation;
  state_->cache.clear();
}

void Access::set_service_permissions(const std::string& service, std::vector<std::string> permissions) {
  const std::lock_guard lock(state_->mutex);
  if (permissions.empty()) {
    state_->services.erase(service);
    return;
  }
  std::vector<Effective> effective{{std::make_shared<const Patterns>(std::move(permissions)), {}, whole_tree()}};
  state_->services[service] = std::make_shared<const RightsSet>(std::move(effective), state_->declared, 0);
}

namespace {

/// What a token's grants are worth: each only as far as some grant of the owner reaches now.
std::vector<Effective> token_rights(const std::vector<Effective>& token, const std::vector<Effective>& owner) {
  std::vector<Effective> result;
  for (const Effective& mine : token) {
    for (const Effective& theirs : owner) {
      if (std::optional<Effective> both = limited(mine, theirs)) result.push_back(std::move(*both));
    }
  }
  return result;
}

std::vector<Effective> effective_of(const GrantGraph& graph, std::int64_t token_id, std::int64_t now_ms) {
  std::vector<Effective> own, token;
  for (const GrantRow& row : graph.own()) {
    if (row.grant.token_id != 0 && row.grant.token_id != token_id) continue;
    std::optional<Effective> effective = graph.effective(row, now_ms);
    if (effective) (row.grant.token_id == 0 ? own : token).push_back(std::move(*effective));
  }
  if (token_id != 0) own = token_rights(token, own);
  if (graph.moving()) set_aside(own, *graph.moving());
  return own;
}

/// People and tokens have grants; services have what they were given at once.
bool has_grants(const Caller& caller) {
  const bool person = caller.kind == CallerKind::person && caller.token_id == 0;
  const bool token = caller.kind == CallerKind::token && caller.token_id > 0;
  return (person || token) && !caller.user.none();
}

} // namespace

Result<std::int64_t> Access::version(storage::Session& session) {
  if (session.kept == nullptr) return session.integer(kVersionQuestion);
  if (!session.kept->has_value()) {
    OB_TRY(*session.kept, session.asked());
  }
  return session.kept->value();
}

Result<std::shared_ptr<const Rights>> Access::known_rights(storage::Session& session, const Context& context) {
  std::shared_ptr<const Rights> known;
  const Caller& caller = context.caller;
  if (!has_grants(caller) || !caller.limited_by.none() || session.kept != nullptr) return known;
  {
    const std::lock_guard lock(state_->mutex);
    if (const State::Cached* cached = state_->cached(caller, context.now_ms)) known = cached->rights;
  }
  if (known) OB_CHECK(session.ask(kVersionQuestion));
  return known;
}

Result<bool> Access::current(storage::Session& session, const Rights& known) {
  OB_TRY(const std::int64_t version, session.asked());
  return version == known.version();
}

Result<std::shared_ptr<const Rights>> Access::rights(storage::Session& session, const Context& context) {
  if (!has_grants(context.caller)) return rights(session, context, 0);
  OB_TRY(const std::int64_t now, version(session));
  return rights(session, context, now);
}

Result<std::shared_ptr<const Rights>> Access::rights(storage::Session& session, const Context& context,
                                                     std::int64_t version) {
  const Caller& caller = context.caller;
  if (!has_grants(caller)) {
    const PermissionList declared = state_->declared_now();
    if (caller.kind == CallerKind::service && caller.name == "system") {
      return std::shared_ptr<const Rights>(std::make_shared<const UnlimitedRights>(declared));
    }
    const std::lock_guard lock(state_->mutex);
    const auto service =
        caller.kind == CallerKind::service ? state_->services.find(caller.name) : state_->services.end();
    if (service != state_->services.end()) return service->second;
    return std::shared_ptr<const Rights>(std::make_shared<const RightsSet>(std::vector<Effective>(), declared, 0));
  }
  if (!caller.limited_by.none()) {
    OB_TRY(const GrantGraph graph, GrantGraph::load(session, caller.user));
    OB_TRY(const GrantGraph limit, GrantGraph::load(session, caller.limited_by));
    auto both = token_rights(effective_of(graph, caller.token_id, context.now_ms),
                             effective_of(limit, caller.limited_by_token, context.now_ms));
    return std::shared_ptr<const Rights>(
        std::make_shared<const RightsSet>(std::move(both), state_->declared_now(), version));
  }
  State::Cached fresh;
  PermissionList declared;
  {
    const std::lock_guard lock(state_->mutex);
    const State::Cached* cached = state_->cached(caller, context.now_ms);
    if (cached != nullptr && cached->version == version) return cached->rights;
    fresh.generation = state_->generation;
    declared = state_->declared;
  }
  OB_TRY(const GrantGraph graph, GrantGraph::load(session, caller.user));
  std::tie(fresh.from_ms, fresh.until_ms) = graph.window(context.now_ms);
  fresh.version = version;
  fresh.rights =
      std::make_shared<const RightsSet>(effective_of(graph, caller.token_id, context.now_ms), declared, version);
  const std::lock_guard lock(state_->mutex);
  if (fresh.generation == state_->generation) {
    if (state_->cache.size() >= State::kMostCached) state_->cache.clear();
    State::Cached& slot = state_->cache[{caller.user.value, caller.token_id}];
    if (slot.version <= version) slot = fresh; // an older snapshot does not push out newer rights
  }
  return fresh.rights;
}

Result<std::shared_ptr<const Rights>> Access::rights(const Context& context) {
  return storage::answer<std::shared_ptr<const Rights>>(
      state_->database, context, false, [&](storage::Session& session) { return rights(session, context); });
}

} // namespace onebudget::access
