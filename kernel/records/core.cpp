#include "kernel/records/core.hpp"

#include "kernel/records/faults.hpp"

namespace onebudget::records {

std::shared_ptr<const Catalog::Map> Catalog::map() const {
  const std::lock_guard lock(mutex_);
  return map_;
}

ServedPtr Catalog::find(std::string_view name) const {
  const auto now = map();
  const auto found = now->find(name);
  return found == now->end() ? nullptr : found->second;
}

std::vector<ServedPtr> Catalog::all() const {
  const auto now = map();
  std::vector<ServedPtr> list;
  list.reserve(now->size());
  for (const auto& [name, served] : *now) list.push_back(served);
  return list;
}

void Catalog::put(const std::string& plugin, const std::vector<ServedPtr>& served) {
  const std::lock_guard lock(mutex_);
  auto next = std::make_shared<Map>();
  for (const auto& [name, one] : *map_)
    if (one->entity.plugin != plugin) next->emplace(name, one);
  for (const ServedPtr& one : served) (*next)[one->name] = one;
  map_ = std::move(next);
}

void Catalog::drop(const std::string& plugin) {
  const std::lock_guard lock(mutex_);
  auto next = std::make_shared<Map>();
  for (const auto& [name, served] : *map_)
    if (served->entity.plugin != plugin) next->emplace(name, served);
  map_ = std::move(next);
}

Result<Snapshot> open_snapshot(Core& core, storage::Session& session, const Context& context) {
  if (context.caller.kind == CallerKind::anonymous) return faults::unauthenticated();
  OB_TRY(auto rights, core.access.rights(session, context));
  return Snapshot{core, session, context, std::move(rights)};
}

Result<ServedPtr> find_served(const Core& core, std::string_view name) {
  ServedPtr served = core.catalog.find(name);
  if (!served) return faults::unknown_entity(name);
  return served;
}

Result<ServedPtr> find_stored(const Core& core, std::string_view name) {
  OB_TRY(ServedPtr served, find_served(core, name));
  if (!served->entity.view.empty()) return faults::read_only(served->entity);
  return served;
}

} // namespace onebudget::records
