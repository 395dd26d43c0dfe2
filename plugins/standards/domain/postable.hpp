#pragma once
// Whether a code may be used for something new. Old records keep the code they have.

#include <string>
#include <vector>

#include "plugins/standards/domain/edition.hpp"

namespace onebudget::standards {

/// Facts about a code that somebody wants to use.
struct CodeFacts {
  std::string code, name;
  bool leaf = false;
  EditionState state = EditionState::draft;
  Period validity;
  int list_year = 0;                   ///< 0 = not kept by year
  int edition_in_force = 0;            ///< of the same code and year, when this one is not; 0 = none
  std::vector<std::string> successors; ///< codes that took its place, from code successions
};

/// Rule standards.postable: only a leaf in force, of the year's list and valid on the day may be used for something
/// new. The finding says what to use instead: the edition in force, or the successors of a code that is gone.
std::vector<FieldFault> check_postable(const CodeFacts& code, int year, Day on, const std::string& field);

} // namespace onebudget::standards
