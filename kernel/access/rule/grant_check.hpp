#pragma once
// What a single grant must look like before anybody is asked who may hold it. Pure.

#include <optional>
#include <string_view>

#include "kernel/access/access.hpp"

namespace onebudget::access {

/// Malformed departments, window, user, condition; nothing when the grant is well formed.
std::optional<Fault> malformed_grant(const Grant& grant);

/// True when the condition can be set in parentheses beside another one without changing either: parentheses and quotes
/// are balanced and never close more than they opened. (Whether its fields exist is checked by records.)
bool self_contained(std::string_view where);

} // namespace onebudget::access
