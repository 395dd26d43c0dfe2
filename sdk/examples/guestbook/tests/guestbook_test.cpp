#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace {

using onebudget::RecordId;
using onebudget::testing::FakeHost;
using onebudget::testing::Json;

class Guestbook : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(host.start().ok()); }
  void TearDown() override { EXPECT_TRUE(host.stop().ok()); }
  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
};

TEST_F(Guestbook, numbers_the_entries_it_takes) {
  const auto first = host.insert("guestbook.entry", {{"words", "好"}, {"visited_on", "2026-01-01"}});
  ASSERT_TRUE(first.ok()) << first.fault().message.en;
  ASSERT_TRUE(host.insert("guestbook.entry", {{"words", "很好"}, {"gift", 12345}, {"visited_on", "2025-12-31"}}).ok());
  EXPECT_EQ(host.row("guestbook.entry", *first).text("number"), "G1");
  EXPECT_EQ(host.row("guestbook.entry", *first).money("gift").fen(), 0);
  EXPECT_EQ(host.rows("guestbook.entry", "gift>100.00").size(), 1U);
  EXPECT_EQ(host.request("GET /sum")->body, R"({"count":2,"gifts":"123.45"})");
}

TEST_F(Guestbook, refuses_with_a_finding_at_each_field) {
  host.set_language("en");
  const auto refused = host.insert("guestbook.entry", {{"words", " "}, {"gift", -1}, {"visited_on", "2026-01-02"}});
  ASSERT_FALSE(refused.ok());
  ASSERT_EQ(refused.fault().fields.size(), 3U);
  EXPECT_EQ(refused.fault().fields[1].field, "/gift");
  EXPECT_EQ(refused.fault().fields[1].message.in("en"), "A gift cannot be negative.");
  EXPECT_TRUE(host.rows("guestbook.entry").empty());
}

TEST_F(Guestbook, judges_changes_as_well) {
  const auto id = host.insert("guestbook.entry", {{"words", "好"}, {"visited_on", "2026-01-01"}});
  ASSERT_TRUE(id.ok());
  EXPECT_FALSE(host.update("guestbook.entry", *id, {{"gift", 1'000'001}}).ok());
  EXPECT_TRUE(host.update("guestbook.entry", *id, {{"gift", 1'000'000}}).ok());
  EXPECT_EQ(host.row("guestbook.entry", *id).version(), 2);
  EXPECT_EQ(host.row("guestbook.entry", *id).text("number"), "G1");
}

TEST(GuestbookSettings, keep_it_off_when_they_are_wrong) {
  FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
  host.set_setting("most_yuan", "a lot");
  EXPECT_EQ(host.start().fault().code, "money.malformed");
}

} // namespace
