#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace {

using onebudget::testing::FakeHost;
using onebudget::testing::Json;

class Stocktake : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(host.start().ok());
    for (int i = 0; i < 120; ++i)
      ASSERT_TRUE(host.insert("stocktake.shelf",
                              {{"code", "S" + std::to_string(i)}, {"expected", 10}, {"found", 10 + i % 3 - 1}})
                      .ok());
  }
  void TearDown() override { EXPECT_TRUE(host.stop().ok()); }
  [[nodiscard]] std::size_t rows(const std::string& filter) const {
    return host.rows("stocktake.shelf", filter).size();
  }
  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
};

TEST_F(Stocktake, counts_every_shelf_once_and_says_how_far_it_is) {
  host.set_language("en");
  const auto done = host.run_job("count");
  ASSERT_TRUE(done.ok()) << done.fault().message.en;
  EXPECT_EQ(done->result, (Json{{"counted", 120}, {"wrong", 80}}));
  EXPECT_EQ(done->progress.front(), "50/120 50 shelves counted");
  EXPECT_EQ(done->progress.back(), "120/120 120 shelves counted");
  EXPECT_EQ(rows("verdict==short"), 40U);
  EXPECT_EQ(rows("verdict==over"), 40U);
  EXPECT_EQ(rows("verdict==right"), 40U);
}

TEST_F(Stocktake, goes_on_behind_its_last_checkpoint) {
  const auto whole = host.run_job("count");
  ASSERT_TRUE(whole.ok());
  const Json first = whole->checkpoints.front();
  ASSERT_EQ(first["counted"], 50);
  host.set_checkpoint(first);
  const auto rest = host.run_job("count");
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->result, whole->result);
  EXPECT_EQ(rest->progress.front().substr(0, 7), "100/120") << "the first fifty are not counted again";
}

TEST_F(Stocktake, stops_when_it_is_cancelled) {
  host.cancel_jobs();
  EXPECT_EQ(host.run_job("count").fault().code, "stocktake.cancelled");
  EXPECT_EQ(rows("verdict==right"), 0U);
}

TEST_F(Stocktake, answers_the_job_that_it_started) {
  const auto answer = host.request("POST /count");
  ASSERT_TRUE(answer.ok()) << answer.fault().message.en;
  ASSERT_EQ(host.submitted().size(), 1U);
  EXPECT_EQ(host.submitted().front().first, "count");
}

} // namespace
