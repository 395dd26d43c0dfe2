#pragma once
// Invoices and card slips that a payment is backed by: each pays once.

#include <string>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::treasury {

struct Invoice {
  std::string code, number; ///< older invoices have a code, digital ones a number of 20 digits only
  Money amount;             ///< tax included
};

/// What an invoice is claimed by, whoever writes it down: letters and digits only, letters in capitals, code before
/// number. Empty for an invoice without a number.
std::string claim_of(const Invoice& invoice);

/// Rule treasury.invoice: every invoice has a number and an amount, none stands twice in a request, and together they
/// cover what is paid, save for an advance, whose invoice comes later. A request without invoices is not looked at.
/// That no other request claims one of them is kept by the unique field `claim`.
std::vector<FieldFault> check_invoices(const std::vector<Invoice>& invoices, Money amount, bool advance);

} // namespace onebudget::treasury
