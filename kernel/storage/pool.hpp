#pragma once
// A POCO session pool whose sessions each carry their own prepared statements, and whose users wait for their turn
// (POCO's own throws when it is empty). Inside storage only.

#include <Poco/Data/Session.h>
#include <Poco/Data/SessionPool.h>
#include <Poco/Exception.h>
#include <Poco/ThreadPool.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "kernel/base/clock.hpp"
#include "kernel/storage/faults.hpp"

namespace onebudget::storage {

inline constexpr std::int64_t kLongestWaitNs = 30'000'000'000;

/// How long a caller may still wait: until its deadline, else kLongestWaitNs. Never negative.
inline std::chrono::nanoseconds patience(const Clock& clock, std::int64_t deadline_ns) {
  std::int64_t left = kLongestWaitNs;
  if (deadline_ns != 0) left = std::min(left, deadline_ns - clock.mono_ns());
  return std::chrono::nanoseconds(std::max<std::int64_t>(left, 0));
}

/// `Connection` has a constructor from Poco::Data::Session& and `static void* native(Poco::Data::Session&)`.
/// A Connection dies before its session where the driver needs that (SQLite), and is only forgotten where the session
/// died by itself (PostgreSQL). Thread-safe.
template <class Connection>
class Pool final : private Poco::Data::SessionPool {
 public:
  /// A connection for one user. Gives it back when it goes.
  class Lease {
   public:
    Lease(Pool& pool, Poco::Data::Session session, Connection& connection)
        : pool_(&pool), session_(std::make_unique<Poco::Data::Session>(std::move(session))), connection_(&connection) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          session_(std::move(other.session_)),
          connection_(other.connection_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ == nullptr) return;
      session_.reset();
      pool_->give_back();
    }
    Connection* operator->() const { return connection_; }
    Connection& operator*() const { return *connection_; }
    /// Closes the connection, so that the pool forgets it.
    void discard() const {
      try {
        session_->close();
      } catch (
          const Poco::Exception&) { // NOLINT(bugprone-empty-catch): a session that cannot even close is gone anyway
      }
    }

   private:
    Pool* pool_;
    std::unique_ptr<Poco::Data::Session> session_;
    Connection* connection_;
  };

  using Make = std::function<std::unique_ptr<Connection>(Poco::Data::Session&)>;

  // POCO takes a thread of its default pool for each session pool; make room for it.
  Pool(const std::string& connector, const std::string& text, int size, Make make)
      : SessionPool(connector, (Poco::ThreadPool::defaultPool().addCapacity(1), text), size, size),
        make_(std::move(make)),
        free_(size) {}

  ~Pool() override {
    connections_.clear();
    shutdown();
    Poco::ThreadPool::defaultPool().addCapacity(-1);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Waits for a free connection. Faults: storage.busy after 30 s, storage.deadline, storage.connection.
  Result<Lease> lease(const Clock& clock, std::int64_t deadline_ns) {
    {
      std::unique_lock lock(turn_mutex_);
      if (!turn_.wait_for(lock, patience(clock, deadline_ns), [this] { return free_ > 0; })) {
        return deadline_ns != 0 && clock.mono_ns() >= deadline_ns ? deadline_fault() : busy_fault();
      }
      --free_;
    }
    try {
      Poco::Data::Session session = get();
      const std::lock_guard lock(connections_mutex_);
      Connection& connection = *connections_.at(Connection::native(session));
      return Lease(*this, std::move(session), connection);
    } catch (const Poco::Exception& error) {
      give_back();
      return connection_fault(error.displayText());
    } catch (const std::exception& error) {
      give_back();
      return exception_fault(error.what());
    }
  }

 private:
  void customizeSession(Poco::Data::Session& session) override {
    auto connection = make_(session);
    const std::lock_guard lock(connections_mutex_);
    connections_[Connection::native(session)] = std::move(connection);
  }

  void give_back() {
    {
      const std::lock_guard lock(turn_mutex_);
      ++free_;
    }
    turn_.notify_one();
  }

  Make make_;
  std::mutex turn_mutex_;
  std::condition_variable turn_;
  int free_;
  std::mutex connections_mutex_;
  std::map<void*, std::unique_ptr<Connection>> connections_;
};

} // namespace onebudget::storage
