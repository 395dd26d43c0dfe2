#include "kernel/scheduler/scheduler.hpp"

#include <utility>

#include "kernel/scheduler/state.hpp"
#include "kernel/scheduler/text.hpp"
#include "sdk/declarations/cron.hpp"

namespace onebudget::scheduler {
namespace {

constexpr std::size_t kLongestPayload = 1u << 20;

Fault wrong_state() {
  return fault(FaultKind::conflict, "scheduler.state",
               {"作业当前状态不允许此操作。", "The job's present state does not allow this."});
}

} // namespace

Scheduler::Scheduler(storage::Database& database, storage::IdBlocks& ids, audit::Log& audit, events::Outbox& outbox,
                     const Clock& clock, Options options)
    : state_(std::make_unique<State>(database, ids, audit, outbox, clock, std::move(options))) {}

Scheduler::~Scheduler() { stop(); }

std::vector<storage::Migration> Scheduler::migrations() { return job_migrations(); }

void Scheduler::handle(const std::string& kind, HandlerOptions options, Handler handler) {
  auto added = std::make_shared<const State::Kind>(State::Kind{std::move(options), std::move(handler)});
  {
    const std::lock_guard lock(state_->mutex);
    state_->handlers[kind] = std::move(added);
  }
  state_->poke();
}

void Scheduler::forget(const std::string& kind) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->handlers.erase(kind);
  }
  state_->stop_runs(kind);
}

Result<void> Scheduler::schedule(const std::string& id, const std::string& kind, const std::string& cron,
                                 Missed missed) {
  Schedule added{id, kind, cron, true, 0, missed};
  OB_TRY(const std::int64_t next, declarations::next_due(cron, state_->options.time_zone, state_->clock.now_ms()));
  added.next_ms = next;
  OB_CHECK(state_->database.write(state_->context(),
                                  [&](storage::Session& session) { return put_schedule(session, added); }));
  state_->poke();
  return {};
}

Result<void> Scheduler::unschedule(const std::string& id) {
  return state_->database.write(state_->context(),
                                [&](storage::Session& session) { return drop_schedule(session, id); });
}

Result<std::vector<Schedule>> Scheduler::schedules() {
  OB_TRY(auto all,
         state_->in<std::vector<Schedule>>(false, [](storage::Session& session) { return list_schedules(session); }));
  const std::lock_guard lock(state_->mutex);
  for (Schedule& one : all)
    if (const auto kind = state_->handlers.find(one.kind); kind != state_->handlers.end())
      one.title = kind->second->options.title;
  return all;
}

Result<Job> Scheduler::submit(const Context& context, const std::string& kind, std::string payload,
                              std::int64_t run_at_ms) {
  Stored stored;
  {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->handlers.find(kind);
    if (found == state_->handlers.end()) {
      return fault(FaultKind::not_found, "scheduler.kind",
                   {"没有此类作业,或其插件未启用:" + kind,
                    "There is no such kind of job, or its plugin is not enabled: " + kind});
    }
    stored.job.title = found->second->options.title;
  }
  if (payload.size() > kLongestPayload) {
    return fault(FaultKind::too_large, "scheduler.payload",
                 {"作业参数过大(上限 1 MiB)。", "A job's payload is too large (at most 1 MiB)."});
  }
  OB_TRY(const std::int64_t id, state_->ids.next());
  Job& job = stored.job;
  job.id = JobId{id};
  job.kind = kind;
  job.payload = std::move(payload);
  job.owner = context.caller.user;
  job.owner_name = context.caller.name;
  job.created_ms = context.now_ms != 0 ? context.now_ms : state_->clock.now_ms();
  job.run_at_ms = run_at_ms != 0 ? run_at_ms : job.created_ms;
  stored.caller = caller_text(context);
  OB_CHECK(state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(insert_job(session, stored));
    OB_CHECK(state_->note(session, context, job, "job.submit", "ok"));
    return state_->publish(session, context, job);
  }));
  state_->outbox.wake();
  state_->poke();
  return job;
}

Result<Job> Scheduler::job(JobId id) { return state_->find(id); }

Result<std::vector<Job>> Scheduler::jobs(const JobQuery& query) {
  OB_TRY(const auto found,
         state_->in<std::vector<Stored>>(false, [&](storage::Session& session) { return list_jobs(session, query); }));
  std::vector<Job> jobs;
  jobs.reserve(found.size());
  for (const Stored& stored : found) jobs.push_back(stored.job);
  return jobs;
}

Result<Job> Scheduler::cancel(const Context& context, JobId id) {
  OB_TRY(Job job, state_->find(id));
  OB_CHECK(state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const bool waited, cancel_waiting(session, id.value, state_->clock.now_ms()));
    bool asked = waited;
    if (!waited) {
      OB_TRY(const bool running, ask_cancel(session, id.value));
      asked = running;
    }
    if (!asked) return wrong_state();
    OB_TRY(const auto now, find_job(session, id.value));
    job = now.front().job;
    OB_CHECK(state_->note(session, context, job, "job.cancel", "ok"));
    return state_->publish(session, context, job);
  }));
  {
    const std::lock_guard lock(state_->mutex);
    const auto live = state_->live.find(id.value);
    if (live != state_->live.end()) live->second->cancel();
  }
  state_->outbox.wake();
  return job;
}

Result<Job> Scheduler::retry(const Context& context, JobId id) {
  OB_TRY(Job job, state_->find(id));
  OB_CHECK(state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const bool again, set_waiting(session, id.value, state_->clock.now_ms()));
    if (!again) return wrong_state();
    OB_TRY(const auto now, find_job(session, id.value));
    job = now.front().job;
    OB_CHECK(state_->note(session, context, job, "job.retry", "ok"));
    return state_->publish(session, context, job);
  }));
  state_->outbox.wake();
  state_->poke();
  return job;
}

void Scheduler::start() {
  const std::lock_guard lock(state_->mutex);
  if (!state_->threads.empty()) return;
  state_->stopping = false;
  for (int i = 0; i < state_->options.workers; ++i) state_->threads.emplace_back([this] { state_->work(); });
  state_->threads.emplace_back([this] { state_->beat(); });
}

void Scheduler::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    threads.swap(state_->threads);
  }
  state_->changed.notify_all();
  state_->stop_runs("");
  for (std::thread& thread : threads) thread.join();
}

Result<bool> Scheduler::run_one() { return state_->run_one(); }

Result<int> Scheduler::sweep(std::int64_t older_than_ms) {
  const std::int64_t before = state_->clock.now_ms() - older_than_ms;
  OB_TRY(const std::int64_t gone,
         state_->in<std::int64_t>(true, [&](storage::Session& session) { return forget_jobs(session, before); }));
  return static_cast<int>(gone);
}

} // namespace onebudget::scheduler
