#include "kernel/host/call/gate.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace onebudget::host {
namespace {

using std::chrono::minutes;
using std::chrono::nanoseconds;

TEST(Gate, IsClosedUntilOpened) {
  Gate gate(1);
  EXPECT_EQ(gate.enter(nanoseconds(0), false), Gate::Answer::closed);
  gate.open();
  EXPECT_EQ(gate.enter(nanoseconds(0), false), Gate::Answer::admitted);
  EXPECT_EQ(gate.inside(), 1U);
  gate.leave(false);
  EXPECT_EQ(gate.inside(), 0U);
}

TEST(Gate, AdmitsAsManyAsDeclaredAndTheSameChainAgain) {
  Gate gate(2);
  gate.open();
  EXPECT_EQ(gate.enter(nanoseconds(0), false), Gate::Answer::admitted);
  EXPECT_EQ(gate.enter(nanoseconds(0), false), Gate::Answer::admitted);
  EXPECT_EQ(gate.enter(nanoseconds(0), false), Gate::Answer::busy);
  EXPECT_EQ(gate.enter(nanoseconds(0), true), Gate::Answer::admitted);
  gate.leave(true);
  gate.leave(false);
  EXPECT_EQ(gate.enter(nanoseconds(0), false), Gate::Answer::admitted);
}

TEST(Gate, LetsAWaitingCallerInWhenAnotherLeaves) {
  Gate gate(1);
  gate.open();
  ASSERT_EQ(gate.enter(nanoseconds(0), false), Gate::Answer::admitted);
  Gate::Answer answer = Gate::Answer::closed;
  std::thread waiting([&] { answer = gate.enter(minutes(5), false); });
  gate.leave(false);
  waiting.join();
  EXPECT_EQ(answer, Gate::Answer::admitted);
}

TEST(Gate, SendsWaitingCallersAwayWhenItCloses) {
  Gate gate(1);
  gate.open();
  ASSERT_EQ(gate.enter(nanoseconds(0), false), Gate::Answer::admitted);
  Gate::Answer answer = Gate::Answer::admitted;
  std::thread waiting([&] { answer = gate.enter(minutes(5), false); });
  gate.close();
  waiting.join();
  EXPECT_EQ(answer, Gate::Answer::closed);
  EXPECT_FALSE(gate.drain(nanoseconds(0)));
  gate.leave(false);
  EXPECT_TRUE(gate.drain(minutes(5)));
}

TEST(Gate, LosesNobodyUnderEightThreadsAndNeverAdmitsTooMany) {
  Gate gate(3);
  gate.open();
  std::atomic<int> inside{0}, most{0}, admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        if (gate.enter(minutes(5), false) != Gate::Answer::admitted) return;
        const int now = ++inside;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) continue;
        ++admitted;
        --inside;
        gate.leave(false);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(admitted, 16000);
  EXPECT_LE(most, 3);
  gate.close();
  EXPECT_TRUE(gate.drain(nanoseconds(0)));
}

} // namespace
} // namespace onebudget::host
