#include "kernel/events/sinks.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace onebudget::events {

bool LocalSink::wants(const std::string& topic) const {
  if (topics.empty()) return true;
  return std::any_of(topics.begin(), topics.end(), [&topic](const std::string& pattern) {
    if (!pattern.empty() && pattern.back() == '*')
      return topic.compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0;
    return pattern == topic;
  });
}

void Sinks::add(LocalSink sink) {
  remove(sink.name);
  auto added = std::make_shared<LocalSink>(std::move(sink));
  const std::lock_guard lock(mutex_);
  sinks_[added->name] = std::move(added);
}

void Sinks::remove(const std::string& name) {
  std::unique_lock lock(mutex_);
  const auto found = sinks_.find(name);
  if (found == sinks_.end()) return;
  const std::shared_ptr<LocalSink> gone = std::move(found->second);
  sinks_.erase(found);
  ended_.wait(lock, [&] {
    const auto range = running_.equal_range(gone.get());
    return std::all_of(range.first, range.second,
                       [](const auto& run) { return run.second == std::this_thread::get_id(); });
  });
}

std::vector<std::shared_ptr<LocalSink>> Sinks::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<LocalSink>> found;
  found.reserve(sinks_.size());
  for (const auto& [name, sink] : sinks_) found.push_back(sink);
  return found;
}

std::shared_ptr<LocalSink> Sinks::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = sinks_.find(name);
  return found == sinks_.end() ? nullptr : found->second;
}

Sinks::Outcome Sinks::call(const std::shared_ptr<LocalSink>& sink, const Event& event, std::string& why) {
  std::multimap<const LocalSink*, std::thread::id>::iterator run;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sinks_.find(sink->name);
    if (found == sinks_.end() || found->second != sink) return Outcome::removed;
    run = running_.emplace(sink.get(), std::this_thread::get_id());
  }
  auto outcome = Outcome::taken;
  try {
    if (const auto done = sink->call(event); !done) {
      why = done.fault().code + ": " + done.fault().message.en;
      outcome = Outcome::failed;
    }
  } catch (const std::exception& error) {
    why = error.what();
    outcome = Outcome::failed;
  } catch (...) {
    why = "not a std::exception";
    outcome = Outcome::failed;
  }
  {
    const std::lock_guard lock(mutex_);
    running_.erase(run);
  }
  ended_.notify_all();
  return outcome;
}

} // namespace onebudget::events
