#pragma once
// A bounded pool: a fixed number of threads, a queue with an end. What does not fit is refused at once.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace onebudget::http {

/// Thread-safe. Tasks must not throw.
class Workers {
 public:
  using Task = std::function<void()>;
  Workers(int threads, std::size_t queue);
  ~Workers(); ///< stop()
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  /// False when the queue is full or the pool has stopped.
  bool submit(Task task);
  /// Finishes what runs, drops what waits, joins.
  void stop();

 private:
  void run();

  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Task> queue_;
  int waiting_ = 0;     ///< threads with nothing to do
  bool called_ = false; ///< one of them has been notified and has not looked yet
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

} // namespace onebudget::http
