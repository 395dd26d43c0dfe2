#include "kernel/scheduler/run.hpp"

#include <algorithm>
#include <utility>

#include "kernel/scheduler/text.hpp"

namespace onebudget::scheduler {
namespace {

constexpr std::int64_t kReportEveryMs = 200;
constexpr std::int64_t kLookEveryMs = 1'000;
constexpr std::size_t kLongestMessage = 1'000;
constexpr std::size_t kLongestCheckpoint = 1u << 20;

} // namespace

LiveRun::LiveRun(storage::Database& database, events::Outbox& outbox, const Clock& clock, Stored stored,
                 Context context, Lease lease, std::int64_t limit_ms)
    : database_(database),
      outbox_(outbox),
      clock_(clock),
      stored_(std::move(stored)),
      context_(std::move(context)),
      lease_(std::move(lease)),
      end_ns_(clock.mono_ns() + limit_ms * 1'000'000),
      cancel_asked_(stored_.job.cancel_asked),
      share_(stored_.job.progress),
      message_(stored_.job.message),
      checkpoint_(stored_.checkpoint) {}

void LiveRun::progress(double share, std::string message) {
  Job job;
  {
    const std::lock_guard lock(mutex_);
    share_ = std::clamp(share, 0.0, 1.0);
    message_ = std::move(message);
    if (message_.size() > kLongestMessage) message_.clear();
    const std::int64_t now = clock_.now_ms();
    if (reported_ms_ != 0 && now - reported_ms_ < kReportEveryMs) return;
    reported_ms_ = now;
    job = stored_.job;
    job.progress = share_;
    job.message = message_;
  }
  const auto done =
      database_.write(Context::system(clock_, context_.request_id), [&](storage::Session& session) -> Result<void> {
        OB_TRY(const bool held, store_progress(session, lease_, job.progress, job.message));
        if (!held) {
          lost_ = true;
          return {};
        }
        return outbox_.append(session, context_,
                              {0, 0, clock_.now_ms(), "job.progress", "job/" + job.id.str(), progress_text(job)});
      });
  if (done) outbox_.wake(); // a report that could not be written is no reason to stop working; the next one may be
}

void LiveRun::look() const {
  looked_ms_ = clock_.now_ms();
  Renewal renewal;
  const auto done =
      database_.write(Context::system(clock_, context_.request_id), [&](storage::Session& session) -> Result<void> {
        OB_TRY(const Renewal found, renew(session, lease_, clock_.now_ms() + kLeaseMs));
        renewal = found;
        return {};
      });
  if (!done) return; // the lease still runs; the next look may reach the database
  if (!renewal.held) lost_ = true;
  if (renewal.cancel_asked) cancel_asked_ = true;
}

bool LiveRun::cancelled() const {
  if (cancel_asked_ || stop_ || lost_ || timed_out()) return true;
  const std::int64_t looked = looked_ms_;
  if (looked == 0 || clock_.now_ms() - looked >= kLookEveryMs) look();
  return cancel_asked_ || lost_;
}

Result<void> LiveRun::checkpoint(std::string json) {
  if (json.size() > kLongestCheckpoint) {
    return fault(FaultKind::too_large, "scheduler.checkpoint",
                 {"作业检查点过大(上限 1 MiB)。", "A job's checkpoint is too large (at most 1 MiB)."});
  }
  bool held = false;
  OB_CHECK(
      database_.write(Context::system(clock_, context_.request_id), [&](storage::Session& session) -> Result<void> {
        OB_TRY(const bool stored, store_checkpoint(session, lease_, json));
        held = stored;
        return {};
      }));
  if (!held) {
    lost_ = true;
    return fault(FaultKind::conflict, "scheduler.lost",
                 {"作业已由另一节点接管。", "Another node has taken over this job."});
  }
  const std::lock_guard lock(mutex_);
  checkpoint_ = std::move(json);
  return {};
}

std::string LiveRun::checkpoint() const {
  const std::lock_guard lock(mutex_);
  return checkpoint_;
}

Job LiveRun::report() const {
  const std::lock_guard lock(mutex_);
  Job job = stored_.job;
  job.progress = share_;
  job.message = message_;
  return job;
}

} // namespace onebudget::scheduler
