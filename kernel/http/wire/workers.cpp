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
    // Short tasks would otherwise wake a thread each only to find the queue empty: one on its way is enough, and it
    // calls the next when there is more than it can take.
    if (waiting_ == 0 || called_) return true;
    called_ = true;
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
    bool more = false;
    {
      std::unique_lock lock(mutex_);
      ++waiting_;
      while (!stopped_ && queue_.empty()) {
        filled_.wait(lock);
        called_ = false; // whether or not something is left for this one
      }
      --waiting_;
      if (stopped_) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      more = !queue_.empty() && waiting_ > 0 && !called_;
      if (more) called_ = true;
    }
    if (more) filled_.notify_one();
    task();
  }
}

} // namespace onebudget::http
