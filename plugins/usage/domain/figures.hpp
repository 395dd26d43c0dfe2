#pragma once
// What the counts and sums of events come to. Pure.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::usage {

/// Counts and sums of the events of one kind in one place.
struct Sum {
  std::int64_t events = 0, calendar_days = 0, workdays = 0, rows = 0, bad_rows = 0;
  Money amount;
  void add(const Sum& other);
};

/// A number with two places, half up; "" when nothing was counted: no figure is not zero.
std::string average(std::int64_t sum, std::int64_t count);
/// A share in per cent with one place, half up; "" of nothing. Never above "100.0": what is counted twice is shown
/// once.
std::string share(std::int64_t part, std::int64_t whole);

} // namespace onebudget::usage
