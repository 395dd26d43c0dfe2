// Loading.
#include "plugins/treasury/tests/house.hpp"

namespace onebudget::treasury {
namespace {

TEST(TreasuryLoad, refuses_a_host_of_another_abi_and_says_what_it_needs) {
  FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
  host.offer(OB_ABI_MAJOR, 0);
  const auto refused = host.start();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "testing.refused");
  EXPECT_NE(refused.fault().message.en.find("needs ABI"), std::string::npos);
}

TEST(TreasuryLoad, starts_again_and_twice_at_once) {
  FakeHost one(ONEBUDGET_PLUGIN_PACKAGE), other(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(one.start().ok());
  ASSERT_TRUE(other.start().ok());
  ASSERT_TRUE(one.stop().ok());
  EXPECT_TRUE(one.start().ok());
}

TEST(TreasuryLoad, without_the_ledger_nothing_is_planned) {
  FakeHost alone(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(alone.start().ok());
  const auto refused = alone.insert("treasury.usage_plan", {{"unit", "5"},
                                                            {"fiscal_year", 2026},
                                                            {"month", 3},
                                                            {"indicator", "7"},
                                                            {"use", "维修"},
                                                            {"requested_amount", 100}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().kind, FaultKind::unavailable);
  EXPECT_TRUE(alone.rows("treasury.usage_plan").empty());
}

} // namespace
} // namespace onebudget::treasury
