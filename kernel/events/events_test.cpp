#include "kernel/events/events.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/testing.hpp"

namespace onebudget::events {
namespace {

using Seen = std::vector<std::string>;

class OutboxTest : public storage::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(storage::Migrations(database()).apply(context(), Outbox::migrations()).ok());
    outbox_ = std::make_unique<Outbox>(database(), clock_);
  }
  void TearDown() override { outbox_.reset(); }
  Context context() { return Context::system(clock_); }
  void emit(const std::string& payload, const std::string& topic = "records.changed", const std::string& key = "k") {
    ASSERT_TRUE(database()
                    .write(context(),
                           [&](storage::Session& session) {
                             return outbox_->append(session, context(), {0, 0, 0, topic, key, payload});
                           })
                    .ok());
  }
  /// Until every event has its number and nothing is left to deliver now.
  void drain(Outbox& outbox) {
    ASSERT_TRUE(until([&] {
      const auto done = outbox.dispatch();
      EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.fault().message.en);
      return done.ok() && *done == 0 && integer("SELECT count(*) FROM ob_outbox WHERE delivery IS NULL") == 0;
    }));
  }
  void drain() { drain(*outbox_); }
  static Sink into(Seen& seen) {
    return [&seen](const Event& event) -> Result<void> {
      seen.push_back(event.payload);
      return {};
    };
  }
  static Fault refusal() { return fault(FaultKind::unavailable, "test.later", {"稍后", "later"}); }

  ManualClock clock_;
  std::unique_ptr<Outbox> outbox_;
};

TEST_P(OutboxTest, events_arrive_in_order_with_rising_numbers) {
  std::vector<Event> seen;
  outbox_->subscribe("plugin.a", {"records.*"}, [&](const Event& event) -> Result<void> {
    seen.push_back(event);
    return {};
  });
  for (int i = 0; i < 10; ++i) emit(std::to_string(i));
  drain();
  ASSERT_EQ(seen.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(seen[i].payload, std::to_string(i));
    EXPECT_EQ(seen[i].delivery, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(seen[i].at_ms, clock_.now_ms());
    EXPECT_GT(seen[i].id, 0);
  }
}

TEST_P(OutboxTest, an_event_of_a_failed_transaction_never_arrives) {
  Seen seen;
  outbox_->subscribe("plugin.a", {"*"}, into(seen));
  EXPECT_FALSE(database()
                   .write(context(),
                          [&](storage::Session& session) -> Result<void> {
                            OB_CHECK(outbox_->append(session, context(), {0, 0, 0, "t", "k", "lost"}));
                            return refusal();
                          })
                   .ok());
  emit("kept");
  drain();
  EXPECT_EQ(seen, Seen{"kept"});
}

TEST_P(OutboxTest, sinks_get_their_topics_only) {
  Seen exact, prefix, all;
  outbox_->subscribe("exact", {"a.b"}, into(exact));
  outbox_->subscribe("prefix", {"x", "a.*"}, into(prefix));
  outbox_->subscribe("all", {"*"}, into(all));
  emit("1", "a.b");
  emit("2", "a.c");
  emit("3", "ab");
  emit("4", "x");
  drain();
  EXPECT_EQ(exact, Seen{"1"});
  EXPECT_EQ(prefix, (Seen{"1", "2", "4"}));
  EXPECT_EQ(all, (Seen{"1", "2", "3", "4"}));
}

TEST_P(OutboxTest, a_restart_goes_on_where_it_was) {
  Seen seen;
  outbox_->subscribe("plugin.a", {"*"}, into(seen));
  emit("1");
  drain();
  outbox_.reset();
  test().restart();
  outbox_ = std::make_unique<Outbox>(database(), clock_);
  emit("2"); // while nobody listens
  outbox_->subscribe("plugin.a", {"*"}, into(seen));
  Seen fresh;
  outbox_->subscribe("plugin.new", {"*"}, into(fresh));
  emit("3");
  drain();
  EXPECT_EQ(seen, (Seen{"1", "2", "3"}));
  EXPECT_EQ(fresh.back(), "3");
}

TEST_P(OutboxTest, a_crash_between_delivery_and_position_repeats_the_event) {
  Seen seen;
  {
    Outbox dying(database(), clock_);
    dying.subscribe("plugin.a", {"*"}, [&](const Event& event) -> Result<void> {
      seen.push_back(event.payload);
      // As if the process ended here: its lease stays, and its position is never stored.
      script("UPDATE ob_outbox_sink SET holder = 'gone', held_until_ms = " + std::to_string(clock_.now_ms() + 30'000));
      return {};
    });
    emit("1");
    drain(dying);
  }
  EXPECT_EQ(seen, Seen{"1"});
  emit("2");
  outbox_->subscribe("plugin.a", {"*"}, into(seen));
  drain();
  EXPECT_EQ(seen, Seen{"1"}); // the lease of the dead one still runs
  clock_.advance_ms(30'001);
  drain();
  EXPECT_EQ(seen, (Seen{"1", "1", "2"}));
}

TEST_P(OutboxTest, a_failing_sink_is_asked_again_later_and_holds_up_nobody_else) {
  Seen good, late;
  int calls = 0;
  bool works = false;
  outbox_->subscribe("bad", {"*"}, [&](const Event& event) -> Result<void> {
    ++calls;
    if (!works) return refusal();
    late.push_back(event.payload);
    return {};
  });
  outbox_->subscribe("good", {"*"}, into(good));
  emit("1");
  emit("2");
  drain();
  EXPECT_EQ(good, (Seen{"1", "2"}));
  EXPECT_EQ(calls, 1);
  drain();
  EXPECT_EQ(calls, 1);
  clock_.advance_ms(1'000);
  drain();
  EXPECT_EQ(calls, 2);
  clock_.advance_ms(1'000);
  drain();
  EXPECT_EQ(calls, 2); // the second pause is two seconds
  clock_.advance_ms(1'000);
  works = true;
  drain();
  EXPECT_EQ(late, (Seen{"1", "2"}));
  EXPECT_TRUE(outbox_->dead_letters(10)->empty());
}

TEST_P(OutboxTest, what_fails_too_often_becomes_a_dead_letter_that_can_be_replayed) {
  Seen seen;
  bool works = false;
  outbox_->subscribe("bad", {"*"}, [&](const Event& event) -> Result<void> {
    if (event.payload == "poison" && !works) throw std::runtime_error("cannot digest");
    seen.push_back(event.payload);
    return {};
  });
  emit("poison");
  emit("after");
  for (int i = 0; i < 8; ++i) {
    drain();
    clock_.advance_ms(400'000);
  }
  drain();
  EXPECT_EQ(seen, Seen{"after"});
  const auto dead = outbox_->dead_letters(10);
  ASSERT_TRUE(dead.ok());
  ASSERT_EQ(dead->size(), 1u);
  EXPECT_EQ(dead->front().sink, "bad");
  EXPECT_EQ(dead->front().event.payload, "poison");
  EXPECT_EQ(dead->front().reason, "cannot digest");
  EXPECT_EQ(dead->front().attempts, 8);
  EXPECT_FALSE(outbox_->replay(context(), dead->front().id).ok());
  EXPECT_EQ(outbox_->dead_letters(10)->front().attempts, 9);
  works = true;
  ASSERT_TRUE(outbox_->replay(context(), dead->front().id).ok());
  EXPECT_EQ(seen, (Seen{"after", "poison"}));
  EXPECT_TRUE(outbox_->dead_letters(10)->empty());
  EXPECT_EQ(outbox_->replay(context(), dead->front().id).fault().code, "events.dead_letter");
}

TEST_P(OutboxTest, dead_letters_are_listed_in_pages_from_the_newest) {
  outbox_->subscribe("bad", {"*"}, [](const Event&) -> Result<void> { return refusal(); });
  for (int i = 0; i < 3; ++i) emit(std::to_string(i));
  for (int i = 0; i < 24; ++i) {
    drain();
    clock_.advance_ms(400'000);
  }
  const auto first = outbox_->dead_letters(2);
  ASSERT_EQ(first->size(), 2u);
  EXPECT_EQ(first->front().event.payload, "2");
  EXPECT_EQ(first->front().event.key, "k");
  const auto second = outbox_->dead_letters(2, first->back().id);
  ASSERT_EQ(second->size(), 1u);
  EXPECT_EQ(second->front().event.payload, "0");
}

TEST_P(OutboxTest, a_clock_that_ran_ahead_and_is_set_right_holds_nothing_up) {
  const std::int64_t right = clock_.now_ms();
  Seen seen;
  bool fails = true;
  clock_.set_ms(right + 30 * 86'400'000LL);
  {
    Outbox ahead(database(), clock_);
    ahead.subscribe("plugin.a", {"*"}, [&](const Event&) -> Result<void> { return refusal(); });
    emit("1");
    drain(ahead);
    script("UPDATE ob_outbox_sink SET holder = 'gone', held_until_ms = " + std::to_string(clock_.now_ms() + 30'000));
  }
  clock_.set_ms(right);
  outbox_->subscribe("plugin.a", {"*"}, [&](const Event& event) -> Result<void> {
    if (std::exchange(fails, false)) return refusal();
    seen.push_back(event.payload);
    return {};
  });
  drain();
  EXPECT_TRUE(seen.empty());
  clock_.advance_ms(2'000); // an ordinary pause again
  drain();
  EXPECT_EQ(seen, Seen{"1"});
}

TEST_P(OutboxTest, two_nodes_deliver_each_event_once_and_watchers_of_both_see_it) {
  const auto database_two = test().open_again();
  Outbox two(*database_two, clock_);
  Seen durable, watched_one, watched_two;
  std::mutex mutex;
  const auto sink = [&](const Event& event) -> Result<void> {
    const std::lock_guard lock(mutex);
    durable.push_back(event.payload);
    return {};
  };
  outbox_->subscribe("plugin.a", {"*"}, sink);
  two.subscribe("plugin.a", {"*"}, sink);
  outbox_->watch("sse", into(watched_one));
  two.watch("sse", into(watched_two));
  Seen expected;
  for (int i = 0; i < 40; ++i) {
    emit(std::to_string(i));
    expected.push_back(std::to_string(i));
  }
  std::thread other([&] { drain(two); });
  drain();
  other.join();
  drain();
  drain(two);
  EXPECT_EQ(durable, expected);
  EXPECT_EQ(watched_one, expected);
  EXPECT_EQ(watched_two, expected);
}

TEST_P(OutboxTest, a_watcher_sees_what_comes_from_now_on_and_resumes_by_number) {
  emit("before");
  drain();
  Seen seen;
  outbox_->watch("sse", into(seen));
  emit("1");
  emit("2");
  drain();
  EXPECT_EQ(seen, (Seen{"1", "2"}));
  const auto resumed = outbox_->since(2, 10);
  ASSERT_TRUE(resumed.ok());
  ASSERT_EQ(resumed->size(), 1u);
  EXPECT_EQ(resumed->front().payload, "2");
  EXPECT_EQ(resumed->front().delivery, 3);
  outbox_->unsubscribe("sse");
  emit("3");
  drain();
  EXPECT_EQ(seen.size(), 2u);
}

TEST_P(OutboxTest, a_sink_may_unsubscribe_itself_and_keeps_its_place) {
  Seen seen;
  outbox_->subscribe("once", {"*"}, [&](const Event& event) -> Result<void> {
    seen.push_back(event.payload);
    outbox_->unsubscribe("once");
    return {};
  });
  emit("1");
  emit("2");
  drain();
  EXPECT_EQ(seen, Seen{"1"});
  outbox_->subscribe("once", {"*"}, into(seen));
  drain();
  EXPECT_EQ(seen, (Seen{"1", "2"}));
}

TEST_P(OutboxTest, a_sweep_forgets_old_delivered_events_but_waits_for_those_behind) {
  bool works = false;
  outbox_->subscribe("slow", {"*"}, [&](const Event&) -> Result<void> {
    if (works) return {};
    return refusal();
  });
  emit("1");
  drain();
  clock_.advance_ms(10'000);
  emit("2");
  drain();
  EXPECT_EQ(*outbox_->sweep(5'000), 0);
  works = true;
  clock_.advance_ms(2'000);
  drain();
  EXPECT_EQ(*outbox_->sweep(5'000), 1);
  EXPECT_EQ(outbox_->since(0, 10)->size(), 1u);
}

TEST_P(OutboxTest, the_thread_delivers_when_woken) {
  std::atomic<int> seen{0};
  outbox_->subscribe("plugin.a", {"*"}, [&](const Event&) -> Result<void> {
    ++seen;
    return {};
  });
  outbox_->start();
  for (int i = 0; i < 5; ++i) {
    emit("x");
    outbox_->wake();
  }
  while (seen < 5) std::this_thread::yield(); // the test's own time limit is the bound
  outbox_->stop();
  EXPECT_EQ(seen, 5);
}

TEST_P(OutboxTest, many_writers_make_one_unbroken_sequence) {
  std::vector<std::int64_t> numbers;
  outbox_->subscribe("plugin.a", {"*"}, [&](const Event& event) -> Result<void> {
    numbers.push_back(event.delivery);
    return {};
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) emit("x");
    });
  }
  std::thread dispatcher([&] {
    while (numbers.size() < 200) EXPECT_TRUE(outbox_->dispatch(7).ok());
  });
  for (auto& thread : threads) thread.join();
  dispatcher.join();
  ASSERT_EQ(numbers.size(), 200u);
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], static_cast<std::int64_t>(i) + 1);
}

OB_ON_EVERY_DATABASE(OutboxTest);

/// PostgreSQL alone: sequences commit out of order there.
class CommitOrderTest : public OutboxTest {};

TEST_P(CommitOrderTest, an_event_that_commits_late_is_not_skipped) {
  Seen seen;
  outbox_->subscribe("plugin.a", {"*"}, into(seen));
  const auto node = test().open_again();
  ASSERT_TRUE(database()
                  .write(context(),
                         [&](storage::Session& session) -> Result<void> {
                           OB_CHECK(outbox_->append(session, context(), {0, 0, 0, "t", "k", "early"}));
                           OB_CHECK(session.integer("SELECT 1")); // so that it has run
                           EXPECT_TRUE(
                               node->write(context(),
                                           [&](storage::Session& other) {
                                             return outbox_->append(other, context(), {0, 0, 0, "t", "k", "late"});
                                           })
                                   .ok());
                           EXPECT_EQ(*outbox_->dispatch(), 0); // nothing may be numbered while the early one is open
                           return {};
                         })
                  .ok());
  drain();
  EXPECT_EQ(seen, (Seen{"early", "late"}));
}

INSTANTIATE_TEST_SUITE_P(databases, CommitOrderTest, ::testing::Values(storage::Dialect::postgresql),
                         storage::dialect_name);

} // namespace
} // namespace onebudget::events
