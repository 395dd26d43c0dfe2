#include "plugins/treasury/domain/request/payment.hpp"

#include <sstream>

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

PayeeKind kind_of(const std::string& text) {
  if (text == "person") return PayeeKind::person;
  if (text == "card") return PayeeKind::card;
  return text == "batch" ? PayeeKind::batch : PayeeKind::company;
}

TEST(Payment, is_filled_in_as_the_form_wants_in_every_case) {
  EXPECT_EQ(run("payment_form",
                [](const Case& one) {
                  PaymentForm form;
                  form.fiscal_year = 2026;
                  form.today = day(one, "today", "2026-03-10");
                  form.day = day(one, "day", "2026-03-10");
                  form.backdate_days = number(one, "backdate days", 10);
                  form.payee_kind = kind_of(one.value("payee kind", "company"));
                  form.payee = {one.value("name", "某公司"), one.value("account", "1001"), one.value("bank", "工行")};
                  if (has(one, "no payee")) form.payee = {};
                  form.procurement = has(one, "procurement");
                  form.has_contract = has(one, "contract");
                  form.settled_by_card = has(one, "card settlement");
                  form.amount = yuan(one, "amount", "100.00");
                  return lines(check_form(form));
                }),
            Lines());
}

TEST(Payment, stays_what_was_reviewed_in_every_case) {
  EXPECT_EQ(run("payee_changed",
                [](const Case& one) {
                  const auto text = [&](const char* when) {
                    return reviewed_text({one.value(std::string(when) + " name", "某公司"),
                                          one.value(std::string(when) + " account", "1001"),
                                          one.value(std::string(when) + " amount", "100.00")});
                  };
                  return lines(check_reviewed(has(one, "not reviewed") ? "" : text("reviewed"), text("now")));
                }),
            Lines());
}

TEST(Payment, parts_do_not_run_into_each_other) {
  EXPECT_NE(reviewed_text({"a\nb", "c"}), reviewed_text({"a", "b\nc"}));
  EXPECT_NE(reviewed_text({"ab", ""}), reviewed_text({"a", "b"}));
}

TEST(Payment, goes_through_three_hands_in_every_case) {
  EXPECT_EQ(run("same_hand",
                [](const Case& one) {
                  std::vector<std::int64_t> hands;
                  for (const auto& [name, value] : one.given)
                    if (name == "hand") hands.push_back(std::stoll(value));
                  return lines(check_hands(number(one, "actor"), hands));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::treasury
