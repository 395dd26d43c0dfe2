#pragma once
// The rule of the guestbook: what may be written into it. Pure: facts in, findings out.

#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"
#include "sdk/values/result.hpp"

namespace guestbook {

struct EntryFacts {
  std::string words;
  onebudget::Money gift, most;
  onebudget::Day visited_on, today;
};

/// Findings guestbook.no_words, guestbook.negative_gift, guestbook.gift_too_large, guestbook.future_visit.
std::vector<onebudget::FieldFault> check_entry(const EntryFacts& facts);

} // namespace guestbook
