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
  std::vector<std::string> makers; ///< ids of who made and who last changed it
};

/// Rule standards.edition_number: the next edition has the highest number plus one, and there is one open draft at
/// most. Fault standards.edition_open names the edition that is still being worked on.
Result<int> next_edition(const std::vector<Edition>& editions);

/// Rule standards.edition_replaces: approving `approved` replaces these editions of the same code.
std::vector<Edition> replaced_by(const Edition& approved, const std::vector<Edition>& editions);

/// Rule standards.edition_replaces: an edition gives way to a newer one only, and not by the hand of that one's maker.
std::vector<FieldFault> check_supersede(const Edition& old, const std::vector<Edition>& editions,
                                        const std::string& caller);

/// Rule standards.edition_frozen: what was in force is not edited, and a further edition takes effect by approval only,
/// whatever the way in: an import that may set states must not be a way around the second person.
std::vector<FieldFault> check_frozen(const std::optional<Edition>& before, const Edition& after);

/// Rule standards.validity: an end after its beginning.
std::vector<FieldFault> check_validity(const Period& validity);

} // namespace onebudget::standards
