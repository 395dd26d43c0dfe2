#include "kernel/scheduler/scheduler.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kernel/storage/testing.hpp"

namespace onebudget::scheduler {
namespace {

using JobRun = Run; // inside a fixture, Run is GoogleTest's own

/// One server on a database.
struct Node {
  Node(storage::Database& database, const Clock& clock, const std::string& name)
      : ids(database),
        audit(database, clock),
        outbox(database, clock),
        scheduler(database, ids, audit, outbox, clock, {2, "Asia/Shanghai", name}) {}
  storage::IdBlocks ids;
  audit::Log audit;
  events::Outbox outbox;
  Scheduler scheduler;
};

class SchedulerTest : public storage::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    std::vector<storage::Migration> all;
    for (const auto& some : {audit::Log::migrations(), events::Outbox::migrations(), Scheduler::migrations()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    ASSERT_TRUE(storage::Migrations(database()).apply(Context::system(clock_), all).ok());
    node_ = std::make_unique<Node>(database(), clock_, "one");
  }
  void TearDown() override { node_.reset(); }

  Scheduler& jobs() { return node_->scheduler; }
  Context caller() {
    Context context = Context::system(clock_, "00000000000000aa");
    context.caller.kind = CallerKind::person;
    context.caller.user = UserId{7};
    context.caller.name = "zhang";
    context.language = "en";
    return context;
  }
  Job submit(const std::string& kind, const std::string& payload = "{}") {
    auto made = jobs().submit(caller(), kind, payload);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.fault().message.en);
    return made.ok() ? *made : Job();
  }
  Job now(const Job& job) {
    auto found = jobs().job(job.id);
    EXPECT_TRUE(found.ok());
    return found.ok() ? *found : Job();
  }
  bool run() {
    const auto ran = jobs().run_one();
    EXPECT_TRUE(ran.ok()) << (ran.ok() ? "" : ran.fault().message.en);
    return ran.ok() && *ran;
  }
  static HandlerOptions options(int attempts = 3, int minutes = 60) { return {{"作业", "Job"}, attempts, minutes}; }
  static Fault later() { return fault(FaultKind::unavailable, "test.later", {"稍后", "later"}); }
  static Handler answering(const std::string& result) {
    return [result](JobRun&) -> Result<std::string> { return result; };
  }

  ManualClock clock_;
  std::unique_ptr<Node> node_;
};

TEST_P(SchedulerTest, a_job_runs_as_the_one_who_asked_and_keeps_its_result) {
  Context seen;
  std::string payload;
  jobs().handle("plugin.count", options(), [&](JobRun& run) -> Result<std::string> {
    seen = run.context();
    payload = run.job().payload;
    return std::string("{\"n\":3}");
  });
  const Job job = submit("plugin.count", "{\"year\":2026}");
  EXPECT_EQ(job.state, JobState::waiting);
  EXPECT_EQ(job.title.en, "Job");
  ASSERT_TRUE(run());
  EXPECT_FALSE(run());
  const Job done = now(job);
  EXPECT_EQ(done.state, JobState::done);
  EXPECT_EQ(done.result, "{\"n\":3}");
  EXPECT_EQ(done.progress, 1);
  EXPECT_EQ(done.attempt, 1);
  EXPECT_EQ(done.owner, UserId{7});
  EXPECT_EQ(done.started_ms, clock_.now_ms());
  EXPECT_EQ(done.finished_ms, clock_.now_ms());
  EXPECT_EQ(payload, "{\"year\":2026}");
  EXPECT_EQ(seen.caller.name, "zhang");
  EXPECT_EQ(seen.caller.kind, CallerKind::person);
  EXPECT_EQ(seen.language, "en");
  EXPECT_EQ(seen.deadline_ns, 0);
  EXPECT_EQ(integer("SELECT count(*) FROM ob_audit WHERE action = 'job.submit'"), 1);
}

TEST_P(SchedulerTest, an_unknown_kind_is_refused_and_an_absent_job_is_not_found) {
  EXPECT_EQ(jobs().submit(caller(), "no.such", "{}").fault().code, "scheduler.kind");
  EXPECT_EQ(jobs().job(JobId{999}).fault().kind, FaultKind::not_found);
  EXPECT_FALSE(jobs().cancel(caller(), JobId{999}).ok());
}

TEST_P(SchedulerTest, a_job_waits_for_its_time) {
  jobs().handle("plugin.x", options(), answering("{}"));
  ASSERT_TRUE(jobs().submit(caller(), "plugin.x", "{}", clock_.now_ms() + 5'000).ok());
  EXPECT_FALSE(run());
  clock_.advance_ms(5'000);
  EXPECT_TRUE(run());
}

TEST_P(SchedulerTest, what_may_pass_is_tried_again_with_growing_pauses_until_attempts_run_out) {
  int calls = 0;
  jobs().handle("plugin.x", options(3), [&](JobRun&) -> Result<std::string> {
    ++calls;
    return later();
  });
  const Job job = submit("plugin.x");
  ASSERT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::waiting);
  EXPECT_EQ(now(job).error, "test.later: 稍后");
  EXPECT_FALSE(run());
  clock_.advance_ms(10'000);
  ASSERT_TRUE(run());
  clock_.advance_ms(10'000);
  EXPECT_FALSE(run()); // the second pause is four times as long
  clock_.advance_ms(30'000);
  ASSERT_TRUE(run());
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(now(job).state, JobState::failed);
  EXPECT_EQ(integer("SELECT count(*) FROM ob_audit WHERE action = 'job.failed' AND outcome = 'failed'"), 1);
  clock_.advance_ms(10'000'000);
  EXPECT_FALSE(run());
}

TEST_P(SchedulerTest, what_a_rule_forbids_is_not_tried_again) {
  jobs().handle("plugin.x", options(3), [](JobRun&) -> Result<std::string> {
    return fault(FaultKind::rule, "test.no", {"不", "no"});
  });
  const Job job = submit("plugin.x");
  ASSERT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::failed);
}

TEST_P(SchedulerTest, an_exception_fails_the_attempt_and_not_the_process) {
  jobs().handle("plugin.x", options(1), [](JobRun&) -> Result<std::string> { throw std::runtime_error("boom"); });
  const Job job = submit("plugin.x");
  ASSERT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::failed);
  EXPECT_NE(now(job).error.find("boom"), std::string::npos);
}

TEST_P(SchedulerTest, a_failed_job_can_be_tried_again_by_hand_and_goes_on_from_its_checkpoint) {
  std::vector<std::string> starts;
  bool works = false;
  jobs().handle("plugin.x", options(1), [&](JobRun& run) -> Result<std::string> {
    starts.push_back(run.checkpoint());
    OB_CHECK(run.checkpoint("{\"row\":500}"));
    if (!works) return later();
    return std::string("{}");
  });
  const Job job = submit("plugin.x");
  ASSERT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::failed);
  works = true;
  ASSERT_TRUE(jobs().retry(caller(), job.id).ok());
  ASSERT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::done);
  EXPECT_EQ(now(job).error, "");
  EXPECT_EQ(starts, (std::vector<std::string>{"", "{\"row\":500}"}));
  EXPECT_EQ(jobs().retry(caller(), job.id).fault().code, "scheduler.state");
}

TEST_P(SchedulerTest, a_waiting_job_is_cancelled_at_once_and_a_running_one_when_it_looks) {
  Job job;
  jobs().handle("plugin.x", options(), [&](JobRun& run) -> Result<std::string> {
    EXPECT_FALSE(run.cancelled());
    EXPECT_TRUE(jobs().cancel(caller(), job.id).ok());
    EXPECT_TRUE(run.cancelled());
    return later();
  });
  job = submit("plugin.x");
  ASSERT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::cancelled);
  EXPECT_EQ(jobs().cancel(caller(), job.id).fault().code, "scheduler.state");
  job = submit("plugin.x");
  ASSERT_TRUE(jobs().cancel(caller(), job.id).ok());
  EXPECT_EQ(now(job).state, JobState::cancelled);
  EXPECT_FALSE(run());
}

TEST_P(SchedulerTest, a_cancel_on_another_node_reaches_the_running_job) {
  const auto database_two = test().open_again();
  Node two(*database_two, clock_, "two");
  Job job;
  jobs().handle("plugin.x", options(), [&](JobRun& run) -> Result<std::string> {
    EXPECT_TRUE(two.scheduler.cancel(caller(), job.id).ok());
    EXPECT_TRUE(run.cancelled());
    return later();
  });
  job = submit("plugin.x");
  ASSERT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::cancelled);
}

TEST_P(SchedulerTest, progress_is_kept_and_published) {
  std::vector<std::string> events;
  node_->outbox.watch("test", [&](const events::Event& event) -> Result<void> {
    EXPECT_EQ(event.topic, "job.progress");
    events.push_back(event.payload);
    return {};
  });
  Job job;
  jobs().handle("plugin.x", options(), [&](JobRun& run) -> Result<std::string> {
    run.progress(0.25, "one of four");
    const Job seen = now(job);
    EXPECT_EQ(seen.progress, 0.25);
    EXPECT_EQ(seen.message, "one of four");
    run.progress(0.5, "too soon");
    EXPECT_EQ(now(job).progress, 0.25);
    clock_.advance_ms(200);
    run.progress(7, "over");
    EXPECT_EQ(now(job).progress, 1);
    return std::string("{}");
  });
  job = submit("plugin.x");
  ASSERT_TRUE(run());
  ASSERT_TRUE(until([&] {
    EXPECT_TRUE(node_->outbox.dispatch().ok());
    return events.size() >= 5;
  }));
  ASSERT_EQ(events.size(), 5u); // waiting, running, twice on the way, done
  EXPECT_NE(events[2].find("\"progress\":0.25"), std::string::npos);
  EXPECT_NE(events[2].find("\"id\":\"" + job.id.str() + "\""), std::string::npos);
  EXPECT_NE(events[4].find("\"state\":\"done\""), std::string::npos);
}

TEST_P(SchedulerTest, a_job_past_its_time_limit_is_told_so_and_fails) {
  jobs().handle("plugin.x", options(1, 5), [&](JobRun& run) -> Result<std::string> {
    EXPECT_FALSE(run.cancelled());
    clock_.advance_ms(5 * 60'000);
    EXPECT_TRUE(run.cancelled());
    return later();
  });
  const Job job = submit("plugin.x");
  ASSERT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::failed);
  EXPECT_NE(now(job).error.find("scheduler.timeout"), std::string::npos);
}

TEST_P(SchedulerTest, the_job_of_a_lost_node_goes_to_another_and_the_lost_one_changes_nothing_any_more) {
  const auto database_two = test().open_again();
  Node two(*database_two, clock_, "two");
  two.scheduler.handle("plugin.x", options(), answering("{\"by\":\"two\"}"));
  jobs().handle("plugin.x", options(), [&](JobRun& run) -> Result<std::string> {
    EXPECT_FALSE(*two.scheduler.run_one()); // the lease holds
    clock_.advance_ms(60'001);              // this node hangs for a minute without a heartbeat
    EXPECT_TRUE(*two.scheduler.run_one());
    EXPECT_TRUE(run.cancelled());
    EXPECT_FALSE(run.checkpoint("{}").ok());
    return std::string("{\"by\":\"one\"}");
  });
  const Job job = submit("plugin.x");
  ASSERT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::done);
  EXPECT_EQ(now(job).result, "{\"by\":\"two\"}");
  EXPECT_EQ(now(job).attempt, 2);
}

TEST_P(SchedulerTest, a_job_whose_nodes_are_lost_too_often_fails) {
  int calls = 0;
  jobs().handle("plugin.x", options(2), [&](JobRun&) -> Result<std::string> {
    ++calls;
    return std::string("{}");
  });
  const Job job = submit("plugin.x");
  for (int i = 0; i < 2; ++i) {
    // A node takes it and dies.
    script("UPDATE ob_job SET state = 'running', attempt = attempt + 1, holder = 'dead', held_until_ms = " +
           std::to_string(clock_.now_ms()));
    clock_.advance_ms(1);
  }
  ASSERT_TRUE(run());
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(now(job).state, JobState::failed);
  EXPECT_NE(now(job).error.find("scheduler.node_lost"), std::string::npos);
}

TEST_P(SchedulerTest, many_workers_on_two_nodes_run_each_job_once) {
  const auto database_two = test().open_again();
  Node two(*database_two, clock_, "two");
  std::atomic<int> calls{0};
  const Handler handler = [&](JobRun&) -> Result<std::string> {
    ++calls;
    return std::string("{}");
  };
  jobs().handle("plugin.x", options(), handler);
  two.scheduler.handle("plugin.x", options(), handler);
  for (int i = 0; i < 30; ++i) submit("plugin.x");
  jobs().start();
  two.scheduler.start();
  ASSERT_TRUE(until([&] { return integer("SELECT count(*) FROM ob_job WHERE state = 'done'") == 30; }));
  jobs().stop();
  two.scheduler.stop();
  EXPECT_EQ(calls, 30);
  EXPECT_EQ(integer("SELECT max(attempt) FROM ob_job"), 1);
}

TEST_P(SchedulerTest, a_schedule_runs_when_due_and_only_once_after_missed_times) {
  int calls = 0;
  std::string name;
  jobs().handle("standards.nightly", options(), [&](JobRun& run) -> Result<std::string> {
    ++calls;
    name = run.context().caller.name;
    EXPECT_EQ(run.context().caller.kind, CallerKind::service);
    return std::string("{}");
  });
  // The clock stands at 2026-01-01 08:00 in Shanghai.
  ASSERT_TRUE(jobs().schedule("standards.nightly", "standards.nightly", "0 3 * * *").ok());
  EXPECT_FALSE(run());
  clock_.advance_ms(19 * 3'600'000);
  EXPECT_TRUE(run());
  EXPECT_FALSE(run());
  EXPECT_EQ(name, "service:standards");
  clock_.advance_ms(5 * 86'400'000LL); // five nights go by while nobody runs it
  node_.reset();
  node_ = std::make_unique<Node>(database(), clock_, "one");
  jobs().handle("standards.nightly", options(), [&](JobRun&) -> Result<std::string> {
    ++calls;
    return std::string("{}");
  });
  ASSERT_TRUE(jobs().schedule("standards.nightly", "standards.nightly", "0 3 * * *").ok());
  EXPECT_TRUE(run());
  EXPECT_FALSE(run());
  EXPECT_EQ(calls, 2);
  const auto schedules = jobs().schedules();
  ASSERT_TRUE(schedules.ok());
  ASSERT_EQ(schedules->size(), 1u);
  EXPECT_EQ(schedules->front().next_ms, clock_.now_ms() + 24 * 3'600'000);
  EXPECT_EQ(schedules->front().title.zh, options().title.zh);
  EXPECT_NE(schedules->front().title.zh, "");
  ASSERT_TRUE(jobs().unschedule("standards.nightly").ok());
  EXPECT_TRUE(jobs().schedules()->empty());
}

TEST_P(SchedulerTest, missed_times_are_left_out_or_made_up_for_as_the_schedule_says) {
  std::vector<std::string> payloads;
  const auto note = [&](JobRun& run) -> Result<std::string> {
    payloads.push_back(run.job().payload);
    return std::string("{}");
  };
  jobs().handle("a.skip", options(), note);
  ASSERT_TRUE(jobs().schedule("a.skip", "a.skip", "0 3 * * *", Missed::skip).ok());
  clock_.advance_ms(19 * 3'600'000); // to the minute
  EXPECT_TRUE(run());
  clock_.advance_ms(3 * 86'400'000LL + 61'000);
  EXPECT_FALSE(run());
  EXPECT_EQ(payloads, std::vector<std::string>{"{}"});
  EXPECT_EQ(jobs().schedules()->front().next_ms, clock_.now_ms() - 61'000 + 86'400'000);
  ASSERT_TRUE(jobs().unschedule("a.skip").ok());

  payloads.clear();
  jobs().handle("a.all", options(), note);
  ASSERT_TRUE(jobs().schedule("a.all", "a.all", "0 3 * * *", Missed::all).ok());
  EXPECT_EQ(jobs().schedules()->front().missed, Missed::all);
  const std::int64_t first = jobs().schedules()->front().next_ms;
  clock_.advance_ms(3 * 86'400'000LL);
  while (run()) {
  }
  std::vector<std::string> expected;
  for (int night = 0; night < 3; ++night)
    expected.push_back("{\"due_ms\":" + std::to_string(first + night * 86'400'000LL) + "}");
  EXPECT_EQ(payloads, expected);
}

TEST_P(SchedulerTest, a_clock_that_ran_ahead_and_is_set_right_holds_nothing_up) {
  const std::int64_t right = clock_.now_ms();
  int calls = 0;
  const Handler count = [&](JobRun&) -> Result<std::string> {
    ++calls;
    return std::string("{}");
  };
  clock_.set_ms(right + 400 * 86'400'000LL);
  ASSERT_TRUE(jobs().schedule("a.nightly", "a.nightly", "0 3 * * *").ok());
  jobs().handle("a.lost", options(), [&](JobRun&) -> Result<std::string> {
    clock_.set_ms(right); // and its node dies: the lease stays behind, far in the future
    const auto lost = database().write(Context(), [](storage::Session& session) {
      return session.script("UPDATE ob_job SET holder = 'dead/1' WHERE kind = 'a.lost'");
    });
    EXPECT_TRUE(lost.ok());
    return std::string("{}");
  });
  const Job job = submit("a.lost");
  EXPECT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::running);
  jobs().handle("a.lost", options(), count);
  EXPECT_TRUE(run());
  EXPECT_EQ(now(job).state, JobState::done);
  EXPECT_EQ(now(job).attempt, 2);

  ASSERT_TRUE(jobs().schedule("a.nightly", "a.nightly", "0 3 * * *").ok()); // as every start does
  EXPECT_EQ(jobs().schedules()->front().next_ms, right + 19 * 3'600'000);
  EXPECT_EQ(calls, 1);
}

TEST_P(SchedulerTest, two_nodes_make_one_job_of_a_schedule_and_no_second_while_it_waits) {
  const auto database_two = test().open_again();
  Node two(*database_two, clock_, "two");
  ASSERT_TRUE(jobs().schedule("a.b", "a.b", "* * * * *").ok());
  for (int i = 0; i < 5; ++i) {
    clock_.advance_ms(60'000);
    EXPECT_FALSE(run()); // no handler: it waits
    EXPECT_FALSE(*two.scheduler.run_one());
  }
  EXPECT_EQ(integer("SELECT count(*) FROM ob_job"), 1);
  EXPECT_FALSE(jobs().schedule("a.b", "a.b", "61 * * * *").ok());
}

TEST_P(SchedulerTest, a_stop_gives_the_running_job_back_without_counting_the_attempt) {
  std::atomic<bool> running{false};
  jobs().handle("plugin.x", options(1), [&](JobRun& run) -> Result<std::string> {
    running = true;
    while (!run.cancelled()) std::this_thread::yield();
    return later();
  });
  const Job job = submit("plugin.x");
  jobs().start();
  while (!running) std::this_thread::yield();
  jobs().stop();
  EXPECT_EQ(now(job).state, JobState::waiting);
  EXPECT_EQ(now(job).attempt, 0);
  EXPECT_EQ(integer("SELECT count(*) FROM ob_job WHERE holder = ''"), 1);
}

TEST_P(SchedulerTest, forgetting_a_kind_waits_for_its_running_job) {
  std::atomic<bool> running{false}, ended{false};
  jobs().handle("plugin.x", options(), [&](JobRun& run) -> Result<std::string> {
    running = true;
    while (!run.cancelled()) std::this_thread::yield();
    ended = true;
    return later();
  });
  const Job job = submit("plugin.x");
  jobs().start();
  while (!running) std::this_thread::yield();
  jobs().forget("plugin.x");
  EXPECT_TRUE(ended);
  EXPECT_EQ(now(job).state, JobState::waiting);
  jobs().stop();
}

TEST_P(SchedulerTest, jobs_are_listed_by_owner_from_the_newest_and_old_ones_are_swept) {
  jobs().handle("plugin.x", options(), answering("{}"));
  for (int i = 0; i < 5; ++i) submit("plugin.x");
  Context other = caller();
  other.caller.user = UserId{8};
  ASSERT_TRUE(jobs().submit(other, "plugin.x", "{}").ok());
  Scheduler::JobQuery query;
  EXPECT_EQ(jobs().jobs(query)->size(), 6u);
  query.owner = UserId{7};
  query.limit = 2;
  const auto page = jobs().jobs(query);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->size(), 2u);
  query.before_id = page->back().id.value;
  query.limit = 10;
  EXPECT_EQ(jobs().jobs(query)->size(), 3u);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(run());
  clock_.advance_ms(1'000);
  EXPECT_EQ(*jobs().sweep(500), 4);
  EXPECT_EQ(jobs().jobs({})->size(), 2u);
}

OB_ON_EVERY_DATABASE(SchedulerTest);

} // namespace
} // namespace onebudget::scheduler
