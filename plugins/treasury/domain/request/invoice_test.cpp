#include "plugins/treasury/domain/request/invoice.hpp"

#include <sstream>

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

TEST(Invoices, back_a_payment_in_every_case) {
  EXPECT_EQ(run("invoice",
                [](const Case& one) {
                  std::vector<Invoice> invoices;
                  for (const auto& [name, value] : one.given) {
                    if (name != "invoice") continue;
                    std::istringstream words(value);
                    Invoice invoice;
                    std::string amount;
                    words >> invoice.number >> amount;
                    if (invoice.number == "-") invoice.number.clear();
                    invoice.amount = yuan(amount);
                    invoices.push_back(invoice);
                  }
                  return lines(check_invoices(invoices, yuan(one, "amount", "100.00"), has(one, "advance")));
                }),
            Lines());
}

TEST(Invoices, are_one_and_the_same_however_they_are_written) {
  EXPECT_EQ(claim_of({"03200190-0204", " 1234 5678", {}}), "032001900204/12345678");
  EXPECT_EQ(claim_of({"", "ab12", {}}), claim_of({"", "AB-12", {}}));
  EXPECT_NE(claim_of({"1", "23", {}}), claim_of({"12", "3", {}}));
  EXPECT_EQ(claim_of({"032001900204", "—", {}}), "");
}

} // namespace
} // namespace onebudget::treasury
