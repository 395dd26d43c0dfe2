#pragma once
// Official cards (公务卡): what was swiped is paid back once, in time, and not for private purposes.

#include <optional>
#include <vector>

#include "plugins/treasury/domain/level.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::treasury {

struct CardFacts {
  bool active = true; ///< not suspended, closed or expired on the day
  Money limit;        ///< credit limit
  Money open;         ///< swiped and not paid back yet, the new one left out
};
/// Rule treasury.card: an expense is swiped on a card in use, not ahead, for more than nothing and within its limit.
std::vector<FieldFault> check_swipe(const CardFacts& card, Money amount, Day swiped, Day today);

struct Swipe {
  int line = 0;
  Money amount;
  bool personal = false; ///< 个人消费, paid back by the holder
  bool same_unit = true;
  Day swiped, due;
};
/// Rule treasury.card_claim: a repayment lists swipes of the unit's cards, none of them private or later than the
/// request, and is what they add up to. Fields are "/claims/<line>".
std::vector<FieldFault> check_claims(const std::vector<Swipe>& swipes, Money amount, Day day);
/// Rule treasury.card_late (yellow): a swipe is paid back after its due day.
std::vector<Hit> late_swipes(const std::vector<Swipe>& swipes, Day day);

/// The day a swipe has to be paid back by: `grace_days` after the card's next statement day (1 … 28).
Day due_day(Day swiped, int statement_day, int grace_days);

} // namespace onebudget::treasury
