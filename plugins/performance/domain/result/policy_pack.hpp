#pragma once
// What a grade does to the money: a published, dated policy; domain rules 3.6. Nothing here decides: it proposes.

#include <array>
#include <map>
#include <string>
#include <vector>

#include "plugins/performance/domain/parameters.hpp"
#include "plugins/performance/domain/words.hpp"

namespace onebudget::performance {

struct GradeRule {
  Ratio factor = Ratio::from_percent(100); ///< of the ceiling of the year after next
  Money deduct;                            ///< a fixed amount off, after the factor
  int priority = 0;                        ///< −10 … 10, added in the order of ranking
  bool cancel = false;                     ///< no budget next time
  bool publish = false;                    ///< put on the public list
  bool accountable = false;                ///< opens an entry of 问责清单
  int unit_points = 0;                     ///< −100 … 100
};

struct PolicyPack {
  std::array<GradeRule, 4> grades; ///< by Grade
  [[nodiscard]] const GradeRule& of(Grade grade) const { return grades[static_cast<std::size_t>(grade)]; }
};

/// Factors within 0 and the highest, deductions not negative, cancelled means a factor of 0, and no worse grade is
/// treated better. Rule performance.policy.
std::vector<FieldFault> check_pack(const PolicyPack& pack, const Parameters& parameters);

/// Why money is not touched by a grade: 三保, debt service, legal commitments and contracts that run.
enum class Shield { none, guarantees, debt, legal, contract };
/// From the project's order of spending and its mark; domain rules 1.11.
Shield shield_of(const std::string& spending_order, bool three_guarantees);
Text told(Shield shield);

struct Proposal {
  Ratio factor = Ratio::from_percent(100);
  Money amount, change; ///< amount = base × factor − deduct, half up to a fen; change = amount − base
  Shield shield = Shield::none;
  bool cancel = false;
};

/// Rule performance.policy_negative when the money would fall below zero.
Result<Proposal> propose(const PolicyPack& pack, Grade grade, Money base, Shield shield);

struct Subject {
  std::string code;
  Grade grade = Grade::good;
  Money base;
  Shield shield = Shield::none;
};

struct Simulation {
  int subjects = 0, shielded = 0, cancelled = 0, cut = 0, raised = 0;
  Money base, amount, change;
  std::array<int, 4> by_grade{};
  std::array<Money, 4> change_by_grade{};
};

/// The policy over a whole year; fails with performance.policy_negative and the project's code.
Result<Simulation> simulate(const PolicyPack& pack, const std::vector<Subject>& subjects);

} // namespace onebudget::performance
