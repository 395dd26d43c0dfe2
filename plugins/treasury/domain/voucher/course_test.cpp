#include "plugins/treasury/domain/voucher/course.hpp"

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

TEST(Voucher, takes_its_steps_in_every_case) {
  EXPECT_EQ(run("voucher_step",
                [](const Case& one) {
                  VoucherFacts facts;
                  facts.state = voucher_state(one.value("state", "made")).value_or(VoucherState::made);
                  facts.sealed_as_is = !has(one, "changed");
                  facts.leaves = !has(one, "side system");
                  facts.has_receipt = has(one, "receipt");
                  facts.cancellation_carried = has(one, "cancellation");
                  const auto step = voucher_step(one.when);
                  return step ? lines(check_step(facts, *step)) : Lines{"no such step"};
                }),
            Lines());
}

TEST(Voucher, is_paid_by_one_receipt_in_every_case) {
  EXPECT_EQ(run("receipt",
                [](const Case& one) {
                  Expected voucher;
                  voucher.state = voucher_state(one.value("state", "sent")).value_or(VoucherState::made);
                  voucher.amount = yuan("100.00");
                  voucher.dated = day(one, "dated", "2026-03-10");
                  voucher.account = one.value("account", "1001");
                  voucher.serial_before = one.value("serial before");
                  voucher.amount_before = yuan("100.00");
                  const Receipt receipt{one.value("serial", "B1"), day(one, "paid", "2026-03-11"),
                                        yuan(one, "amount", "100.00"), one.value("paid account")};
                  std::vector<FieldFault> findings;
                  const auto outcome = take_receipt(voucher, receipt, day(one, "today", "2026-03-12"), findings);
                  Lines out = lines(findings);
                  if (outcome == ReceiptOutcome::known) out.emplace_back("known");
                  if (outcome == ReceiptOutcome::apply) out.emplace_back("paid");
                  return out;
                }),
            Lines());
}

TEST(Voucher, has_names_for_states_and_steps) {
  EXPECT_EQ(voucher_state("void"), VoucherState::void_);
  EXPECT_FALSE(voucher_state("lost"));
  EXPECT_EQ(voucher_step("cancel"), VoucherStep::cancel);
  EXPECT_FALSE(voucher_step("burn"));
}

} // namespace
} // namespace onebudget::treasury
