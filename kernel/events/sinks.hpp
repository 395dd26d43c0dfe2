#pragma once
// The sinks of this process, and calling them. Inside events only.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kernel/events/events.hpp"

namespace onebudget::events {

/// A sink as this process knows it.
struct LocalSink {
  std::string name;
  std::vector<std::string> topics; ///< empty = all
  Sink call;
  bool durable = false;
  bool enrolled = false;     ///< durable: the database knows it; watching: `position` is set
  std::int64_t position = 0; ///< seen by this process (durable: may be ahead of the database over foreign topics)

  [[nodiscard]] bool wants(const std::string& topic) const;
};

/// Thread-safe.
class Sinks {
 public:
  void add(LocalSink sink);
  /// Waits for a running call to end, unless it is this thread's own.
  void remove(const std::string& name);
  [[nodiscard]] std::vector<std::shared_ptr<LocalSink>> all() const;
  [[nodiscard]] std::shared_ptr<LocalSink> find(const std::string& name) const;

  enum class Outcome { taken, failed, removed };
  /// Calls the sink, unless it was removed meanwhile. `why` gets the reason of a failure.
  Outcome call(const std::shared_ptr<LocalSink>& sink, const Event& event, std::string& why);

 private:
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, std::shared_ptr<LocalSink>> sinks_;
  std::multimap<const LocalSink*, std::thread::id> running_;
};

} // namespace onebudget::events
