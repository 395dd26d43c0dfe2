#pragma once
// scheduler: cron, one-off jobs, progress, cancel, retry. Jobs live in the database; a lease keeps one job on one node.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/audit/audit.hpp"
#include "kernel/events/events.hpp"
#include "kernel/storage/storage.hpp"
#include "sdk/values/id.hpp"

namespace onebudget::scheduler {

enum class JobState { waiting, running, done, failed, cancelled };

struct Job {
  JobId id;
  std::string kind; ///< "<plugin>.<job>" or "kernel.<job>"
  Text title;
  JobState state = JobState::waiting;
  double progress = 0; ///< 0..1
  std::string message;
  std::string payload, result; ///< JSON
  std::string error;
  UserId owner; ///< who asked; none for scheduled ones
  std::string owner_name;
  std::int64_t created_ms = 0, started_ms = 0, finished_ms = 0, run_at_ms = 0;
  int attempt = 0;
  bool cancel_asked = false;
};

/// Given to a running job. Thread-safe. context() has no deadline: the time limit of HandlerOptions shows in
/// cancelled(), which a handler asks between its units of work; it then leaves with a fault of its own, which is not
/// looked at. Never call these from inside a database transaction.
class Run {
 public:
  virtual ~Run() = default;
  [[nodiscard]] virtual const Job& job() const = 0;
  [[nodiscard]] virtual const Context& context() const = 0; ///< the asker's, or the service's for scheduled jobs
  /// Shown, and published as event job.progress; calls within 200 ms of the last one may be dropped.
  virtual void progress(double share, std::string message) = 0;
  /// True when somebody cancelled it, its time is up, the process stops, or another node has taken it over.
  [[nodiscard]] virtual bool cancelled() const = 0;
  virtual Result<void> checkpoint(std::string json) = 0; ///< kept across a retry
  [[nodiscard]] virtual std::string checkpoint() const = 0;
};

/// Answers the result as JSON. A fault that may pass (conflict, version, limited, internal, unavailable, deadline) is
/// tried again after 10 s, 40 s, 160 s … (at most an hour) while attempts are left; any other ends the job.
using Handler = std::function<Result<std::string>(Run&)>;

struct HandlerOptions {
  Text title;
  int attempts = 3; ///< 1 = never retried by itself
  int timeout_minutes = 60;
};

/// What becomes of times that nobody was there for: one run for all of them, none, or one after another for each.
enum class Missed { once, skip, all };

struct Schedule {
  std::string id; ///< "<plugin>.<job>"
  std::string kind;
  std::string cron; ///< five fields, in the scheduler's time zone
  bool enabled = true;
  std::int64_t next_ms = 0;
  Missed missed = Missed::once;
  Text title = {}; ///< of its job; empty while nobody handles that
};

/// Thread-safe. A job belongs to one node at a time by a lease of a minute that the node renews; when a node dies its
/// jobs go to another one and count as a failed attempt. While a run of a schedule is waiting or running no second
/// one is made; what was missed follows Schedule::missed. With Missed::skip a time counts as missed a minute after it;
/// with Missed::all the payload is {"due_ms": …}, the time that the run stands for. Every change is published as event
/// "job.progress" (key "job/<id>", payload {id, kind, state, progress, message, owner}).
class Scheduler {
 public:
  struct Options {
    int workers = 2;
    std::string time_zone = "Asia/Shanghai";
    std::string node = "node-1";
  };
  Scheduler(storage::Database& database, storage::IdBlocks& ids, audit::Log& audit, events::Outbox& outbox,
            const Clock& clock, Options options);
  ~Scheduler();
  static std::vector<storage::Migration> migrations();

  /// Before start(), or at any time. Jobs of a kind without a handler wait.
  void handle(const std::string& kind, HandlerOptions options, Handler handler);
  void forget(const std::string& kind); ///< asks running ones of that kind to stop, waits, and gives their leases back
  Result<void> schedule(const std::string& id, const std::string& kind, const std::string& cron,
                        Missed missed = Missed::once);
  Result<void> unschedule(const std::string& id);
  Result<std::vector<Schedule>> schedules();

  /// Runs as `context.caller`. `run_at_ms` 0 = now.
  Result<Job> submit(const Context& context, const std::string& kind, std::string payload, std::int64_t run_at_ms = 0);
  Result<Job> job(JobId id);
  struct JobQuery {
    UserId owner; ///< none = all
    std::int64_t before_id = 0;
    int limit = 50;
  };
  Result<std::vector<Job>> jobs(const JobQuery& query);
  Result<Job> cancel(const Context& context, JobId id);
  Result<Job> retry(const Context& context, JobId id);

  void start();
  void stop(); ///< asks running jobs to stop, waits, gives their leases back
  /// Runs one due job on the calling thread; false when none was due. For tests and the offline command.
  Result<bool> run_one();
  /// Forgets jobs that ended at least this long ago; answers how many.
  Result<int> sweep(std::int64_t older_than_ms);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace onebudget::scheduler
