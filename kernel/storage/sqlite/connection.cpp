#include "kernel/storage/sqlite/connection.hpp"

#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Exception.h>

#include <utility>

#include "kernel/storage/faults.hpp"

namespace onebudget::storage::sqlite {
namespace {

constexpr int kBusyMs = 5'000;
constexpr int kStepsBetweenChecks = 4'000;

int check_deadline(void* connection) { return static_cast<Connection*>(connection)->late() ? 1 : 0; }

bool only_looks(std::string_view pragma) {
  return pragma == "table_info" || pragma == "table_xinfo" || pragma == "index_list" || pragma == "index_info" ||
         pragma == "index_xinfo" || pragma == "foreign_key_list" || pragma == "foreign_key_check" ||
         pragma == "integrity_check" || pragma == "data_version"; // the last one is asked by full-text tables
}

int authorize(void* connection, int action, const char* first, const char*, const char*, const char*) {
  if (!static_cast<Connection*>(connection)->guest()) return SQLITE_OK;
  if (action == SQLITE_PRAGMA && first != nullptr && only_looks(first)) return SQLITE_OK;
  switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_PRAGMA:
      return SQLITE_DENY;
    default:
      return SQLITE_OK;
  }
}

} // namespace

Loan::Loan(Loan&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)), kept_(other.kept_) {}

Loan::~Loan() {
  if (statement_ == nullptr) return;
  if (!kept_) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  connection_->unpin(statement_);
}

void* Connection::native(Poco::Data::Session& session) { return Poco::Data::SQLite::Utility::dbHandle(session); }

Connection::Connection(Poco::Data::Session& session, const Clock& clock, bool writer)
    : db_(Poco::Data::SQLite::Utility::dbHandle(session)), clock_(clock) {
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, kBusyMs);
  const std::string pragmas =
      std::string(
          "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
          "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
          "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;") +
      (writer ? "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;" : "PRAGMA query_only=ON;");
  if (sqlite3_exec(db_, pragmas.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw Poco::IOException(std::string("SQLite pragmas: ") + sqlite3_errmsg(db_));
  }
  sqlite3_progress_handler(db_, kStepsBetweenChecks, &check_deadline, this);
  sqlite3_set_authorizer(db_, &authorize, this);
}

Connection::~Connection() {
  sqlite3_progress_handler(db_, 0, nullptr, nullptr);
  sqlite3_set_authorizer(db_, nullptr, nullptr);
  for (const Kept& kept : kept_) sqlite3_finalize(kept.statement);
}

Fault Connection::fault_of(int code) const { return sqlite_fault(code, sqlite3_errmsg(db_)); }

Result<Loan> Connection::prepare(std::string_view sql) {
  const auto found = by_sql_.find(sql);
  if (found != by_sql_.end() && !found->second->on_loan) {
    kept_.splice(kept_.begin(), kept_, found->second);
    found->second->on_loan = true;
    return Loan(this, found->second->statement, true);
  }
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, &tail);
  if (code != SQLITE_OK) return fault_of(code);
  if (statement == nullptr) return sqlite_fault(SQLITE_ERROR, "empty statement");
  for (const char* at = tail; at < sql.data() + sql.size(); ++at) {
    if (*at != ' ' && *at != '\n' && *at != '\t' && *at != '\r' && *at != ';') {
      sqlite3_finalize(statement);
      return sqlite_fault(SQLITE_ERROR, "more than one statement");
    }
  }
  if (found != by_sql_.end()) return Loan(this, statement, false);
  kept_.push_front(Kept{std::string(sql), statement, true});
  by_sql_.emplace(kept_.front().sql, kept_.begin());
  by_statement_.emplace(statement, kept_.begin());
  shrink();
  return Loan(this, statement, true);
}

void Connection::unpin(sqlite3_stmt* statement) {
  const auto found = by_statement_.find(statement);
  if (found != by_statement_.end()) found->second->on_loan = false;
}

void Connection::shrink() {
  for (auto at = kept_.end(); kept_.size() > kKept && at != kept_.begin();) {
    --at;
    if (at->on_loan) continue;
    by_sql_.erase(at->sql);
    by_statement_.erase(at->statement);
    sqlite3_finalize(at->statement);
    at = kept_.erase(at);
  }
}

Result<void> Connection::run(std::string_view sql) {
  OB_TRY(const Loan loan, prepare(sql));
  const int code = sqlite3_step(loan.get());
  if (code != SQLITE_DONE && code != SQLITE_ROW) return fault_of(code);
  return {};
}

Result<void> Connection::script(std::string_view sql) {
  const int code = sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fault_of(code);
  return {};
}

} // namespace onebudget::storage::sqlite
