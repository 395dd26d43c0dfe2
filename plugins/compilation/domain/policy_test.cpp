#include "plugins/compilation/domain/policy.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(Policy, takes_values_in_every_case) {
  EXPECT_EQ(run("policy_value",
                [](const Case& one) {
                  Policy policy;
                  for (const auto& [code, value] : one.given) {
                    const auto set = policy.set(code, value);
                    if (!set) return Lines{set.fault().code};
                  }
                  const auto checked = check_policy(policy);
                  return checked ? Lines{} : Lines{checked.fault().code};
                }),
            Lines());
}

TEST(Policy, keeps_what_was_set) {
  Policy policy;
  ASSERT_TRUE(policy.set("ex_ante_from", "8000000.00").ok());
  ASSERT_TRUE(policy.set("similarity", "0.9").ok());
  ASSERT_TRUE(policy.set("sunset_years", "3").ok());
  EXPECT_EQ(policy.ex_ante_from.to_yuan(), "8000000.00");
  EXPECT_EQ(policy.similarity.percent(), "90%");
  EXPECT_EQ(policy.sunset_years, 3);
}

} // namespace
} // namespace onebudget::compilation
