// The pool: nothing that was taken is left lying, however short the tasks are.
#include "kernel/http/wire/workers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace onebudget::http {
namespace {

TEST(WorkersTest, every_task_of_many_short_ones_is_run_even_when_each_waits_for_the_one_before) {
  Workers workers(4, 1000);
  for (int i = 0; i < 20'000; ++i) {
    // Shared: a promise may not go while the thread that keeps it is still inside.
    const auto done = std::make_shared<std::promise<void>>();
    ASSERT_TRUE(workers.submit([done] { done->set_value(); }));
    done->get_future().wait();
  }
}

TEST(WorkersTest, tasks_that_wait_for_each_other_run_side_by_side_up_to_the_number_of_threads) {
  constexpr int kThreads = 4;
  Workers workers(kThreads, 1000);
  for (int round = 0; round < 500; ++round) {
    const auto met = std::make_shared<std::latch>(kThreads), left = std::make_shared<std::latch>(kThreads);
    for (int i = 0; i < kThreads; ++i)
      ASSERT_TRUE(workers.submit([met, left] {
        met->arrive_and_wait();
        left->count_down();
      }));
    left->wait();
  }
}

TEST(WorkersTest, bursts_from_several_threads_are_all_run) {
  Workers workers(3, 100'000);
  std::atomic<int> ran{0};
  {
    std::vector<std::jthread> givers;
    for (int giver = 0; giver < 4; ++giver)
      givers.emplace_back([&] {
        for (int i = 0; i < 5'000; ++i) ASSERT_TRUE(workers.submit([&ran] { ++ran; }));
      });
  }
  while (ran < 20'000) std::this_thread::yield();
  workers.stop();
  EXPECT_EQ(ran, 20'000);
}

TEST(WorkersTest, a_full_queue_refuses) {
  std::promise<void> begun, go;
  Workers workers(1, 1); // goes first: its thread is inside the promises
  ASSERT_TRUE(workers.submit([&] {
    begun.set_value();
    go.get_future().wait();
  }));
  begun.get_future().wait();
  EXPECT_TRUE(workers.submit([] {}));
  EXPECT_FALSE(workers.submit([] {}));
  go.set_value();
}

} // namespace
} // namespace onebudget::http
