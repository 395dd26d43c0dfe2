#include "kernel/http/sse.hpp"

#include <algorithm>
#include <utility>

namespace onebudget::http {

std::shared_ptr<SseListener> SseHub::open(const Context& context) {
  auto listener = std::make_shared<SseListener>(context);
  const std::lock_guard lock(mutex_);
  std::erase_if(listeners_, [](const auto& entry) { return entry.second.expired(); });
  listener->number_ = ++numbers_;
  listeners_[listener->number_] = listener;
  return listener;
}

void SseHub::add(SseListener& listener, const SseEvent& event) {
  if (listener.overflowed_ || (event.id > 0 && event.id <= listener.last_id_)) return;
  if (event.id > 0) listener.last_id_ = event.id;
  std::string& out = listener.pending_;
  if (event.id > 0) out.append("id: ").append(std::to_string(event.id)).append("\n");
  if (!event.name.empty()) out.append("event: ").append(event.name).append("\n");
  out.append("data: ");
  for (const char c : event.data) {
    if (c == '\n') {
      out.append("\ndata: ");
    } else if (c != '\r') {
      out += c;
    }
  }
  out.append("\n\n");
  if (out.size() > limit_) {
    listener.overflowed_ = true;
    listener.pending_ = std::string();
  }
}

void SseHub::mark(const std::shared_ptr<SseListener>& listener) {
  if (listener->dirty_) return;
  listener->dirty_ = true;
  dirty_.push_back(listener);
}

void SseHub::begin(const std::shared_ptr<SseListener>& listener, const std::vector<SseEvent>& missed) {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    for (const SseEvent& event : missed) add(*listener, event);
    for (const SseEvent& event : listener->held_) add(*listener, event);
    listener->held_ = {};
    listener->begun_ = true;
    mark(listener);
    wake = wake_;
  }
  if (wake) wake();
}

void SseHub::publish(const Filter& filter, const SseEvent& event) {
  std::vector<std::shared_ptr<SseListener>> all;
  {
    const std::lock_guard lock(mutex_);
    all.reserve(listeners_.size());
    for (const auto& [number, weak] : listeners_) {
      if (auto listener = weak.lock()) all.push_back(std::move(listener));
    }
  }
  if (all.empty()) return;
  std::vector<const Context*> asked;
  asked.reserve(all.size());
  for (const auto& listener : all) asked.push_back(&listener->context());
  const std::vector<bool> chosen = filter(asked);
  std::size_t at = 0;
  std::erase_if(all, [&](const auto&) { return !chosen[at++]; });
  if (all.empty()) return;
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& listener : all) {
      if (!listener->begun_) {
        listener->held_.push_back(event);
        if (listener->held_.size() > 1000) listener->overflowed_ = true;
        continue;
      }
      add(*listener, event);
      mark(listener);
    }
    wake = wake_;
  }
  if (wake) wake();
}

std::size_t SseHub::listeners() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(listeners_.begin(), listeners_.end(), [](const auto& entry) { return !entry.second.expired(); }));
}

void SseHub::attach(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

std::vector<std::shared_ptr<SseListener>> SseHub::take_dirty() {
  const std::lock_guard lock(mutex_);
  for (const auto& listener : dirty_) listener->dirty_ = false;
  return std::exchange(dirty_, {});
}

bool SseHub::take(SseListener& listener, std::string& out) {
  const std::lock_guard lock(mutex_);
  out.append(listener.pending_);
  listener.pending_ = std::string();
  return !listener.overflowed_;
}

} // namespace onebudget::http
