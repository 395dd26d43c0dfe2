#pragma once
// The gate in front of one generation of a plugin. Every entry into its code passes it: counted, bounded by the
// plugin's declared concurrency, refused when closed. Thread-safe; the ordinary way in and out takes no lock.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace onebudget::host {

class Gate {
 public:
  enum class Answer { admitted, closed, busy };

  explicit Gate(int concurrency) : limit_(static_cast<std::uint32_t>(concurrency)) {}

  void open() { state_.fetch_or(kOpen); }
  /// Waits at most `wait` for a free place. `nested` = this chain of calls is inside already: it takes no place of its
  /// own, because waiting for itself would never end.
  Answer enter(std::chrono::nanoseconds wait, bool nested);
  void leave(bool nested);
  /// Refuses new entries from now on, those that wait included.
  void close();
  /// Waits until everybody left; false when `wait` is over first.
  bool drain(std::chrono::nanoseconds wait);
  [[nodiscard]] std::uint32_t inside() const { return static_cast<std::uint32_t>(state_.load() & kCount); }
  [[nodiscard]] bool is_open() const { return (state_.load() & kOpen) != 0; }

 private:
  static constexpr std::uint64_t kOpen = 1ULL << 63U;
  static constexpr std::uint64_t kCount = 0xffffffffULL; ///< all that are inside
  static constexpr std::uint64_t kPlace = 1ULL << 32U;   ///< those that hold a place of the limit
  static constexpr std::uint64_t kPlaces = 0x7fffffffULL << 32U;
  bool try_enter(bool nested, Answer& answer);

  const std::uint32_t limit_;
  std::atomic<std::uint64_t> state_{0};
  std::atomic<std::uint32_t> waiting_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
};

} // namespace onebudget::host
