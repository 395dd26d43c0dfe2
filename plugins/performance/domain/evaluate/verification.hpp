#pragma once
// Self-scores against what was verified: whose points stand above the evidence, line by line.

#include <string>
#include <vector>

#include "plugins/performance/domain/score/line_score.hpp"

namespace onebudget::performance {

struct Proof {
  std::string id, title; ///< of the evidence
  Value measured;        ///< what the paper shows
};

struct SelfLine {
  std::string id; ///< of the score line
  Measured line;
  Points points; ///< as self-scored
  std::vector<Proof> proofs;
  bool by_experts = false; ///< the points are the mean of what experts give
  std::string name;
};

struct Inflation {
  std::size_t line = 0;
  std::string proof; ///< the evidence that is cited
  Value claimed, measured;
  Points self, verified, difference;
  Text told;
};

/// Lines whose evidence shows a value with which they would score at least `inflated_by` points less. Of several papers
/// the one that shows least counts. Rule performance.inflated.
std::vector<Inflation> inflated_lines(const std::vector<SelfLine>& lines, const Parameters& parameters);

/// A score needs its evidence: every line that applies and has points has at least one paper. Rule
/// performance.evidence.
std::vector<FieldFault> check_evidence(const std::vector<SelfLine>& lines);

/// Points of experts for a line: their mean, half up. Rule performance.experts: at least two, each within the weight.
std::vector<FieldFault> check_experts(const std::vector<Points>& given, Points weight, const std::string& field);
Points expert_mean(const std::vector<Points>& given);

} // namespace onebudget::performance
