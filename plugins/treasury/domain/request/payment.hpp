#pragma once
// A payment request (支付申请) as its form is filled in (J9).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::treasury {

enum class PayeeKind { company, person, card, batch };

struct Payee {
  std::string name, account, bank;
  friend bool operator==(const Payee&, const Payee&) = default;
};

struct PaymentForm {
  int fiscal_year = 0;
  Day day, today;
  int backdate_days = 0; ///< how far before today a request may be dated
  PayeeKind payee_kind = PayeeKind::company;
  Payee payee;
  bool procurement = false;
  bool has_contract = false;
  bool settled_by_card = false; ///< 结算方式 is 公务卡
  Money amount;
};

/// Rules treasury.amount, treasury.backdated, treasury.payee and treasury.contract, as far as one form tells: more than
/// nothing; dated in its budget year, not ahead and not further back than the setting `backdate_days`; a whole payee,
/// or none where the payees are listed; a contract for procurement.
std::vector<FieldFault> check_form(const PaymentForm& form);

/// What the reviewers of a payment saw, in one line for each part: payee, money, what it is paid from and for. Two
/// texts are equal exactly when all parts are; line breaks within a part do not shift the next.
std::string reviewed_text(const std::vector<std::string>& parts);
/// Rule treasury.payee_changed: what is approved, turned into a voucher or sent is what was reviewed. `reviewed` empty:
/// nobody reviewed it.
std::vector<FieldFault> check_reviewed(const std::string& reviewed, const std::string& now);

/// Rule treasury.same_hand (R49, grey): 经办, 审核 and 复核 are different people. `hands`: who did it before; 0 =
/// nobody yet.
std::vector<FieldFault> check_hands(std::int64_t actor, const std::vector<std::int64_t>& hands);

} // namespace onebudget::treasury
