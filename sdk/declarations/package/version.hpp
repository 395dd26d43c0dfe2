#pragma once
// Semantic versions and the ranges that plugins ask for. Pure values.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebudget::declarations {

/// major.minor.patch[-pre.release][+build]. Build metadata does not take part in the order (semver 2.0.0).
struct Version {
  std::uint32_t major = 0, minor = 0, patch = 0;
  std::vector<std::string> pre; ///< identifiers of the pre-release, empty for a release

  /// Nothing for anything that is not exactly a semantic version (leading zeros, missing parts, signs, blanks).
  static std::optional<Version> parse(std::string_view text);
  [[nodiscard]] std::string str() const;
  friend std::strong_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }
};

/// Comparisons that must all hold: ">=0.1.0 <1.0.0". Operators >= > <= < = and none (the same as =).
/// A pre-release satisfies a range only when one of its bounds names a pre-release of the same major.minor.patch.
class VersionRange {
 public:
  static std::optional<VersionRange> parse(std::string_view text);
  [[nodiscard]] bool holds(const Version& version) const;

 private:
  enum class Op { less, less_equal, equal, greater_equal, greater };
  struct Bound {
    Op op = Op::equal;
    Version version;
  };
  std::vector<Bound> bounds_;
};

} // namespace onebudget::declarations
