// The words by which the interface names what access counts.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "kernel/access/access.hpp"

namespace onebudget::http {

inline constexpr std::pair<const char*, access::NodeKind> kKinds[] = {{"region", access::NodeKind::region},
                                                                      {"zone", access::NodeKind::zone},
                                                                      {"department", access::NodeKind::department},
                                                                      {"unit", access::NodeKind::unit}};
inline constexpr std::pair<const char*, access::GovLevel> kLevels[] = {{"none", access::GovLevel::none},
                                                                       {"province", access::GovLevel::province},
                                                                       {"city", access::GovLevel::city},
                                                                       {"county", access::GovLevel::county},
                                                                       {"town", access::GovLevel::town}};
inline constexpr std::pair<const char*, access::Reach> kReaches[] = {
    {"self", access::Reach::self}, {"level", access::Reach::level}, {"subtree", access::Reach::subtree}};

/// The value a word stands for; nothing for a word that is not in the table.
template <class T, std::size_t N>
std::optional<T> of_name(const std::pair<const char*, T> (&table)[N], const std::string& name) {
  for (const auto& [known, value] : table)
    if (name == known) return value;
  return std::nullopt;
}

/// The word of a value; the table's first for one that is not in it.
template <class T, std::size_t N>
const char* name_in(const std::pair<const char*, T> (&table)[N], T value) {
  for (const auto& [known, each] : table)
    if (each == value) return known;
  return table[0].first;
}

} // namespace onebudget::http
