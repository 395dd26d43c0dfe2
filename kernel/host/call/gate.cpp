#include "kernel/host/call/gate.hpp"

namespace onebudget::host {

bool Gate::try_enter(bool nested, Answer& answer) {
  const std::uint64_t step = nested ? 1 : 1 + kPlace;
  auto state = state_.load();
  for (;;) {
    if ((state & kOpen) == 0) {
      answer = Answer::closed;
      return true;
    }
    if (!nested && ((state & kPlaces) >> 32U) >= limit_) {
      answer = Answer::busy;
      return false;
    }
    if (state_.compare_exchange_weak(state, state + step)) {
      answer = Answer::admitted;
      return true;
    }
  }
}

Gate::Answer Gate::enter(std::chrono::nanoseconds wait, bool nested) {
  Answer answer = Answer::busy;
  if (try_enter(nested, answer)) return answer;
  std::unique_lock lock(mutex_);
  // Announced before the second look: whoever leaves after it sees that somebody waits.
  ++waiting_;
  changed_.wait_for(lock, wait, [&] { return try_enter(nested, answer); });
  --waiting_;
  return answer;
}

void Gate::leave(bool nested) {
  const auto before = state_.fetch_sub(nested ? 1 : 1 + kPlace);
  if (waiting_.load() == 0 && (before & kOpen) != 0) return;
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void Gate::close() {
  state_.fetch_and(~kOpen);
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

bool Gate::drain(std::chrono::nanoseconds wait) {
  std::unique_lock lock(mutex_);
  ++waiting_;
  const bool empty = changed_.wait_for(lock, wait, [&] { return inside() == 0; });
  --waiting_;
  return empty;
}

} // namespace onebudget::host
