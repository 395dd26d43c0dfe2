#pragma once
// Which version of each plugin runs, and in which order they start. Solved over the whole set: the newest versions
// that fit each other. Pure.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sdk/declarations/package/manifest.hpp"
#include "sdk/declarations/package/version.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::declarations {

struct Candidate {
  std::string id;
  Version version;
  std::vector<PluginNeed> needs;
};

struct Solution {
  std::vector<Candidate> order;                           ///< what others need comes first
  std::map<std::string, std::vector<FieldFault>> refused; ///< id → what is missing and what to do
};

/// Chooses for every id in `wanted` the newest candidate such that all fit. An id that cannot be had is refused with
/// reasons and the rest is solved without it. An id in `running` keeps its version; what would break one that runs is
/// refused.
Solution solve(const std::vector<Candidate>& candidates, const std::set<std::string>& wanted,
               const std::map<std::string, Version>& running = {});

} // namespace onebudget::declarations
