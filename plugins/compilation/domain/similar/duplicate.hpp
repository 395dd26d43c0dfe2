#pragma once
// Duplicate declaration (R25, 重复申报) and declaration from several funds (R26, 多头申报): two declarations compared;
// each pair is explained and left to a person. search.hpp finds the pairs worth a look.

#include <set>
#include <string>
#include <vector>

#include "plugins/compilation/domain/policy.hpp"
#include "plugins/compilation/domain/similar/text.hpp"

namespace onebudget::compilation {

struct DeclaredProject {
  std::string id, name, purpose, place, unit, special_fund;
  int fiscal_year = 0;
  Money amount, total_investment;
};

struct Candidate {
  std::string first, second; ///< ids, the smaller text first
  std::string rule;          ///< "R25" or "R26"
  Ratio score, name, purpose, place;
  std::string first_unit, second_unit;
  bool same_unit = false, amount_close = false;
  Money at_stake; ///< what is spent twice if it is one thing: the smaller amount
  Text reason;
};

/// Rule compilation.duplicate, for one pair, whatever blocking says; nothing when it is no candidate. R25: weighted
/// likeness of name and purpose at least policy.similarity within policy.duplicate_years of any unit and level, or the
/// same place with a purpose that is alike; numbers that differ (一期, 二期) tell two projects apart. R26: such a pair
/// in two special funds.
std::vector<Candidate> judge_pair(const DeclaredProject& left, const DeclaredProject& right, const Policy& policy);

/// How well candidates meet a labelled set of pairs.
struct Quality {
  int found = 0, right = 0, wanted = 0;
  [[nodiscard]] Ratio precision() const;
  [[nodiscard]] Ratio recall() const;
};
Quality quality_of(const std::vector<Candidate>& found, const std::set<std::string>& labelled);

/// "first|second", the smaller first.
std::string pair_key(const std::string& first, const std::string& second);

} // namespace onebudget::compilation
