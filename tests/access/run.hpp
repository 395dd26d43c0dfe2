#pragma once
// Puts random questions to both sides and shrinks what differs.

#include "tests/access/make.hpp"
#include "tests/access/real.hpp"

namespace onebudget::oracle {

struct Settings {
  storage::Dialect dialect = storage::Dialect::sqlite;
  std::uint64_t cases = 100'000, seed = 1;
  std::string mutation; ///< makes the two sides differ on purpose
};

struct Outcome {
  std::uint64_t cases = 0, answered = 0, refused = 0;
  int worlds = 0, differences = 0;
  std::map<std::string, std::uint64_t> kinds; ///< what was asked, and whether something was shown
};

Outcome run(const Settings& settings);

/// The smallest world and question found that still differ, in words.
std::string shrunk(storage::Dialect dialect, World world, Question question);

} // namespace onebudget::oracle
