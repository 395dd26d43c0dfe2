// The words that stand for kinds, levels and reach wherever they are written or read.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "kernel/access/access.hpp"

namespace onebudget::access {

inline constexpr std::pair<const char*, NodeKind> kKinds[] = {{"region", NodeKind::region},
                                                              {"zone", NodeKind::zone},
                                                              {"department", NodeKind::department},
                                                              {"unit", NodeKind::unit}};
inline constexpr std::pair<const char*, GovLevel> kLevels[] = {{"none", GovLevel::none},
                                                               {"province", GovLevel::province},
                                                               {"city", GovLevel::city},
                                                               {"county", GovLevel::county},
                                                               {"town", GovLevel::town}};
inline constexpr std::pair<const char*, Reach> kReaches[] = {
    {"self", Reach::self}, {"level", Reach::level}, {"subtree", Reach::subtree}};

/// The value that `name` stands for; nothing for a word that is not in the table.
template <class T, std::size_t N>
constexpr std::optional<T> of_name(const std::pair<const char*, T> (&table)[N], std::string_view name) {
  for (const auto& [known, value] : table)
    if (name == known) return value;
  return std::nullopt;
}

/// The word of a value; the table's first for one that is not in it.
template <class T, std::size_t N>
constexpr const char* name_in(const std::pair<const char*, T> (&table)[N], T value) {
  for (const auto& [known, each] : table)
    if (each == value) return known;
  return table[0].first;
}

constexpr const char* name_of(NodeKind kind) { return name_in(kKinds, kind); }
constexpr const char* name_of(GovLevel level) { return name_in(kLevels, level); }
constexpr const char* name_of(Reach reach) { return name_in(kReaches, reach); }

} // namespace onebudget::access
