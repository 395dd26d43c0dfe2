#include "plugins/treasury/domain/voucher/undo.hpp"

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

PaidVoucher voucher_of(const Case& one) {
  return {!has(one, "not paid"), day(one, "paid", "2026-03-10"), yuan(one, "paid amount", "100.00"),
          yuan(one, "refunded"), yuan(one, "corrected"),         "7"};
}

TEST(Undo, refunds_at_most_what_was_paid_in_every_case) {
  EXPECT_EQ(run("refund",
                [](const Case& one) {
                  const PaidVoucher voucher = voucher_of(one);
                  const Day on = day(one, "day", "2026-03-20");
                  Lines out =
                      lines(check_refund(voucher, yuan(one, "amount", "10.00"), on, day(one, "today", "2026-03-20")));
                  if (out.empty() && !restores_indicator(voucher, on)) out.emplace_back("to the treasury");
                  return out;
                }),
            Lines());
}

TEST(Undo, corrects_to_another_indicator_in_every_case) {
  EXPECT_EQ(run("correction",
                [](const Case& one) {
                  return lines(check_correction(voucher_of(one), yuan(one, "amount", "10.00"), one.value("to", "8"),
                                                day(one, "today", "2026-03-20")));
                }),
            Lines());
}

TEST(Undo, asks_for_a_paper_when_the_account_changed_after_a_refund) {
  EXPECT_EQ(lines(payee_after_refund(true, "1001", "1002")), Lines{"R52 orange"});
  EXPECT_EQ(lines(payee_after_refund(true, "1001", "1001")), Lines());
  EXPECT_EQ(lines(payee_after_refund(false, "1001", "1002")), Lines());
}

} // namespace
} // namespace onebudget::treasury
