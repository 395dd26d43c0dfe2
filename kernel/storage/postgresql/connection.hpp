#pragma once
// One PostgreSQL connection with its prepared statements. Inside storage only. Not thread-safe.

#include <Poco/Data/Session.h>
#include <libpq-fe.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/storage/storage.hpp"

namespace onebudget::storage::postgresql {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;

/// Counts schema changes through this process, so that connections forget statements prepared before one.
using SchemaEpoch = std::atomic<std::int64_t>;

/// Parameters in the driver's form; holds what its pointers point to.
class Packed {
 public:
  Result<void> pack(const Params& params);
  [[nodiscard]] int count() const { return static_cast<int>(pointers_.size()); }
  [[nodiscard]] const char* const* pointers() const { return pointers_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }
  [[nodiscard]] const std::vector<Oid>& types() const { return types_; }
  [[nodiscard]] bool null(std::size_t at) const { return pointers_[at] == nullptr; }

 private:
  std::vector<std::string> numbers_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_, formats_;
  std::vector<Oid> types_; ///< 0 = the server infers
};

class PostgresSession;

class Connection {
 public:
  using SessionType = PostgresSession;
  Connection(Poco::Data::Session& session, SchemaEpoch& epoch);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  static void* native(Poco::Data::Session& session);

  /// The server-side name of the prepared statement for these parameter types; at most kKept, least recently used go
  /// first.
  Result<std::string> prepare(std::string_view sql, const Packed& params);
  /// Begins a transaction with a time limit in ms (0 = none), and catches up with what the connection missed. That it
  /// is gone shows here as far as the server has said so; the rest goes out with the first statement.
  Result<void> begin(bool writing, std::int64_t limit_ms);
  /// COMMIT that tells a rollback in its place, and a broken connection, from success.
  Result<void> commit();
  /// Sent at once; its answer is read by whoever uses the connection next.
  void rollback();

  /// What is to become of the answer of a statement that was sent.
  enum class Owed : char { nothing, success, number, sync };
  /// Queues a prepared statement, whose answer is owed.
  Result<void> send(const std::string& name, const Packed& params, Owed owed);
  /// Hands a statement to the driver; false when the connection is of no use.
  bool sent(const std::string& sql);
  bool sent(const std::string& name, const Packed& params);
  /// Sends all with what was `sent` just now, whose answers the caller reads itself and then calls to_sync(); what was
  /// owed before is taken. A fault has called it.
  Result<void> send_last(bool sent);
  /// send_last() and its only answer.
  Result<Answer> run(bool sent);
  /// Reads up to the end of what send_last() sent.
  void to_sync();
  /// Out of the pipeline, for what cannot be in one: nothing is owed any more.
  Result<void> plain();
  /// The last Owed::number; waits for what is owed.
  Result<std::int64_t> number();

  [[nodiscard]] PGconn* native() const { return connection_; }
  [[nodiscard]] bool gone() const { return PQstatus(connection_) != CONNECTION_OK; }
  [[nodiscard]] bool idle() const { return !open_ && !gone(); }
  /// The fault of an answer that is not what it should be.
  Fault fault_of(const PGresult* answer);
  /// SQLSTATE of the last fault_of(); empty when the connection broke.
  [[nodiscard]] const std::string& state() const { return state_; }
  /// The unit may run again because of state(), or because the schema moved under a prepared statement.
  [[nodiscard]] bool may_repeat() const;
  void schema_moved() { ++epoch_; }

 private:
  struct Kept {
    std::string sql, name;
    std::vector<Oid> types;
    std::int64_t uses = 0;
  };
  using ByText = std::unordered_multimap<std::string_view, std::list<Kept>::iterator>;
  void forget(ByText::iterator one);
  void forget_all();
  void shrink();
  bool pipelined();
  Result<void> queue(bool sent, Owed owed);
  Result<void> finish();
  Result<void> settle();

  static constexpr std::size_t kKept = 256;
  PGconn* connection_;
  SchemaEpoch& epoch_;
  std::int64_t seen_epoch_ = 0;
  std::int64_t made_ = 0;
  std::string state_;
  std::int64_t number_ = 0;
  std::deque<Owed> owed_; ///< of what was sent, oldest first
  bool open_ = false;     ///< in a transaction
  bool stale_ = false;    ///< a kept statement no longer fits the schema
  std::list<Kept> kept_;  ///< most recently used first
  ByText by_sql_;
  std::vector<std::string> forgotten_; ///< names to deallocate with the next begin()
};

} // namespace onebudget::storage::postgresql
