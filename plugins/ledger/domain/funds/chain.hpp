#pragma once
// Reservations along plan → procurement → contract → payment: what each verb moves, and where it comes back to.
// Pure arithmetic; the database has the last word by the same bounds.

#include <string>
#include <vector>

#include "plugins/ledger/domain/balance/balance.hpp"

namespace onebudget::ledger {

/// Place in the chain: plan 0 … payment 3; `other` stands outside and never draws or is drawn on. -1 for unknown.
int place_of(const std::string& link);

/// A reservation as it stands. amount = reserved + confirmed + consumed + passed + returned.
struct Reservation {
  std::string id, indicator, link, earlier; ///< earlier: id of the reservation it drew on, or empty
  Money amount;
  Held held;
  Money drawn;         ///< of what it still holds, from the earlier link
  bool closed = false; ///< released; nothing comes back here any more

  [[nodiscard]] bool open() const { return held.reserved > Money() || held.confirmed > Money(); }
  /// reserved | confirmed | partly_consumed | consumed | released
  [[nodiscard]] const char* state() const;
};

/// One movement: its event, its amount, and what is added to the reservation, the earlier one and the indicator.
struct Movement {
  std::string event;
  Money amount;
};

/// How much of a line comes from the earlier link; the rest comes from the indicator.
Money drawn_from(Money amount, Money still_there);
/// reserved → confirmed, all of it. Fault ledger.no_reservation when nothing is held.
Result<std::vector<Movement>> confirm(const Reservation& one);
/// confirmed → consumed. Faults: ledger.not_confirmed, ledger.beyond_reservation.
Result<std::vector<Movement>> consume(const Reservation& one, Money amount);
/// consumed → the indicator. Fault ledger.refund_too_large.
Result<std::vector<Movement>> refund(const Reservation& one, Money amount);
/// Everything that is not spent: what came from the earlier link returns there while it is open, the rest to the
/// indicator. Nothing held = nothing to do.
std::vector<Movement> release(const Reservation& one, bool earlier_open);
/// What is left of `drawn` after a movement.
Money drawn_after(const Reservation& one, const std::vector<Movement>& movements);

} // namespace onebudget::ledger
