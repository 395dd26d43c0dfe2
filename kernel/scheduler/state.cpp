#include "kernel/scheduler/state.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "kernel/crypto/crypto.hpp"
#include "kernel/scheduler/text.hpp"
#include "sdk/declarations/cron.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::scheduler {
namespace {

constexpr auto kLookEvery = std::chrono::milliseconds(500);
constexpr auto kBeatEvery = std::chrono::seconds(10);
constexpr std::int64_t kOnTimeMs = 60'000;
constexpr std::int64_t kFirstPauseMs = 10'000, kLongestPauseMs = 3'600'000;
constexpr std::size_t kLongestResult = 4u << 20, kLongestError = 4'000;

bool may_pass(FaultKind kind) {
  switch (kind) {
    case FaultKind::conflict:
    case FaultKind::version:
    case FaultKind::limited:
    case FaultKind::internal:
    case FaultKind::unavailable:
    case FaultKind::deadline:
      return true;
    default:
      return false;
  }
}

std::int64_t pause_ms(int attempt) {
  return std::min(kLongestPauseMs, kFirstPauseMs << (2 * std::clamp(attempt - 1, 0, 10)));
}

Result<std::string> call(const Handler& handler, Run& run) {
  try {
    return handler(run);
  } catch (const std::exception& error) {
    return fault(
        FaultKind::internal, "scheduler.exception",
        {std::string("作业意外中断:") + error.what(), std::string("The job ended unexpectedly: ") + error.what()});
  } catch (...) {
    return fault(FaultKind::internal, "scheduler.exception", {"作业意外中断。", "The job ended unexpectedly."});
  }
}

} // namespace

Scheduler::State::State(storage::Database& the_database, storage::IdBlocks& the_ids, audit::Log& the_audit,
                        events::Outbox& the_outbox, const Clock& the_clock, Options the_options)
    : database(the_database),
      ids(the_ids),
      audit(the_audit),
      outbox(the_outbox),
      clock(the_clock),
      options(std::move(the_options)),
      holder(options.node + "/" + to_hex(crypto::random_bytes(6))) {}

Result<void> Scheduler::State::publish(storage::Session& session, const Context& by, const Job& job) {
  return outbox.append(session, by, {0, 0, 0, "job.progress", "job/" + job.id.str(), progress_text(job)});
}

Result<void> Scheduler::State::note(storage::Session& session, const Context& by, const Job& job, const char* action,
                                    const char* outcome) {
  audit::Entry entry;
  entry.action = action;
  entry.subject = job.kind;
  entry.subject_id = job.id.str();
  entry.outcome = outcome;
  entry.reason = job.error.substr(0, job.error.find(':'));
  return audit.append(session, by, entry);
}

Result<Job> Scheduler::State::find(JobId id) {
  OB_TRY(const auto found,
         in<std::vector<Stored>>(false, [&](storage::Session& session) { return find_job(session, id.value); }));
  if (found.empty()) {
    return fault(FaultKind::not_found, "scheduler.job", {"没有此作业。", "There is no such job."});
  }
  return found.front().job;
}

Result<bool> Scheduler::State::queue_schedule(const Schedule& due) {
  const std::int64_t now = clock.now_ms();
  const bool each = due.missed == Missed::all;
  const bool skipped = due.missed == Missed::skip && now - due.next_ms > kOnTimeMs;
  OB_TRY(const std::int64_t next, declarations::next_due(due.cron, options.time_zone, each ? due.next_ms : now));
  OB_TRY(const std::int64_t id, ids.next());
  Stored stored;
  {
    const std::lock_guard lock(mutex);
    const auto found = handlers.find(due.kind);
    if (found != handlers.end()) stored.job.title = found->second->options.title;
  }
  const Context by = service_context(due.kind, clock);
  stored.job.id = JobId{id};
  stored.job.kind = due.kind;
  stored.job.payload = each ? "{\"due_ms\":" + std::to_string(due.next_ms) + "}" : "{}";
  stored.job.owner_name = by.caller.name;
  stored.job.created_ms = stored.job.run_at_ms = now;
  stored.caller = caller_text(by);
  stored.schedule = due.id;
  return in<bool>(true, [&](storage::Session& session) -> Result<bool> {
    OB_TRY(const bool overlapping, pending_run(session, due.id));
    if (overlapping && each) return false; // its turn comes when the one before it has ended
    OB_TRY(const bool mine, advance(session, due, next));
    if (!mine || overlapping || skipped) return false;
    OB_CHECK(insert_job(session, stored));
    OB_CHECK(publish(session, by, stored.job));
    return true;
  });
}

Result<void> Scheduler::State::queue_due_schedules() {
  OB_TRY(const auto all,
         in<std::vector<Schedule>>(false, [](storage::Session& session) { return list_schedules(session); }));
  for (const Schedule& schedule : all) {
    if (!schedule.enabled || schedule.next_ms > clock.now_ms()) continue;
    OB_TRY(const bool queued, queue_schedule(schedule));
    if (queued) outbox.wake();
  }
  return {};
}

class Scheduler::State::Claiming {
 public:
  explicit Claiming(State& state) : state_(state) {
    const std::lock_guard lock(state_.mutex);
    names_ = state_.kinds();
    ++state_.claims;
  }
  ~Claiming() { end(); }
  Claiming(const Claiming&) = delete;
  Claiming& operator=(const Claiming&) = delete;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  void end() {
    {
      const std::lock_guard lock(state_.mutex);
      if (!open_) return;
      open_ = false;
      --state_.claims;
    }
    state_.changed.notify_all();
  }

 private:
  State& state_;
  std::vector<std::string> names_;
  bool open_ = true;
};

std::vector<std::string> Scheduler::State::kinds() {
  std::vector<std::string> names;
  if (stopping) return names;
  for (const auto& [name, kind] : handlers) names.push_back(name);
  return names;
}

Result<bool> Scheduler::State::run_one() {
  OB_CHECK(queue_due_schedules());
  Claiming claiming(*this);
  const std::vector<std::string>& names = claiming.names();
  if (names.empty()) return false;
  const std::int64_t now = clock.now_ms();
  OB_TRY(const bool any, in<bool>(false, [&](storage::Session& session) { return any_due(session, names, now); }));
  if (!any) return false;
  OB_TRY(auto claimed, in<std::vector<Stored>>(true, [&](storage::Session& session) -> Result<std::vector<Stored>> {
           OB_TRY(auto taken, claim(session, names, holder, now, now + LiveRun::kLeaseMs));
           if (!taken.empty()) OB_CHECK(publish(session, context(), taken.front().job));
           return taken;
         }));
  if (claimed.empty()) return false;
  OB_CHECK(execute(std::move(claimed.front()), claiming));
  return true;
}

Result<void> Scheduler::State::execute(Stored stored, Claiming& claiming) {
  const std::int64_t id = stored.job.id.value;
  const Lease lease{id, holder, stored.job.attempt};
  Context by = caller_context(stored.caller, stored.job, clock.now_ms());
  std::shared_ptr<const Kind> kind;
  RunPtr run;
  {
    const std::lock_guard lock(mutex);
    const auto found = handlers.find(stored.job.kind);
    if (found != handlers.end()) kind = found->second;
    const std::int64_t limit_ms = std::int64_t{kind ? kind->options.timeout_minutes : 1} * 60'000;
    run = std::make_shared<LiveRun>(database, outbox, clock, std::move(stored), std::move(by), lease, limit_ms);
    if (!kind || stopping) run->stop();
    live[id] = run;
  }
  claiming.end();
  const HandlerOptions handling = kind ? kind->options : HandlerOptions();
  Result<std::string> answer =
      fault(FaultKind::unavailable, "scheduler.stopped", {"服务正在停止。", "The service is stopping."});
  if (run->job().attempt > handling.attempts) {
    answer = fault(FaultKind::unavailable, "scheduler.node_lost",
                   {"执行该作业的节点多次失联。", "The nodes that ran this job were lost too often."});
  } else if (!run->stopped() && !run->cancel_asked()) {
    answer = call(kind->handler, *run);
  }
  auto done = write_end(*run, ended(*run, handling, answer));
  {
    const std::lock_guard lock(mutex);
    live.erase(id);
  }
  changed.notify_all();
  return done;
}

Job Scheduler::State::ended(const LiveRun& run, const HandlerOptions& handling,
                            const Result<std::string>& answer) const {
  Job job = run.report();
  const std::int64_t now = clock.now_ms();
  job.finished_ms = now;
  const auto fail_with = [&job](const Fault& why) {
    job.error = (why.code + ": " + why.message.zh).substr(0, kLongestError);
  };
  if (answer && answer->size() <= kLongestResult) {
    job.state = JobState::done;
    job.progress = 1;
    job.result = *answer;
    job.error.clear();
    return job;
  }
  const Fault too_long =
      fault(FaultKind::too_large, "scheduler.result", {"作业结果过大。", "The job's result is too large."});
  const Fault late =
      fault(FaultKind::deadline, "scheduler.timeout", {"作业超过时限。", "The job went past its time limit."});
  const Fault& why = answer ? too_long : (run.timed_out() ? late : answer.fault());
  if (run.cancel_asked()) {
    job.state = JobState::cancelled;
    return job;
  }
  const bool lost_too_often = job.attempt > handling.attempts;
  if (run.stopped() && !lost_too_often) {
    // Not its fault: the lease goes back, and the attempt does not count.
    job.state = JobState::waiting;
    job.attempt -= 1;
    job.run_at_ms = now;
    job.finished_ms = 0;
    return job;
  }
  fail_with(why);
  if (may_pass(why.kind) && job.attempt < handling.attempts) {
    job.state = JobState::waiting;
    job.run_at_ms = now + pause_ms(job.attempt);
    job.finished_ms = 0;
  } else {
    job.state = JobState::failed;
  }
  return job;
}

Result<void> Scheduler::State::write_end(const LiveRun& run, const Job& job) {
  OB_CHECK(database.write(context(), [&](storage::Session& session) -> Result<void> {
    OB_TRY(const bool held, store_end(session, run.lease(), job));
    if (!held) return {}; // another node has it now; what this one did does not count
    if (job.state == JobState::failed) OB_CHECK(note(session, run.context(), job, "job.failed", "failed"));
    return publish(session, run.context(), job);
  }));
  outbox.wake();
  return {};
}

void Scheduler::State::stop_runs(const std::string& kind) {
  std::unique_lock lock(mutex);
  const auto ours = [&](const RunPtr& run) {
    return (kind.empty() || run->job().kind == kind) && run->thread() != std::this_thread::get_id();
  };
  for (const auto& [id, run] : live) {
    if (ours(run)) run->stop();
  }
  changed.wait(lock, [&] {
    return claims == 0 && std::none_of(live.begin(), live.end(), [&](const auto& entry) { return ours(entry.second); });
  });
}

void Scheduler::State::poke() {
  {
    const std::lock_guard lock(mutex);
    poked = true;
  }
  changed.notify_all();
}

void Scheduler::State::work() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    poked = false;
    lock.unlock();
    const auto ran = run_one(); // a fault here is the database's; the next look tries again
    lock.lock();
    if (ran.ok() && *ran) continue;
    changed.wait_for(lock, kLookEvery, [this] { return stopping || poked; });
  }
}

void Scheduler::State::beat() {
  std::unique_lock lock(mutex);
  while (!changed.wait_for(lock, kBeatEvery, [this] { return stopping; })) {
    std::vector<RunPtr> runs;
    for (const auto& [id, run] : live) runs.push_back(run);
    lock.unlock();
    for (const RunPtr& run : runs) run->look();
    lock.lock();
  }
}

} // namespace onebudget::scheduler
