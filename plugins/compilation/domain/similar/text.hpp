#pragma once
// How alike two texts are: bigrams of characters, so that Chinese needs no dictionary.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/ratio.hpp"

namespace onebudget::compilation {

/// Without spaces, punctuation, brackets and years; full-width and Chinese digits as plain ones; Latin in lower
/// case.
std::u32string normal_text(std::string_view utf8);

/// The runs of digits in a normal text: phases, numbers of houses and roads.
std::set<std::u32string> numbers_in(const std::u32string& normal);

/// The distinct bigrams, sorted; a text of one character is its own.
std::vector<std::uint64_t> bigrams(const std::u32string& text);

/// Dice: twice what is common over the sum of both; two empty texts are not alike.
Ratio dice(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right);
/// What is common over the smaller of the two: one text inside the other.
Ratio overlap(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right);

} // namespace onebudget::compilation
