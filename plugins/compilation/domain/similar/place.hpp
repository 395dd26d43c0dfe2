#pragma once
// Where a project is: the divisions that head a place, and the towns and houses that a text mentions. The names are
// learned from the places of the projects compared, so that no gazetteer has to be kept.

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace onebudget::compilation {

/// A normal text cut into the divisions at its head and what follows: "江苏省昆山市玉山镇人民路1号".
struct Place {
  std::map<int, std::u32string> heads; ///< 0 province, 1 city, 2 county, 3 town; names without their kind
  std::u32string rest;                 ///< the house, the road

  [[nodiscard]] std::u32string local() const; ///< town and rest: what is the same however far above one begins
};
Place place_of(const std::u32string& normal);

/// Both name a division of one level, and not the same.
bool apart(const Place& left, const Place& right);

/// The house that a text begins with, by what houses are called (…中心, …学校, …站), or nothing.
std::u32string house_of(const std::u32string& text);

/// What most names of one place have in common: the house there, however it is called. Nothing below three names; the
/// first kMostNames are looked at.
inline constexpr std::size_t kMostNames = 40;
std::u32string shared_by_most(const std::vector<std::u32string>& names);

/// Names that texts are looked through for.
class Names {
 public:
  void add(const std::u32string& name); ///< of two characters at least
  /// Those in the text, a name inside a longer one left out.
  [[nodiscard]] std::set<std::u32string> in(const std::u32string& text) const;

 private:
  std::unordered_map<std::uint64_t, std::set<std::u32string>> by_start_;
};

/// The text without the first occurrence of each.
std::u32string without(std::u32string text, const std::set<std::u32string>& names);

} // namespace onebudget::compilation
