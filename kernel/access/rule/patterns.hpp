#pragma once
// Permission codes and the patterns of roles. Pure.

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace onebudget::access {

/// "<plugin>.<action>" or "<plugin>.<entity>.<verb>": two to four snake_case parts.
bool valid_permission(std::string_view code);
/// A permission, or a prefix of one with ".*" behind it: a wildcard never crosses a plugin ("*" alone is refused).
bool valid_pattern(std::string_view pattern);
bool is_wildcard(std::string_view pattern);
/// True when `pattern` (exact or wildcard) holds `permission`.
bool matches(std::string_view pattern, std::string_view permission);
/// True when everything that `inner` can hold is also held by `outer`.
bool covers(std::string_view outer, std::string_view inner);
/// "compilation.project.read" → "compilation.project.unmask"; "<plugin>.<action>" → "<plugin>.unmask".
std::string unmask_of(std::string_view permission);

/// Lets texts that need not be strings be looked up among strings.
struct ByText {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// The patterns of one role, ready to be asked often.
class Patterns {
 public:
  Patterns() = default;
  explicit Patterns(const std::vector<std::string>& patterns);
  [[nodiscard]] bool hold(std::string_view permission) const;

 private:
  std::unordered_set<std::string, ByText, std::equal_to<>> exact_;
  std::vector<std::string> prefixes_; ///< with the final dot
};

} // namespace onebudget::access
