#pragma once
// Which projects are evaluated by finance: those that must be, and a seeded draw in each stratum.

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/values/ratio.hpp"

namespace onebudget::performance {

struct Candidate {
  std::string code;    ///< project code: the order does not depend on how they came
  std::string stratum; ///< department
  Money amount;
  bool poor_before = false; ///< 差 or 中 last time
  bool flagged = false;     ///< an open finding
};

struct SamplingPlan {
  std::int64_t seed = 0;
  Ratio share;       ///< of each stratum, at least one
  Money always_from; ///< projects from this amount are always taken; zero = none
};

struct Drawn {
  std::string code, stratum;
  Text reason;
};

/// Rule performance.sampling: a share above 0 and up to 100 %, a seed above zero.
std::vector<FieldFault> check_plan(const SamplingPlan& plan);
/// In order of stratum and code; the same seed and candidates give the same draw in whatever order they come.
std::vector<Drawn> draw(const SamplingPlan& plan, std::vector<Candidate> candidates);

} // namespace onebudget::performance
