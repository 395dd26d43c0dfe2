#include "plugins/usage/domain/figures.hpp"

#include <algorithm>

namespace onebudget::usage {

namespace {

/// value / 10^places as text.
std::string fixed(std::int64_t value, int places) {
  std::string digits = std::to_string(value);
  const auto least = static_cast<std::size_t>(places) + 1;
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  return digits.insert(digits.size() - static_cast<std::size_t>(places), ".");
}

std::int64_t half_up(std::int64_t value, std::int64_t by) { return (2 * value + by) / (2 * by); }

} // namespace

void Sum::add(const Sum& other) {
  events += other.events;
  calendar_days += other.calendar_days;
  workdays += other.workdays;
  rows += other.rows;
  bad_rows += other.bad_rows;
  if (const auto sum = amount.plus(other.amount)) amount = *sum;
}

std::string average(std::int64_t sum, std::int64_t count) {
  if (count <= 0) return {};
  return fixed(half_up(sum * 100, count), 2);
}

std::string share(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return {};
  return fixed(half_up(std::clamp<std::int64_t>(part, 0, whole) * 1000, whole), 1);
}

} // namespace onebudget::usage
