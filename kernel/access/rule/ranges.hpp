#pragma once
// Ranges over owner_path: how a node and a reach become an interval, and how intervals meet and merge. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/access/access.hpp"

namespace onebudget::access {

/// Paths with low <= path < high, compared by code point.
struct Range {
  std::string low, high;
  friend bool operator==(const Range&, const Range&) = default;
};

/// The node alone, its own level (itself and what stands under it as 'd…'), or everything below.
Range reach_range(std::string_view path, Reach reach);

/// Sorted, disjoint, without empty ones; adjacent ranges become one.
std::vector<Range> merged(std::vector<Range> ranges);

/// What both scopes admit, with the stricter reading rule of the two; nothing when they do not meet. Used where one
/// grant is effective only as far as another one reaches (API tokens, delegation).
std::optional<Scope> meet(const Scope& a, const Scope& b);

/// True when everything that `inner` admits is also admitted by `outer`.
bool within(const Scope& inner, const Scope& outer);

/// The scope of the kernel's own work: the whole tree, without conditions.
Scope whole_tree();

} // namespace onebudget::access
