#include "plugins/ledger/domain/funds/chain.hpp"

#include <algorithm>

namespace onebudget::ledger {

namespace {

Fault refusal(const char* code, const Text& message) { return fault(FaultKind::rule, code, message); }

Money less(Money from, Money amount) { return Money::from_fen(from.fen() - amount.fen()); }

} // namespace

int place_of(const std::string& link) {
  constexpr const char* kPlaces[] = {"plan", "procurement", "contract", "payment"};
  for (int i = 0; i < 4; ++i)
    if (link == kPlaces[i]) return i;
  return -1;
}

const char* Reservation::state() const {
  if (held.reserved > Money()) return "reserved";
  if (held.confirmed > Money()) return held.consumed > Money() ? "partly_consumed" : "confirmed";
  return held.consumed > Money() ? "consumed" : "released";
}

Money drawn_from(Money amount, Money still_there) { return std::max(Money(), std::min(amount, still_there)); }

Result<std::vector<Movement>> confirm(const Reservation& one) {
  if (one.held.reserved > Money()) return std::vector<Movement>{{"confirm", one.held.reserved}};
  return refusal("ledger.no_reservation", {"该行没有在途占用可以确认。请先送审占用资金。",
                                           "The line holds nothing to confirm. Reserve it first."});
}

Result<std::vector<Movement>> consume(const Reservation& one, Money amount) {
  if (one.held.confirmed == Money() && one.held.reserved > Money())
    return refusal("ledger.not_confirmed", {"占用尚未确认，不能支付。请先完成审核。",
                                            "The reservation is not confirmed. Finish the approval first."});
  if (!(one.held.confirmed < amount)) return std::vector<Movement>{{"consume", amount}};
  return refusal("ledger.beyond_reservation", {"支付 " + amount.to_yuan() + " 元，超过占用的 " +
                                                   one.held.confirmed.to_yuan() + " 元。请核对金额，或另行占用。",
                                               "A payment of " + amount.to_yuan() + " yuan is more than the " +
                                                   one.held.confirmed.to_yuan() + " held. Check it, or reserve more."});
}

Result<std::vector<Movement>> refund(const Reservation& one, Money amount) {
  if (!(one.held.consumed < amount)) return std::vector<Movement>{{"refund", amount}};
  return refusal("ledger.refund_too_large", {"退款 " + amount.to_yuan() + " 元，超过已支付的 " +
                                                 one.held.consumed.to_yuan() + " 元。请核对退款单。",
                                             "A refund of " + amount.to_yuan() + " yuan is more than the " +
                                                 one.held.consumed.to_yuan() + " paid. Check the refund."});
}

std::vector<Movement> release(const Reservation& one, bool earlier_open) {
  std::vector<Movement> out;
  const auto add = [&](const char* event, Money amount) {
    if (amount > Money()) out.push_back({event, amount});
  };
  // What came from the indicator goes first from what is only reserved; the earlier link gets back the rest.
  const Money back = earlier_open ? one.drawn : Money();
  const Money back_confirmed = std::min(back, one.held.confirmed), back_reserved = less(back, back_confirmed);
  add("back_reserved", back_reserved);
  add("back_confirmed", back_confirmed);
  add("release_reserved", less(one.held.reserved, back_reserved));
  add("release_confirmed", less(one.held.confirmed, back_confirmed));
  return out;
}

Money drawn_after(const Reservation& one, const std::vector<Movement>& movements) {
  Money left = one.drawn;
  for (const Movement& movement : movements) {
    // A payment out of a contract spends the contract's money before any that was added.
    if (movement.event == "consume") left = less(left, std::min(left, movement.amount));
    if (movement.event.rfind("back_", 0) == 0) left = less(left, movement.amount);
    if (movement.event.rfind("release_", 0) == 0) left = Money();
  }
  return left;
}

} // namespace onebudget::ledger
