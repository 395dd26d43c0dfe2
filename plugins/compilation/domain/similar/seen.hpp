#pragma once
// What a declaration says, cut up for comparing, and what all of them teach. Inside similar only.

#include <map>

#include "plugins/compilation/domain/similar/duplicate.hpp"
#include "plugins/compilation/domain/similar/place.hpp"

namespace onebudget::compilation {

struct Seen {
  std::vector<std::uint64_t> name, purpose, place;
  std::set<std::u32string> name_numbers, place_numbers;
  std::u32string told, located, whole; ///< what tells it: its name; with the place; with the purpose as well
  Place where;
  std::set<std::u32string> towns, houses; ///< that its texts mention
  std::u32string matter;                  ///< what its name tells beside towns and houses
};

/// What the compared projects teach: the towns and houses of their places, the houses that their names begin with, and
/// how much each character of a work tells. Keeps no text of a project.
class Known {
 public:
  explicit Known(const std::vector<DeclaredProject>& projects);

  /// Rare characters tell more (inverse frequency in texts, in thousandths).
  [[nodiscard]] std::int64_t weight(const std::u32string& characters) const;

  Names towns, houses;

 private:
  void count(const std::u32string& matter);

  std::map<char32_t, int> texts_with_;
  int texts_ = 0;
};

/// `known` holds the texts of this project as well.
Seen seen(const DeclaredProject& project, const Known& known);

/// The pair as a candidate with its reason, or nothing.
std::vector<Candidate> judge(const DeclaredProject& left, const Seen& l, const DeclaredProject& right, const Seen& r,
                             const Known& known, const Policy& policy);

} // namespace onebudget::compilation
