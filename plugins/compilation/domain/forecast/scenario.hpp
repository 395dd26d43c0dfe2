#pragma once
// Simulation: named changes of standards, ceilings, growth and scores, by department, function and region, computed on
// what was read once. Nothing is copied into tables; a scenario is its changes, and a digest of what they led to.

#include <map>
#include <string>
#include <vector>

#include "plugins/compilation/domain/review/spending_order.hpp"

namespace onebudget::compilation {

enum class ChangeKind { standard, growth, score, ceiling, cut };

/// Which projects a change touches: a code begins with what is named, empty = all.
struct ScenarioChange {
  ChangeKind kind = ChangeKind::growth;
  std::string department, function, region;
  Ratio factor =
      Ratio::from_percent(100); ///< standard, growth: × amount; ceiling: × envelope; cut: gives this share up
  int points = 0;               ///< score
};

struct ScenarioProject {
  std::string department, function, region;
  Claim claim;
  bool by_standard = false; ///< its amount follows from a standard × quantity
};

struct ScenarioLine {
  Money base, now; ///< what the project gets; share_reason says why
};

struct ScenarioResult {
  Money base_total, total, base_gap, gap; ///< gaps: of the guarantees
  std::vector<ScenarioProject> projects;  ///< as changed, in order of id
  std::vector<ScenarioLine> lines;        ///< one for each of them
  std::string digest; ///< 16 hex digits of lines and totals: the same data and changes give the same
};

/// Rule compilation.scenario: a factor of 0…10, points of −100…100, at most 200 changes.
std::vector<FieldFault> check_scenario(const std::vector<ScenarioChange>& changes);

/// Base and changed, both filled by spending order within the envelope of their region. Envelopes by region; a region
/// without one has nothing to give. A million projects take about 600 MiB. Faults of fill_envelope.
Result<ScenarioResult> run_scenario(std::vector<ScenarioProject> projects,
                                    const std::map<std::string, Money>& envelopes,
                                    const std::vector<ScenarioChange>& changes, const Policy& policy);

} // namespace onebudget::compilation
