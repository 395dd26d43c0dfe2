#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace {

using onebudget::testing::FakeHost;

TEST(Hello, greets_in_the_language_of_the_caller) {
  FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(host.start().ok());
  const auto chinese = host.request("GET /greeting", {{"name", "南京"}});
  ASSERT_TRUE(chinese.ok()) << chinese.fault().message.en;
  EXPECT_EQ(chinese->body, R"({"greeting":"你好，南京！"})");
  host.set_language("en");
  EXPECT_EQ(host.request("GET /greeting")->body, R"({"greeting":"Hello, OneBudget!"})");
  EXPECT_TRUE(host.stop().ok());
}

TEST(Hello, is_loaded_again_after_it_was_stopped) {
  for (int i = 0; i < 3; ++i) {
    FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
    ASSERT_TRUE(host.start().ok());
    EXPECT_EQ(host.request("GET /greeting")->status, 200);
  }
}

TEST(Hello, says_which_service_it_misses) {
  FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
  host.withhold("ob.http/1");
  ASSERT_TRUE(host.start().ok());
  EXPECT_EQ(host.request("GET /greeting").fault().code, "plugin.service_absent");
}

TEST(Hello, refuses_a_route_that_it_does_not_have) {
  FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(host.start().ok());
  EXPECT_EQ(host.request("POST /greeting").fault().code, "plugin.unhandled");
}

} // namespace
