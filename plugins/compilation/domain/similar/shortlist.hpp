#pragma once
// A province has more candidates than people can judge: the likeliest come first, and each unit gets no more at a time
// than somebody can look through.

#include <map>
#include <string>
#include <vector>

#include "plugins/compilation/domain/similar/duplicate.hpp"

namespace onebudget::compilation {

struct Shortlist {
  std::vector<Candidate> shown;
  std::int64_t held_back = 0; ///< candidates that wait until others are judged
};

/// Rule compilation.duplicate_shortlist: by score, then by the money at stake, then by id; a pair is taken while
/// neither of its units has `most` that are open. `open`: unit → pairs that wait for a person already.
Shortlist shortlist(std::vector<Candidate> found, std::map<std::string, int> open, int most);

} // namespace onebudget::compilation
