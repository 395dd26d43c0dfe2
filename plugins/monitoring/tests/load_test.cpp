// Loading: a wrong host is refused, twice at once is fine, nothing is left over.
#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::monitoring {
namespace {

using testing::FakeHost;

TEST(MonitoringLoad, refuses_a_host_of_another_abi_and_says_what_it_needs) {
  FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
  host.offer(OB_ABI_MAJOR, 0);
  const auto refused = host.start();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "testing.refused");
  EXPECT_NE(refused.fault().message.en.find("needs ABI"), std::string::npos);
}

TEST(MonitoringLoad, starts_again_and_twice_at_once) {
  FakeHost one(ONEBUDGET_PLUGIN_PACKAGE), other(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(one.start().ok());
  ASSERT_TRUE(other.start().ok());
  ASSERT_TRUE(one.stop().ok());
  EXPECT_TRUE(one.start().ok());
}

} // namespace
} // namespace onebudget::monitoring
