#include <mutex>

#include "kernel/storage/own_tables.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::storage {
namespace {

constexpr const char* kOwnTables =
    "CREATE TABLE IF NOT EXISTS ob_migration (owner ${text} NOT NULL, number ${id} NOT NULL, name ${text} NOT NULL,"
    " digest ${text} NOT NULL, at_ms ${id} NOT NULL, PRIMARY KEY (owner, number));"
    "CREATE TABLE IF NOT EXISTS ob_migration_batch (owner ${text} NOT NULL, number ${id} NOT NULL, digest ${text} NOT "
    "NULL,"
    " changed ${id} NOT NULL, PRIMARY KEY (owner, number));"
    "CREATE TABLE IF NOT EXISTS ob_id (name ${text} NOT NULL PRIMARY KEY, free_from ${id} NOT NULL);"
    "INSERT INTO ob_id (name, free_from) VALUES ('id', 1) ON CONFLICT (name) DO NOTHING;";

} // namespace

Result<void> lock_schema(Session& session) {
  // SQLite's writer is alone anyway.
  if (session.dialect() == Dialect::sqlite) return {};
  OB_TRY(const auto locked,
         session.query("SELECT pg_advisory_xact_lock(hashtextextended('onebudget.schema.' || current_schema(), 0))"));
  OB_TRY(const bool row, locked->next());
  (void)row;
  return {};
}

Result<void> make_own_tables(Database& database) {
  return database.write(Context(), [](Session& session) -> Result<void> {
    OB_CHECK(lock_schema(session));
    return session.script(ddl(session.dialect(), kOwnTables));
  });
}

struct IdBlocks::State {
  State(Database& the_database, std::int64_t the_block)
      : database(the_database), block(the_block < 1 ? 1 : the_block) {}

  Database& database;
  const std::int64_t block;
  std::mutex mutex;
  bool tables = false;
  std::int64_t next = 0, end = 0; ///< half open
};

IdBlocks::IdBlocks(Database& database, std::int64_t block) : state_(std::make_unique<State>(database, block)) {}
IdBlocks::~IdBlocks() = default;

Result<std::int64_t> IdBlocks::next() {
  const std::lock_guard lock(state_->mutex);
  if (state_->next == state_->end) {
    if (!state_->tables) {
      OB_CHECK(make_own_tables(state_->database));
      state_->tables = true;
    }
    std::int64_t end = 0;
    OB_CHECK(state_->database.write(Context(), [&](Session& session) -> Result<void> {
      OB_TRY(const std::int64_t moved,
             session.integer("UPDATE ob_id SET free_from = free_from + ? WHERE name = 'id' RETURNING free_from",
                             {state_->block}));
      end = moved;
      return {};
    }));
    if (end < state_->block) {
      return fault(
          FaultKind::internal, "storage.ids",
          {"编号表缺失或已用尽,请检查数据库。", "The table of ids is missing or used up; check the database."});
    }
    state_->next = end - state_->block;
    state_->end = end;
  }
  return state_->next++;
}

} // namespace onebudget::storage
