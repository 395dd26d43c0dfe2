#pragma once
// Words that stand for the values of an enumeration wherever they are written or read, as one table:
//   inline constexpr Word<Reach> kReaches[] = {{"self", Reach::self}, …};

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace onebudget {

template <class T>
using Word = std::pair<const char*, T>;

/// The value that `name` stands for; nothing for a word that is not in the table.
template <class T, std::size_t N>
constexpr std::optional<T> of_name(const Word<T> (&table)[N], std::string_view name) {
  for (const auto& [known, value] : table)
    if (name == known) return value;
  return std::nullopt;
}

/// The word of a value; the table's first for one that is not in it.
template <class T, std::size_t N>
constexpr const char* name_in(const Word<T> (&table)[N], T value) {
  for (const auto& [known, each] : table)
    if (each == value) return known;
  return table[0].first;
}

} // namespace onebudget
