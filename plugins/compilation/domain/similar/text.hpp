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

/// The characters of a normal text that tell one matter from another, sorted, with repetitions: without digits, without
/// the words that any project's name may carry (项目, 经费, 设备 …) and without the kind of place (镇, 县 …).
std::u32string telling(std::u32string normal);
/// How many of `left` are not in `right`; both sorted, repetitions count.
std::size_t missing_from(const std::u32string& left, const std::u32string& right);
/// Both together, each character as often as in the one that has more of it.
std::u32string together(const std::u32string& left, const std::u32string& right);

} // namespace onebudget::compilation
