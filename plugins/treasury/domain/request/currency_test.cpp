#include "plugins/treasury/domain/request/currency.hpp"

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

TEST(Currency, has_a_rate_in_every_case) {
  EXPECT_EQ(run("currency_rate",
                [](const Case& one) {
                  ForeignAmount payment;
                  payment.currency = one.value("currency", "CNY");
                  if (has(one, "foreign")) payment.foreign = yuan(one, "foreign");
                  if (has(one, "rate millionths")) payment.rate = Rate{Day(), std::stoll(one.value("rate millionths"))};
                  payment.amount = yuan(one, "amount", "100.00");
                  return lines(check_currency(payment));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::treasury
