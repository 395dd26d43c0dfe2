#pragma once
// Names of evidence, and the few values that are words, in English.

#include <string_view>

namespace onebudget::monitoring {

/// The English of a word that the rules use as a name or value of evidence; empty for anything else (names of people,
/// amounts, days). A case of every rule checks that no name is without it.
std::string_view in_english(std::string_view zh);

} // namespace onebudget::monitoring
