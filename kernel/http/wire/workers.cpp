#include "kernel/http/wire/workers.hpp"

#include <algorithm>

namespace onebudget::http {

Workers::Workers(int threads, std::size_t queue) : limit_(queue) {
  for (int i = 0; i < std::max(1, threads); ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() { stop(); }

bool Workers::submit(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || queue_.size() >= limit_) return false;
    queue_.push_back(std::move(task));
  }
  filled_.notify_one();
  return true;
}

void Workers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    queue_.clear();
  }
  filled_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Workers::run() {
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      filled_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
      if (stopped_) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

} // namespace onebudget::http
