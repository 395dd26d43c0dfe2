#pragma once
// The unit of work: effects are prepared on snapshots, one by one, and applied together in one transaction.

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "kernel/records/core.hpp"
#include "kernel/records/query/read.hpp"
#include "kernel/records/query/scope.hpp"
#include "kernel/records/write/draft.hpp"
#include "kernel/records/write/links.hpp"

namespace onebudget::records {

/// One addition of a guarded change. The value before must lie in [least, most], so that the sum keeps its bounds.
struct Delta {
  int column = 0;
  std::int64_t by = 0, least = 0, most = 0;
};

struct Effect {
  Action action = Action::create;
  ServedPtr served;
  RecordId id;
  std::int64_t expected = 0; ///< version before; 0 for a new row
  Row before, after;         ///< empty when absent
  std::vector<int> changed;  ///< columns of fields that differ
  const Transition* transition = nullptr;
  std::string comment;
  std::string verb;           ///< of the permission that allows it
  bool free_of_state = false; ///< only computed fields change: the state does not matter
  bool clear = false;         ///< masked fields may be shown to the caller
  bool of_pool = false;       ///< a guarded change that the plugin answers for, not a grant
  std::vector<Delta> deltas;  ///< of a guarded change, whose version and values are known once it is applied
  std::vector<std::pair<int, storage::Value>> is; ///< columns that must still hold this when it is applied
  int batch = 0;                                  ///< effects of one call that are applied together; 0 = alone
  std::size_t place = 0;                          ///< in that call
  Predicate guard{"1=1", {}};                     ///< over the alias t
};

access::Place place_of(const Row& row);

/// What a transaction has to tell when all is written, and which rows are known to stay until it ends.
struct Traces {
  std::vector<audit::Entry> entries;
  std::vector<events::Event> events;
  std::unordered_map<const Served*, std::unordered_set<std::int64_t>> standing; ///< written or locked by it

  Result<void> flush(const Snapshot& snapshot) const;
};

/// Applies effects in the session of one transaction; guarded changes get their values. In apply.cpp.
Result<void> apply_effects(const Snapshot& snapshot, std::vector<Effect>& effects, Traces& traces);
/// Writes what differs between before and after, if the row still has the expected version. In apply.cpp.
Result<void> update_row(const Snapshot& snapshot, const Served& served, std::int64_t expected, const Row& before,
                        const Row& after);
/// The row of a guarded change. In adjust.cpp.
Result<void> take_adjusted(const Snapshot& snapshot, const storage::Rows& rows, Effect& effect);
Result<void> adjust_row(const Snapshot& snapshot, Effect& effect);
/// The guard as one condition.
Predicate guard_of(const Effect& effect);
/// What is added, read into the effect; each value before must then lie within its delta's bounds. In adjust.cpp.
Result<void> take_deltas(const Json& add, Effect& effect);
/// Adds the deltas to the row as it stands in the snapshot; false when a bound does not hold. In adjust.cpp.
bool add_deltas(const Context& context, Effect& effect);
/// 400 naming the member of a guarded change that is not right.
Fault bad_change(const std::string& member);
/// `places` of a batch are told one by one.
Fault guard_failed(const Entity& entity, const std::vector<std::size_t>& places = {});

/// Effects of one batch inside the transaction. In apply_batch.cpp.
Result<void> apply_batch(const Snapshot& snapshot, std::span<Effect> batch, Traces& traces);
/// Links that a batch sets must lead to rows that are still there, which stay until the commit.
Result<void> check_targets(const Snapshot& snapshot, const Served& served, int column,
                           const std::vector<storage::Value>& ids, Traces& traces);
/// Rows that only a conditional grant of `verb` holds: the database decides, on the rows as they stand.
Result<void> check_conditions(const Snapshot& snapshot, const Served& served, const std::string& verb,
                              const std::vector<storage::Value>& ids);

/// holds_place() of one verb for many rows, each place looked at once.
class HeldPlaces {
 public:
  explicit HeldPlaces(std::string verb) : verb_(std::move(verb)) {}
  Held held(const Snapshot& snapshot, const Served& served, const Row& row, std::int64_t& grant);
  Held held(const Snapshot& snapshot, const Served& served, const Row& row) {
    std::int64_t grant = 0;
    return held(snapshot, served, row, grant);
  }

 private:
  struct Found {
    Held held = Held::no;
    std::int64_t grant = 0;
  };
  std::string verb_;
  std::unordered_map<std::string, Found> known_;
};

/// PostgreSQL: rows that a unit will change are locked in the order of their ids, so that units do not wait for each
/// other in a ring. In adjust.cpp.
Result<void> lock_rows(const Snapshot& snapshot, const std::vector<Effect>& effects);

/// Lines take the place of the row they belong to, also when it moves. In apply.cpp.
Result<void> move_lines(const Snapshot& snapshot, const Served& parent, std::int64_t id, const Row& row, int depth);

constexpr std::int64_t kAnyVersion = -1;

class UnitOfWork final : public Unit {
 public:
  UnitOfWork(Core& core, Context context) : core_(core), context_(std::move(context)) {}

  [[nodiscard]] const Context& context() const override { return context_; }
  Result<Document> get(const std::string& entity, RecordId id, Form form) override;
  Result<Page> list(const std::string& entity, const Query& query) override;
  Result<std::string> aggregate(const std::string& entity, const AggregateQuery& query) override;
  Result<RecordId> create(const std::string& entity, const Json& values, Form form) override;
  Result<void> update(const std::string& entity, RecordId id, std::int64_t version, const Json& changes,
                      Form form) override;
  Result<void> transition(const std::string& entity, RecordId id, std::int64_t version, const std::string& name,
                          const std::string& comment) override;
  Result<void> remove(const std::string& entity, RecordId id, std::int64_t version) override;
  Result<Document> adjust(const std::string& entity, RecordId id, const Json& change) override;
  Result<std::vector<RecordId>> create_many(const std::string& entity, const Json& rows, Form form) override;
  Result<std::string> adjust_many(const std::string& entity, const Json& change) override;
  Result<void> note(const audit::Entry& entry) override;
  Result<void> publish(const events::Event& event) override;
  void at_commit(std::function<Result<void>(storage::Session&)> step) override { at_commit_ = std::move(step); }
  Result<void> commit() override;

  /// The last effect's row as it was (or will be) written.
  [[nodiscard]] Document last(Form form) const;

 private:
  [[nodiscard]] const Effect* own(const std::string& entity, std::int64_t id) const;
  Result<StoredRow> current(const Snapshot& snapshot, const Served& served, RecordId id, bool visible_only) const;
  Result<void> open_for(std::size_t effects = 1) const;
  /// `version` kAnyVersion takes the row as it stands.
  Result<void> prepare_change(const Snapshot& snapshot, const ServedPtr& served, RecordId id, std::int64_t version,
                              Effect& effect) const;
  Result<void> prepare_values(const Snapshot& snapshot, Draft& draft, Effect& effect, Form form) const;
  Result<void> prepare_transition(const Snapshot& snapshot, Effect& effect) const;
  Result<void> prepare_batch(const Snapshot& snapshot, const ServedPtr& served, std::vector<Draft>& drafts) const;
  Result<void> prepare_changes(const Snapshot& snapshot, const Json& rows, const Predicate& guard,
                               std::vector<Effect>& effects) const;
  Result<void> finish(Effect effect);
  /// All effects, with what is written of them.
  Result<void> apply_all(const Snapshot& snapshot);
  Result<Verdict> run_hooks(const Effect& effect);
  Result<void> take_assigned(const Json& assigned, Effect& effect) const;
  [[nodiscard]] std::function<const Row*(const std::string&, std::int64_t)> own_rows() const;

  Core& core_;
  Context context_;
  std::vector<Effect> effects_;
  std::map<std::pair<std::string, std::int64_t>, std::size_t> newest_; ///< row → its last effect
  mutable Links::Found found_;                                         ///< by all links of the unit
  std::vector<audit::Entry> notes_;
  std::function<Result<void>(storage::Session&)> at_commit_;
  std::vector<events::Event> events_;
  int depth_ = 0; ///< hooks within hooks
  int batches_ = 0;
  bool done_ = false;
};

/// Is the row's state one in which its fields may be changed? Lines go by their parent's.
bool editable(const Catalog& catalog, const ServedPtr& served, const Row& row, const Draft* draft, const State** state);

/// 409 naming the first natural key or unique that another row has already.
Result<void> check_unique(const Snapshot& snapshot, const Served& served, const Row& row, std::int64_t id);

} // namespace onebudget::records
