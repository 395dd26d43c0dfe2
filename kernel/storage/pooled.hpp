#pragma once
// A database of many equal connections (PostgreSQL, ODBC): a unit is a transaction on one of them. Inside storage only.

#include <atomic>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/pool.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::storage {

/// `Pool` has a Lease with discard() and lease(); its connections have a SessionType made from them, begin(writing,
/// limit_ms), commit(), rollback(), idle(), gone() and may_repeat().
template <class Pool>
class PooledDatabase : public Database {
 public:
  [[nodiscard]] Dialect dialect() const final { return Dialect::postgresql; }

  [[nodiscard]] Statistics statistics() const final {
    Statistics now;
    now.units = now.commits = commits_;
    now.retries = retries_;
    now.replica_reads = replica_reads_;
    return now;
  }

  Result<void> read_stale(const Context& context, const WriteFn& fn) final {
    if (!replica_) return read(context, fn);
    bool again = false;
    auto done = read_from(*replica_, context, fn, again);
    // A replica that is away, or that ended the statement to keep up, is no reason to refuse: the primary has it all.
    if (!done && again) return read(context, fn);
    ++replica_reads_;
    return done;
  }

  Result<void> write_alone(const Context& context, const WriteFn& fn) final {
    for (int repeat = 0;; ++repeat) {
      OB_TRY(const auto lease, begin(*writers_, true, context.deadline_ns));
      Result<void> done = call(*lease, fn);
      if (done) done = lease->commit();
      if (done) {
        ++commits_;
        return done;
      }
      const bool again = lease->may_repeat() && repeat < kMostRetries;
      lease->rollback();
      if (!lease->idle()) lease.discard();
      if (!again) return done;
      ++retries_;
    }
  }

 protected:
  PooledDatabase(const DatabaseConfig& config, const Clock& clock)
      : clock_(clock), tries_(std::max(config.readers, config.writers) + 2) {}

  const Clock& clock_;
  std::unique_ptr<Pool> readers_, writers_;
  std::unique_ptr<Pool> replica_; ///< none = read_stale() asks the primary

 private:
  using Lease = typename Pool::Lease;
  static constexpr int kMostRetries = 3;

  class Read final : public Database::OpenRead {
   public:
    explicit Read(Lease lease) : lease_(std::move(lease)), session_(*lease_) {}
    ~Read() override {
      lease_->rollback();
      if (!lease_->idle()) lease_.discard();
    }
    Read(const Read&) = delete;
    Read& operator=(const Read&) = delete;
    [[nodiscard]] Session& session() override { return session_; }
    [[nodiscard]] bool failed() const { return lease_->gone() || lease_->may_repeat(); }

   private:
    Lease lease_;
    typename std::remove_reference_t<decltype(*std::declval<Lease&>())>::SessionType session_;
  };

  Result<std::unique_ptr<Database::OpenRead>> open_read(const Context& context) final {
    OB_TRY(auto lease, begin(*readers_, false, context.deadline_ns));
    return std::unique_ptr<Database::OpenRead>(std::make_unique<Read>(std::move(lease)));
  }

  /// `again`: another server may answer what this one could not.
  Result<void> read_from(Pool& pool, const Context& context, const WriteFn& fn, bool& again) {
    auto begun = begin(pool, false, context.deadline_ns);
    again = !begun && begun.fault().kind == FaultKind::unavailable;
    if (!begun) return std::move(begun).fault();
    Read read(*std::move(begun));
    auto done = guarded(fn, read.session());
    again = read.failed();
    return done;
  }

  /// A connection inside a transaction. One that broke while idle shows itself here; nothing has run yet, so the next
  /// one is tried.
  Result<Lease> begin(Pool& pool, bool writing, std::int64_t deadline_ns) {
    for (int attempt = 1;; ++attempt) {
      OB_TRY(auto lease, pool.lease(clock_, deadline_ns));
      std::int64_t limit_ms = 0;
      if (deadline_ns != 0) {
        limit_ms = (deadline_ns - clock_.mono_ns()) / 1'000'000;
        if (limit_ms <= 0) return deadline_fault();
      }
      auto begun = lease->begin(writing, limit_ms);
      if (begun) return Result<Lease>(std::move(lease));
      const bool gone = lease->gone();
      lease.discard();
      if (!gone || attempt >= tries_) return std::move(begun).fault();
    }
  }

  template <class Connection>
  static Result<void> call(Connection& connection, const WriteFn& fn) {
    typename Connection::SessionType session(connection);
    auto done = guarded(fn, session);
    if (done && session.doom()) return *session.doom();
    return done;
  }

  std::atomic<std::int64_t> commits_{0}, retries_{0}, replica_reads_{0};
  int tries_;
};

} // namespace onebudget::storage
