#pragma once
// Finds the name that somebody probably meant.

#include <string>
#include <string_view>
#include <vector>

namespace onebudget {

/// The candidate with the smallest edit distance to `name`, or empty when none is near (more than a third differs).
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

/// snake_case: a lower-case letter, then lower-case letters, digits and single underscores, at most `max` characters.
bool is_snake_case(std::string_view name, std::size_t max = 48);

} // namespace onebudget
