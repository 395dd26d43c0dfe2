#pragma once
// The scheduler's inside: handlers, running jobs, threads. Inside scheduler only.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kernel/scheduler/run.hpp"
#include "kernel/scheduler/scheduler.hpp"
#include "kernel/scheduler/store.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::scheduler {

struct Scheduler::State {
  struct Kind {
    HandlerOptions options;
    Handler handler;
  };
  using RunPtr = std::shared_ptr<LiveRun>;

  State(storage::Database& the_database, storage::IdBlocks& the_ids, audit::Log& the_audit, events::Outbox& the_outbox,
        const Clock& the_clock, Options the_options);

  [[nodiscard]] Context context() const { return Context::system(clock, "scheduler"); }
  /// A transaction that answers a value.
  template <class T, class Fn>
  Result<T> in(bool writing, Fn fn) {
    return storage::answer<T>(database, context(), writing, std::move(fn));
  }

  /// Publishes what a job looks like now, in the transaction that changes it.
  Result<void> publish(storage::Session& session, const Context& by, const Job& job);
  Result<void> note(storage::Session& session, const Context& by, const Job& job, const char* action,
                    const char* outcome);
  Result<Job> find(JobId id);

  /// Makes a job of every schedule that is due.
  Result<void> queue_due_schedules();
  Result<bool> queue_schedule(const Schedule& due);
  Result<bool> run_one();
  /// From looking at the kinds to the job that was claimed by them: forgetting a kind waits for it.
  class Claiming;
  Result<void> execute(Stored stored, Claiming& claiming);
  /// What becomes of a job whose handler answered.
  [[nodiscard]] Job ended(const LiveRun& run, const HandlerOptions& options, const Result<std::string>& answer) const;
  Result<void> write_end(const LiveRun& run, const Job& job);
  /// Asks the running jobs of a kind (all kinds: empty) to stop, and waits for those of other threads.
  void stop_runs(const std::string& kind);
  [[nodiscard]] std::vector<std::string> kinds(); ///< with `mutex` held

  void work(); ///< a worker thread
  void beat(); ///< the thread that keeps leases
  void poke();

  storage::Database& database;
  storage::IdBlocks& ids;
  audit::Log& audit;
  events::Outbox& outbox;
  const Clock& clock;
  const Options options;
  const std::string holder; ///< this process, in leases

  std::mutex mutex; ///< guards all below
  std::condition_variable changed;
  std::map<std::string, std::shared_ptr<const Kind>> handlers;
  std::map<std::int64_t, RunPtr> live;
  int claims = 0; ///< threads that may claim by kinds they saw
  bool stopping = false, poked = false;
  std::vector<std::thread> threads;
};

} // namespace onebudget::scheduler
