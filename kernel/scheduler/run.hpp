#pragma once
// A job that this process runs. Inside scheduler only.

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "kernel/scheduler/store.hpp"

namespace onebudget::scheduler {

class LiveRun final : public Run {
 public:
  LiveRun(storage::Database& database, events::Outbox& outbox, const Clock& clock, Stored stored, Context context,
          Lease lease, std::int64_t limit_ms);

  [[nodiscard]] const Job& job() const override { return stored_.job; }
  [[nodiscard]] const Context& context() const override { return context_; }
  void progress(double share, std::string message) override;
  [[nodiscard]] bool cancelled() const override;
  Result<void> checkpoint(std::string json) override;
  [[nodiscard]] std::string checkpoint() const override;

  /// Renews the lease and sees whether somebody cancelled.
  void look() const;
  void cancel() { cancel_asked_ = true; }
  void stop() { stop_ = true; }
  [[nodiscard]] bool cancel_asked() const { return cancel_asked_; }
  [[nodiscard]] bool stopped() const { return stop_; }
  [[nodiscard]] bool timed_out() const { return clock_.mono_ns() >= end_ns_; }
  [[nodiscard]] const Lease& lease() const { return lease_; }
  [[nodiscard]] std::thread::id thread() const { return thread_; }
  /// The job as last reported, to be ended.
  [[nodiscard]] Job report() const;

  static constexpr std::int64_t kLeaseMs = 60'000;

 private:
  storage::Database& database_;
  events::Outbox& outbox_;
  const Clock& clock_;
  const Stored stored_;
  const Context context_;
  const Lease lease_;
  const std::int64_t end_ns_;
  const std::thread::id thread_ = std::this_thread::get_id();
  mutable std::atomic<bool> cancel_asked_, stop_{false}, lost_{false};
  mutable std::atomic<std::int64_t> looked_ms_{0};
  mutable std::mutex mutex_;
  double share_ = 0;
  std::string message_, checkpoint_;
  std::int64_t reported_ms_ = 0;
};

} // namespace onebudget::scheduler
