#pragma once
// Separation of duties (三员分立): what a role may contain, and which roles one person may hold together. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/access/access.hpp"

namespace onebudget::access {

inline constexpr std::string_view kCategories[] = {"business", "system_admin", "security_admin", "audit_admin"};

using Conflicts = std::vector<Conflict>;

/// What is wrong with a role by itself: code, title, category, malformed permissions, permissions of another office,
/// a declared conflict inside it. Empty when nothing is.
std::vector<FieldFault> role_faults(const Role& role, const Conflicts& conflicts);

/// Why a person may not hold these roles together; nothing when they may.
std::optional<Fault> together(const std::vector<const Role*>& roles, const Conflicts& conflicts);

/// "A and B (why)": the first pair that these roles hold together, in words; nothing when there is none.
std::optional<Text> conflict_of(const std::vector<const Role*>& roles, const Conflicts& conflicts);

/// The kernel's own permissions.
std::vector<Permission> kernel_permissions();

} // namespace onebudget::access
