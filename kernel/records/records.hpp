#pragma once
// records: entities that plugins declare, stored, served, scoped, audited, imported and exported by the kernel.
// SQL for ordinary reads and writes is built here alone, so no plugin can forget a scope, a version check or an audit
// row.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/access/access.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/base/context.hpp"
#include "kernel/crypto/crypto.hpp"
#include "kernel/events/events.hpp"
#include "kernel/records/entity.hpp"
#include "kernel/storage/storage.hpp"
#include "sdk/tables/tables.hpp"
#include "sdk/text/json_door.hpp"

namespace onebudget::records {

/// How values are written and read: REST (yuan strings, RFC 3339, labels) or ABI (fen, UTC ms).
enum class Form { rest, abi };

struct Query {
  std::string filter;              ///< RSQL, see filter.hpp; money in yuan, time in RFC 3339 in either form
  std::string text;                ///< q=: any of the entity's `search` fields contains it
  std::string sort;                ///< "-amount,code"; the id is always appended
  std::vector<std::string> fields; ///< empty = all
  std::vector<std::string> expand; ///< field names, or "labels" for every ref, org, user and enum
  int limit = 50;                  ///< 1 … 1000
  std::string cursor;
  bool count = false;
  Form form = Form::rest;
};

struct Page {
  std::string items; ///< a JSON array, rendered straight from the cursor
  int rows = 0;
  std::vector<std::int64_t> ids; ///< of the rows, in ABI form only
  std::string next_cursor;       ///< empty at the end
  std::optional<std::int64_t> count;
};

struct Document {
  std::string json; ///< the record as one JSON object
  RecordId id;
  std::int64_t version = 0;
};

/// How far a rollup is: the last change that it holds, and when it held everything that was committed.
struct RollupStamp {
  std::string rollup; ///< "demo.project.by_kind"; empty when the rows themselves answered
  std::int64_t position = 0, at_ms = 0;
};
struct RollupDifference {
  std::string rollup;
  std::int64_t cells = 0; ///< that did not agree with the rows
};

struct AggregateQuery {
  std::string filter, text;
  std::vector<std::string> group;      ///< field names
  std::vector<std::string> aggregates; ///< "count", "sum:amount", "avg:…", "min:…", "max:…"
  Form form = Form::rest;
  RollupStamp* stamp =
      nullptr; ///< null: from the rows. Else a rollup that fits may answer, a second late, and says so here
};

enum class Action { create, update, transition, remove, adjust };

/// What a hook sees. `before`/`after` are JSON objects in ABI form; absent ones are null.
struct Change {
  Action action = Action::create;
  std::string entity;     ///< "compilation.project"
  RecordId id;            ///< none on create before an id is given
  std::string transition; ///< name, for Action::transition
  const Json* before = nullptr;
  const Json* after = nullptr;
};

class Unit;

/// A hook's answer.
struct Verdict {
  std::vector<FieldFault> findings; ///< any finding refuses the write (422)
  Json assign;                      ///< object in ABI form or null: values for fields of the row (also computed and
                                    ///< readonly ones), applied after the caller's own and type-checked like them
};

/// A plugin's rules, called before each write inside the caller's unit of work. Implemented by host.
class Hooks {
 public:
  virtual ~Hooks() = default;
  /// A Fault means the rule could not be evaluated; the write is refused.
  virtual Result<Verdict> validate(const Context& context, Unit& unit, const Change& change) = 0;
};

/// One unit of work: reads from one snapshot, buffers its writes as effects, applies them in one transaction.
/// Reads by id see the unit's own writes. Not thread-safe; ends with commit() or is dropped without effect.
class Unit {
 public:
  virtual ~Unit() = default;
  [[nodiscard]] virtual const Context& context() const = 0;
  virtual Result<Document> get(const std::string& entity, RecordId id, Form form) = 0;
  virtual Result<Page> list(const std::string& entity, const Query& query) = 0;
  virtual Result<std::string> aggregate(const std::string& entity, const AggregateQuery& query) = 0;
  virtual Result<RecordId> create(const std::string& entity, const Json& values, Form form) = 0;
  virtual Result<void> update(const std::string& entity, RecordId id, std::int64_t version, const Json& changes,
                              Form form) = 0;
  virtual Result<void> transition(const std::string& entity, RecordId id, std::int64_t version, const std::string& name,
                                  const std::string& comment) = 0;
  virtual Result<void> remove(const std::string& entity, RecordId id, std::int64_t version) = 0;
  /// A guarded change: `{"add":{field: by, …}, "where": RSQL, "now": bool}`, `by` in ABI form, positive or negative.
  /// The database adds and looks when the unit is applied: the row as it then stands must satisfy `where`,
  /// and every result the field's declared `min` and `max`; else records.guard (conflict), here already when the
  /// snapshot shows it. With `now` it is a transaction of its own, for serial numbers. Answers the row as it will be,
  /// with `now` as it is. Needs the permission "adjust"; rules (hooks) are not asked.
  virtual Result<Document> adjust(const std::string& entity, RecordId id, const Json& change) = 0;
  virtual Result<void> note(const audit::Entry& entry) = 0; ///< an audit line of the plugin's own
  virtual Result<void> publish(const events::Event& event) = 0;
  /// Runs last in the transaction of commit(); its fault undoes the whole. Not run when there is nothing to write.
  virtual void at_commit(std::function<Result<void>(storage::Session&)> step) = 0;
  virtual Result<void> commit() = 0;
  /// Many new rows of one entity (a JSON array, at most kMostBatch), each under the rules of create(), looked up and
  /// written in sets: all or none. records.invalid tells every mistake, at "/<row>/<field>". A key that another row has
  /// refuses the commit. Audit and records.changed tell of up to 1,000 rows at once.
  virtual Result<std::vector<RecordId>> create_many(const std::string& entity, const Json& rows, Form form) = 0;
  /// Guarded changes of many different rows: `{"rows":[{"id", "add":{field: by}, "is":{field: value}}], "where": RSQL,
  /// "quiet": bool}`, each under the rules of adjust(), all or none. `is` names fields kept as numbers that must still
  /// hold these values, in ABI form. records.guard tells every row whose guard failed, at "/rows/<row>". Answers the
  /// rows as they will be as a JSON array, with `quiet` an empty one.
  virtual Result<std::string> adjust_many(const std::string& entity, const Json& change) = 0;
};

/// Whether a commit failed only because a row moved behind the unit's snapshot: whoever ran the unit runs it again from
/// the start, at most kMostReruns times. A version that the caller named itself is refused by the new unit's reading.
[[nodiscard]] bool overtaken(const Fault& fault);
constexpr int kMostReruns = 3;
constexpr std::size_t kMostBatch = 10'000; ///< rows of one create_many() or adjust_many()

struct ImportOptions {
  std::string format; ///< csv | xlsx | jsonl
  bool dry_run = false;
  bool good_rows = false;         ///< write the good rows although others are bad
  bool import_state = false;      ///< set by the caller's wish; needs the permission
  std::size_t errors_kept = 1000; ///< in the answer
  /// With a sink: every mistake as a table, written as it is found: line, the row as it came, field, reason, what to
  /// do. A row with several mistakes stands there once for each.
  std::string report_format; ///< csv | xlsx
  std::function<Result<void>(std::string_view bytes)> report;
};

struct RowError {
  std::int64_t line = 0; ///< 1 = the header of a file; JSON lines count from 1
  FieldFault fault;
  std::string value; ///< what stood there, shortened
};

struct ImportReport {
  std::int64_t rows = 0, valid = 0, invalid = 0, created = 0, updated = 0, unchanged = 0;
  bool dry_run = false;
  bool written = false;
  std::vector<RowError> errors; ///< the first errors_kept
  std::int64_t error_total = 0;
};

/// Told of a write, in its transaction, with the record as it will be answered; its fault undoes the write.
using Receipt = std::function<Result<void>(storage::Session& session, const Document& written)>;

/// Byte source and sink of imports and exports; the file may be larger than memory.
using tables::ByteSink;
using tables::ByteSource;

/// What one caller may do with one entity, for schema answers and menus.
struct Abilities {
  bool create = false, read = false, update = false, remove = false, import = false, export_ = false;
  std::vector<std::string> transitions;
};

/// Thread-safe.
class Records {
 public:
  Records(storage::Database& database, storage::IdBlocks& ids, access::Access& access, audit::Log& audit,
          events::Outbox& outbox, const Clock& clock);
  ~Records();
  static std::vector<storage::Migration> migrations(); ///< the room's own: stored schemas, history

  /// Keys of encrypted fields, before anything is enabled; they must outlive the room.
  struct Sealing {
    const crypto::KeyRing* keys = nullptr;
    std::function<void(const std::string& place)> broken; ///< told of every value that does not open
    std::function<void()> wanted; ///< told when something enabled waits for seal_stored(); called without a lock
  };
  /// Faults: records.key_lost when the database was written with a key that the ring does not have.
  Result<void> use_keys(const Context& context, Sealing sealing);
  /// Whether the database was ever written with keys: then a ring must not be made anew.
  Result<bool> knows_keys();
  /// Seals by the current key what is plain or under an older one, history too, in small transactions; a later run goes
  /// on where this one stopped. `go_on` is told how many values were sealed and ends it by false; then it answers -1.
  Result<std::int64_t> seal_stored(const Context& context, const std::function<bool(std::int64_t sealed)>& go_on);

  /// What would happen to the tables if this set of entities of a plugin were stored: sentences for people, and
  /// refusals where a change is not additive and the plugin brings no migration for it. An `older` version of a plugin
  /// may know fewer fields: their columns stay, unused and empty in new rows, until a newer one knows them again.
  struct SchemaPlan {
    std::vector<std::string> actions;
    std::vector<FieldFault> refusals;
  };
  Result<SchemaPlan> plan(const std::string& plugin, const std::vector<Entity>& entities, bool older = false);
  /// Creates and extends tables in a transaction, then serves the entities. `hooks` may be null; it must outlive
  /// disable().
  Result<void> enable(const Context& context, const std::string& plugin, const std::vector<Entity>& entities,
                      std::shared_ptr<Hooks> hooks, const std::vector<std::string>& hooked_entities,
                      bool older = false);
  /// Stops serving; tables stay.
  void disable(const std::string& plugin);

  [[nodiscard]] std::shared_ptr<const Entity> entity(
      std::string_view name) const; ///< "compilation.project"; null if not served
  [[nodiscard]] std::vector<std::shared_ptr<const Entity>> entities() const;
  Result<Abilities> abilities(const Context& context, const std::string& entity);
  /// For one row as well (state, scope).
  Result<Abilities> abilities(const Context& context, const std::string& entity, RecordId id);

  Result<Page> list(const Context& context, const std::string& entity, const Query& query);
  /// `expand` as in Query. Invisible = not_found.
  Result<Document> get(const Context& context, const std::string& entity, RecordId id, Form form,
                       const std::vector<std::string>& expand = {});
  /// The record in REST form, and what the caller may do with it, of the same moment.
  struct Shown {
    Document document;
    Abilities can;
  };
  Result<Shown> show(const Context& context, const std::string& entity, RecordId id,
                     const std::vector<std::string>& expand);
  /// The record as it stood at a moment, in REST form; readable then and now. From history.
  Result<Document> get_as_of(const Context& context, const std::string& entity, RecordId id, std::int64_t at_ms,
                             const std::vector<std::string>& expand = {});
  Result<std::string> aggregate(const Context& context, const std::string& entity, const AggregateQuery& query);
  /// Moves what was committed into the rollups; cheap when there is nothing. Called after every change.
  Result<int> fold_rollups();
  /// Indexes some thousand rows of each large import that searches do not find by pinyin yet; false when none is left.
  Result<bool> index_search();
  /// Compares every rollup with its rows and mends it; what differed is an incident. Also fills new ones. Nightly.
  Result<std::vector<RollupDifference>> check_rollups();
  struct HistoryPage {
    std::string items; ///< JSON array as in the contract
    std::string next_cursor;
  };
  Result<HistoryPage> history(const Context& context, const std::string& entity, RecordId id, const std::string& cursor,
                              int limit);
  [[nodiscard]] bool visible(const Context& context, const std::string& entity, RecordId id);
  /// Which of many callers may read the row: one snapshot, and a query only for those whose grants reach its place.
  [[nodiscard]] std::vector<bool> visible_to(const std::vector<const Context*>& callers, const std::string& entity,
                                             RecordId id);
  /// Where a row stands, whoever asks: only for explaining grants to those who manage them. not_found when there is
  /// none.
  Result<access::Place> place(const std::string& entity, RecordId id);
  /// Whether one scope admits the row for reading, or for another verb: state and condition included. For explaining.
  Result<bool> admits(const std::string& entity, RecordId id, const access::Scope& scope, bool read);

  std::unique_ptr<Unit> begin(const Context& context);
  /// One-effect units. Each answers the record as stored.
  Result<Document> create(const Context& context, const std::string& entity, const Json& values, Form form,
                          const Receipt& receipt = {});
  Result<Document> update(const Context& context, const std::string& entity, RecordId id, std::int64_t version,
                          const Json& changes, Form form);
  Result<Document> transition(const Context& context, const std::string& entity, RecordId id, std::int64_t version,
                              const std::string& name, const std::string& comment, const Receipt& receipt = {});
  Result<void> remove(const Context& context, const std::string& entity, RecordId id, std::int64_t version);

  /// Every row is validated; every bad one is reported. All or nothing unless `good_rows`.
  Result<ImportReport> import(const Context& context, const std::string& entity, const ByteSource& source,
                              const ImportOptions& options);
  /// Bulk upsert by key of rows in memory (the ABI's way); the same pipeline as import().
  Result<ImportReport> upsert(const Context& context, const std::string& entity, const std::vector<Json>& rows,
                              Form form, const ImportOptions& options);
  Result<void> export_to(const Context& context, const std::string& entity, const Query& query,
                         const std::string& format, const ByteSink& sink);
  Result<std::string> import_template(const Context& context, const std::string& entity, const std::string& format);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace onebudget::records
