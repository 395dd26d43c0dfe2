#include "plugins/compilation/domain/lifecycle/secret.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(Secret, is_refused_in_every_case) {
  EXPECT_EQ(run("secret",
                [](const Case& one) {
                  return lines(check_secret(has(one, "marked"), {one.value("name"), one.value("summary")}));
                }),
            Lines());
}
TEST(Secret, has_one_aggregate_in_every_case) {
  EXPECT_EQ(run("secret_total",
                [](const Case& one) {
                  SecretTotalFacts facts;
                  facts.topmost = !has(one, "lower_region");
                  facts.changes = has(one, "changes");
                  facts.parts = number(one, "parts", 3);
                  facts.amount = yuan(one, "amount", "90000000.00");
                  return lines(check_secret_total(facts, {}));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
