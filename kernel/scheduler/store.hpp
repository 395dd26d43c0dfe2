#pragma once
// The SQL of jobs and schedules. Inside scheduler only; every function runs in the caller's transaction.

#include <string>
#include <vector>

#include "kernel/scheduler/scheduler.hpp"

namespace onebudget::scheduler {

/// A job with what only the scheduler needs.
struct Stored {
  Job job;
  std::string caller; ///< JSON, see caller.hpp
  std::string checkpoint;
  std::string schedule; ///< id of the schedule that made it, or empty
};

std::vector<storage::Migration> job_migrations();
const char* state_name(JobState state);

Result<void> insert_job(storage::Session& session, const Stored& stored);
/// None when there is no such job.
Result<std::vector<Stored>> find_job(storage::Session& session, std::int64_t id);
Result<std::vector<Stored>> list_jobs(storage::Session& session, const Scheduler::JobQuery& query);

/// True when a job of one of `kinds` could be claimed.
Result<bool> any_due(storage::Session& session, const std::vector<std::string>& kinds, std::int64_t now_ms);
/// Takes one due job, or one whose node died, for `holder`; empty when there is none.
Result<std::vector<Stored>> claim(storage::Session& session, const std::vector<std::string>& kinds,
                                  const std::string& holder, std::int64_t now_ms, std::int64_t until_ms);

struct Lease {
  std::int64_t id = 0;
  std::string holder;
  int attempt = 0;
};
struct Renewal {
  bool held = false;
  bool cancel_asked = false;
};
Result<Renewal> renew(storage::Session& session, const Lease& lease, std::int64_t until_ms);
/// The following answer false when the lease was lost, and then change nothing.
Result<bool> store_progress(storage::Session& session, const Lease& lease, double share, const std::string& message);
Result<bool> store_checkpoint(storage::Session& session, const Lease& lease, const std::string& json);
/// Writes state, result, error, attempt, run_at and finished of `job` and gives the lease back.
Result<bool> store_end(storage::Session& session, const Lease& lease, const Job& job);

/// Changes a job that nobody runs from one state to another; false when it was in another state.
Result<bool> set_waiting(storage::Session& session, std::int64_t id, std::int64_t run_at_ms);
Result<bool> cancel_waiting(storage::Session& session, std::int64_t id, std::int64_t now_ms);
Result<bool> ask_cancel(storage::Session& session, std::int64_t id);
Result<std::int64_t> forget_jobs(storage::Session& session, std::int64_t before_ms);

Result<std::vector<Schedule>> list_schedules(storage::Session& session);
Result<void> put_schedule(storage::Session& session, const Schedule& schedule);
Result<void> drop_schedule(storage::Session& session, const std::string& id);
/// Moves a schedule from one due time to the next; false when another node did.
Result<bool> advance(storage::Session& session, const Schedule& from, std::int64_t next_ms);
/// True when a job of this schedule is waiting or running.
Result<bool> pending_run(storage::Session& session, const std::string& schedule);

} // namespace onebudget::scheduler
