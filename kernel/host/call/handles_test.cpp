#include "kernel/host/call/handles.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace onebudget::host {
namespace {

struct Number : Handled {
  explicit Number(int v) : value(v) {}
  int value;
};
struct Other : Handled {};

TEST(Handles, FindsWhatIsAliveAndOfTheRightKind) {
  Handles handles(7);
  const auto handle = handles.add(std::make_shared<Number>(5));
  EXPECT_NE(handle, 0U);
  ASSERT_NE(handles.find<Number>(handle), nullptr);
  EXPECT_EQ(handles.find<Number>(handle)->value, 5);
  EXPECT_EQ(handles.find<Other>(handle), nullptr);
}

TEST(Handles, AStaleHandleFindsNothingAlthoughItsPlaceIsUsedAgain) {
  Handles handles(7);
  const auto old = handles.add(std::make_shared<Number>(1));
  EXPECT_TRUE(handles.remove(old));
  EXPECT_FALSE(handles.remove(old));
  const auto fresh = handles.add(std::make_shared<Number>(2));
  EXPECT_EQ(old & 0xffffffU, fresh & 0xffffffU);
  EXPECT_EQ(handles.find<Number>(old), nullptr);
  EXPECT_EQ(handles.find<Number>(fresh)->value, 2);
}

TEST(Handles, AHandleOfAnotherOwnerFindsNothing) {
  Handles mine(1), theirs(2);
  const auto handle = theirs.add(std::make_shared<Number>(1));
  static_cast<void>(mine.add(std::make_shared<Number>(1)));
  EXPECT_EQ(mine.find<Number>(handle), nullptr);
}

TEST(Handles, ForgedNumbersFindNothing) {
  Handles handles(9);
  for (int i = 0; i < 100; ++i) static_cast<void>(handles.add(std::make_shared<Number>(i)));
  std::mt19937_64 random(20260101);
  int found = 0;
  for (int i = 0; i < 100'000; ++i) found += handles.find<Number>(random()) != nullptr ? 1 : 0;
  EXPECT_EQ(found, 0);
  EXPECT_EQ(handles.find<Number>(0), nullptr);
  EXPECT_EQ(handles.find<Number>(~0ULL), nullptr);
}

TEST(Handles, ClearEndsAll) {
  Handles handles(9);
  const auto handle = handles.add(std::make_shared<Number>(1));
  handles.clear();
  EXPECT_EQ(handles.alive(), 0U);
  EXPECT_EQ(handles.find<Number>(handle), nullptr);
}

TEST(Handles, AnObjectInUseOutlivesItsHandle) {
  Handles handles(9);
  const auto handle = handles.add(std::make_shared<Number>(3));
  const auto held = handles.find<Number>(handle);
  handles.remove(handle);
  EXPECT_EQ(held->value, 3);
}

} // namespace
} // namespace onebudget::host
