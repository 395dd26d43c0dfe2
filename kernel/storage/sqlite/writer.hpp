#pragma once
// The one writer of a SQLite database: a thread that takes units from a queue, runs each under a savepoint, commits
// the group once, and answers each waiter after the commit is on disk. Inside storage only.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel/storage/pool.hpp"
#include "kernel/storage/sqlite/connection.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::storage::sqlite {

class Writer {
 public:
  Writer(const std::string& file, const Clock& clock);
  /// Lets queued units finish, then stops.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Opens the connection and starts the thread.
  Result<void> open();
  Result<void> write(const Context& context, const WriteFn& fn);
  [[nodiscard]] Statistics statistics() const;

 private:
  struct Unit {
    const WriteFn* fn = nullptr;
    std::int64_t deadline_ns = 0;
    enum class State { queued, taken, answered } state = State::queued; ///< guarded by mutex_
    std::optional<Fault> fault;                                         ///< what the unit itself said
    int runs = 0;
    std::condition_variable answered;
  };
  using UnitPtr = std::shared_ptr<Unit>;

  void loop();
  void run_group(Connection& connection, UnitPtr first);
  /// Runs one unit under its savepoint. False when the whole transaction was lost by it.
  bool run_unit(Connection& connection, Unit& unit);
  void call(Connection& connection, Unit& unit);
  /// Commits what ran, or fails all of it.
  void end_group(Connection& connection, const std::vector<UnitPtr>& group);
  void after_loss(std::vector<UnitPtr> earlier, const UnitPtr& culprit);
  void checkpoint(Connection& connection);
  void answer(const std::vector<UnitPtr>& units);
  UnitPtr take();
  /// The next unit of a group that holds `size`. When none waits but writers who were just answered are likely to come
  /// back, it is waited for, in all a quarter of what the last flush took: else the writers fall into two halves, of
  /// which one always waits out the flush of the other.
  UnitPtr take_or_gather(std::size_t size, std::int64_t& patience_ns);

  static constexpr std::size_t kLongestQueue = 4096;
  static constexpr std::size_t kLargestGroup = 512;
  static constexpr std::int64_t kGroupNs = 4'000'000, kLongestGatherNs = 100'000'000;
  static constexpr int kMostRuns = 3;
  static constexpr int kCheckpointFrames = 1000;

  const Clock& clock_;
  Pool<Connection> pool_; ///< of one
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<UnitPtr> queue_;
  Statistics statistics_;
  std::string broken_;        ///< why writing stopped; empty = it goes on
  int frames_ = 0;            ///< in the write-ahead log; writer thread only
  std::size_t writers_ = 0;   ///< answered by the last group or waiting at its end; writer thread only
  std::int64_t ended_ns_ = 0; ///< when the last group was answered; writer thread only
  std::int64_t flush_ns_ = 0; ///< what the last commit took; writer thread only
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace onebudget::storage::sqlite
