#pragma once
// Editions (版次) of a code or standard: a change makes a new edition, which replaces the one in force when a second
// person approves it. Nothing that was in force is ever edited.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::standards {

enum class EditionState { draft, submitted, in_force, superseded, withdrawn };

struct Edition {
  std::int64_t id = 0;
  std::int64_t version = 0; ///< of the record, for the update
  int number = 1;
  EditionState state = EditionState::draft;
  Period validity;
};

/// Rule standards.edition_number: the next edition has the highest number plus one, and there is one open draft at most.
/// Fault standards.edition_open names the edition that is still being worked on.
Result<int> next_edition(const std::vector<Edition>& editions);

/// Rule standards.edition_replaces: approving `approved` replaces these editions of the same code.
std::vector<Edition> replaced_by(const Edition& approved, const std::vector<Edition>& editions);

/// Rule standards.validity: an end after its beginning.
std::vector<FieldFault> check_validity(const Period& validity);

/// Facts about a code that somebody wants to use.
struct CodeFacts {
  std::string code, name;
  bool leaf = false;
  EditionState state = EditionState::draft;
  Period validity;
  int list_year = 0;                    ///< 0 = not kept by year
  std::vector<std::string> successors;  ///< codes of the next year that took its place, from code successions
};

/// Rule standards.postable: only a leaf in force, of the year's list and valid on the day may be used for something new.
/// Old records keep the code they have. The finding names the successors of a code that is gone.
std::vector<FieldFault> check_postable(const CodeFacts& code, int year, Day on, const std::string& field);

} // namespace onebudget::standards
