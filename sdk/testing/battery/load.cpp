// What every plugin must do when it is loaded; onebudget_add_plugin() builds it for each.
#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::testing {
namespace {

TEST(Load, refuses_a_host_of_another_abi_in_words) {
  for (const auto& [major, minor] : {std::pair{OB_ABI_MAJOR, 0U}, {OB_ABI_MAJOR + 1, OB_ABI_MINOR}}) {
    FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
    host.offer(major, minor);
    const auto refused = host.start();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.fault().code, "testing.refused");
    EXPECT_FALSE(refused.fault().message.en.empty());
  }
}

TEST(Load, starts_again_and_twice_at_once) {
  FakeHost one(ONEBUDGET_PLUGIN_PACKAGE), other(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(one.start().ok());
  ASSERT_TRUE(other.start().ok());
  ASSERT_TRUE(one.stop().ok());
  EXPECT_TRUE(one.start().ok());
}

} // namespace
} // namespace onebudget::testing
