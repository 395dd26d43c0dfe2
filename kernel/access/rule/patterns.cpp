#include "kernel/access/rule/patterns.hpp"

#include <algorithm>

namespace onebudget::access {

namespace {

constexpr std::size_t kMostLength = 128;
constexpr int kMostParts = 4;

bool valid_part(std::string_view part) {
  if (part.empty() || part.front() < 'a' || part.front() > 'z') return false;
  return std::all_of(part.begin(), part.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// Number of snake_case parts, 0 when one of them is not.
int parts_of(std::string_view code) {
  int parts = 0;
  while (true) {
    const std::size_t dot = code.find('.');
    if (!valid_part(code.substr(0, dot))) return 0;
    ++parts;
    if (dot == std::string_view::npos) return parts;
    code.remove_prefix(dot + 1);
  }
}

/// The part of a wildcard that must stand in front, with its final dot.
std::string_view prefix_of(std::string_view pattern) { return pattern.substr(0, pattern.size() - 1); }

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

} // namespace

bool valid_permission(std::string_view code) {
  const int parts = code.size() <= kMostLength ? parts_of(code) : 0;
  return parts >= 2 && parts <= kMostParts;
}

bool is_wildcard(std::string_view pattern) { return pattern.size() >= 2 && pattern.substr(pattern.size() - 2) == ".*"; }

bool valid_pattern(std::string_view pattern) {
  if (!is_wildcard(pattern)) return valid_permission(pattern);
  const int parts = pattern.size() <= kMostLength ? parts_of(pattern.substr(0, pattern.size() - 2)) : 0;
  return parts >= 1 && parts < kMostParts;
}

bool matches(std::string_view pattern, std::string_view permission) {
  if (!is_wildcard(pattern)) return pattern == permission;
  const std::string_view prefix = prefix_of(pattern);
  return permission.size() > prefix.size() && starts_with(permission, prefix);
}

bool covers(std::string_view outer, std::string_view inner) {
  if (!is_wildcard(inner)) return matches(outer, inner);
  return is_wildcard(outer) && starts_with(prefix_of(inner), prefix_of(outer));
}

std::string unmask_of(std::string_view permission) {
  const std::size_t dot = permission.rfind('.');
  return std::string(permission.substr(0, dot == std::string_view::npos ? 0 : dot)) + ".unmask";
}

Patterns::Patterns(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    if (is_wildcard(pattern))
      prefixes_.emplace_back(prefix_of(pattern));
    else
      exact_.insert(pattern);
  }
}

bool Patterns::hold(std::string_view permission) const {
  if (exact_.find(permission) != exact_.end()) return true;
  return std::any_of(prefixes_.begin(), prefixes_.end(), [permission](const std::string& prefix) {
    return permission.size() > prefix.size() && starts_with(permission, prefix);
  });
}

} // namespace onebudget::access
