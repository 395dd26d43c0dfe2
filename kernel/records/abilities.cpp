#include "kernel/records/abilities.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/read.hpp"
#include "kernel/records/write/links.hpp"
#include "kernel/records/write/unit.hpp"

namespace onebudget::records {

namespace {

/// By any grant; public rows need one at the root to be written.
bool may_write(const Snapshot& snapshot, const Served& served, std::string_view verb) {
  if (snapshot.rights->unlimited()) return true;
  const std::vector<access::Scope>& scopes = snapshot.rights->scopes(served.entity.permission(verb));
  if (!served.entity.is_public) return !scopes.empty();
  return std::any_of(scopes.begin(), scopes.end(),
                     [](const access::Scope& scope) { return scope.root || scope.grant_id == 0; });
}

class RowAbilities {
 public:
  RowAbilities(const Snapshot& snapshot, const ServedPtr& served, RecordId id, const Row& row)
      : snapshot_(snapshot), served_(served), id_(id), row_(row) {}

  Result<bool> holds(const std::string& verb) {
    std::int64_t grant = 0;
    const Held answer = holds_place(snapshot_, *served_, verb, place_of(row_), grant);
    if (answer != Held::if_condition) return answer == Held::yes;
    OB_TRY(const Predicate predicate, held(snapshot_, *served_, verb));
    storage::Params params{id_.value};
    params.insert(params.end(), predicate.params.begin(), predicate.params.end());
    OB_TRY(const auto found,
           snapshot_.session.scalar(
               fmt::format("SELECT 1 FROM {} t WHERE t.id = ? AND {}", served_->table, predicate.sql), params));
    return found.has_value();
  }

  Result<bool> can_change() {
    Draft draft = change_draft(*served_, row_);
    if (served_->parent_column >= 0) {
      Links links(served_);
      std::vector<Draft*> drafts{&draft};
      OB_CHECK(links.resolve(snapshot_, drafts));
    }
    const State* state = nullptr;
    return editable(snapshot_.core.catalog, served_, row_, &draft, &state);
  }

  [[nodiscard]] bool maker() const {
    const std::int64_t me = snapshot_.context.caller.user.value;
    return me != 0 && (integer_of(row_[kCreatedBy]) == me || integer_of(row_[kUpdatedBy]) == me ||
                       integer_of(row_[kSubmittedBy]) == me);
  }

 private:
  const Snapshot& snapshot_;
  const ServedPtr& served_;
  RecordId id_;
  const Row& row_;
};

} // namespace

Abilities entity_abilities(const Snapshot& snapshot, const Served& served) {
  Abilities can;
  const auto may = [&](std::string_view verb) { return may_write(snapshot, served, verb); };
  can.read = may_read(snapshot, served);
  can.export_ = can.read &&
                (snapshot.rights->unlimited() || !snapshot.rights->scopes(served.entity.permission("export")).empty());
  if (!served.entity.view.empty()) return can;
  can.create = may("create");
  can.update = may("update");
  can.remove = may("delete");
  can.import = may("import");
  for (const Transition& transition : served.entity.transitions)
    if (may(transition.permission)) can.transitions.push_back(transition.name);
  return can;
}

Result<Abilities> row_abilities(const Snapshot& snapshot, const ServedPtr& served, RecordId id, const Row& stored) {
  Abilities can = entity_abilities(snapshot, *served);
  RowAbilities row(snapshot, served, id, stored);
  const Abilities anywhere = can;
  can.transitions.clear();
  OB_TRY(const bool open, row.can_change());
  if (can.update) {
    OB_TRY(const bool here, row.holds("update"));
    can.update = here && open;
  }
  if (can.remove) {
    OB_TRY(const bool here, row.holds("delete"));
    can.remove = here && open;
  }
  for (const std::string& name : anywhere.transitions) {
    const Transition& transition = *served->entity.transition(name);
    const std::string_view state = text_of(stored[static_cast<std::size_t>(served->state_column)]);
    if (std::find(transition.from.begin(), transition.from.end(), state) == transition.from.end() ||
        (transition.not_maker && row.maker()))
      continue;
    OB_TRY(const bool here, row.holds(transition.permission));
    if (here) can.transitions.push_back(name);
  }
  return can;
}

} // namespace onebudget::records
