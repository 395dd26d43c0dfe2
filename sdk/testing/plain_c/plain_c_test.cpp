#include <dlfcn.h>

#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::testing {
namespace {

TEST(PlainC, answers_like_any_other_plugin) {
  FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(host.start().ok());
  const auto answer = host.request("POST /echo", {}, "预算");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->body, "预算");
  EXPECT_EQ(answer->media_type, "text/plain");
  EXPECT_TRUE(host.stop().ok());
}

/// The entries of both languages, asked as a host of another generation would.
class Entry : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    library = dlopen(GetParam(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr) << dlerror();
    entry = reinterpret_cast<ob_plugin_entry_fn>(dlsym(library, "ob_plugin_entry_v0"));
    ASSERT_NE(entry, nullptr);
  }
  void TearDown() override { dlclose(library); }
  const ob_plugin_v0* ask(std::uint32_t major, std::uint32_t minor) {
    const ob_host_offer offer{sizeof(ob_host_offer), major, minor, sizeof reason, plugin::span("test"), reason};
    return entry(&offer);
  }
  void* library = nullptr;
  ob_plugin_entry_fn entry = nullptr;
  char reason[64] = "";
};

TEST_P(Entry, is_pure_and_answers_the_same_every_time) {
  const ob_plugin_v0* first = ask(0, 1);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(ask(0, 1), first);
  EXPECT_EQ(ask(0, 999), first) << "a newer minor is fine";
  EXPECT_EQ(ask(0, 0), nullptr) << "an older one is not";
  EXPECT_EQ(ask(1, 1), nullptr);
}

INSTANTIATE_TEST_SUITE_P(InBothLanguages, Entry,
                         ::testing::Values(ONEBUDGET_PLUGIN_PACKAGE "/libplain_c.so", ONEBUDGET_HELLO_LIBRARY));

TEST(Entry, says_why_it_refuses) {
  void* library = dlopen(ONEBUDGET_HELLO_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr);
  const auto entry = reinterpret_cast<ob_plugin_entry_fn>(dlsym(library, "ob_plugin_entry_v0"));
  char reason[24] = "";
  ob_host_offer offer{sizeof(ob_host_offer), 7, 1, sizeof reason, plugin::span("test"), reason};
  EXPECT_EQ(entry(&offer), nullptr);
  EXPECT_STREQ(reason, "This plugin needs ABI 0");
  offer.struct_size = 8; // an offer of a host so old that it says nothing
  EXPECT_EQ(entry(&offer), nullptr);
  EXPECT_EQ(entry(nullptr), nullptr);
  dlclose(library);
}

TEST(Handles, that_ended_or_were_made_up_are_refused) {
  FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(host.start().ok());
  EXPECT_FALSE(host.health().ok()) << "this plugin has no health check";
  EXPECT_FALSE(host.run_job("none").ok());
}

} // namespace
} // namespace onebudget::testing
