#pragma once
// The one source of time. Tests set it by hand; nothing else in the kernel asks the operating system for the time.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace onebudget {

class Clock {
 public:
  virtual ~Clock() = default;
  /// UTC milliseconds since 1970. May jump.
  [[nodiscard]] virtual std::int64_t now_ms() const = 0;
  /// Monotonic nanoseconds, for deadlines and durations. Never goes back.
  [[nodiscard]] virtual std::int64_t mono_ns() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_ms() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  [[nodiscard]] std::int64_t mono_ns() const override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
};

/// A clock that moves only when told. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t now_ms = 1'767'225'600'000) : now_ms_(now_ms) {} // 2026-01-01T00:00:00Z
  [[nodiscard]] std::int64_t now_ms() const override { return now_ms_; }
  [[nodiscard]] std::int64_t mono_ns() const override { return mono_ns_; }
  void advance_ms(std::int64_t by) {
    now_ms_ += by;
    mono_ns_ += by * 1'000'000;
  }
  void set_ms(std::int64_t now_ms) { now_ms_ = now_ms; }

 private:
  std::atomic<std::int64_t> now_ms_;
  std::atomic<std::int64_t> mono_ns_{1};
};

} // namespace onebudget
