#pragma once
// Using a result: years, decision by a person, hearing and appeal; domain rules 3.6 and the corrections to them.

#include <optional>
#include <vector>

#include "plugins/performance/domain/result/policy_pack.hpp"
#include "sdk/values/day.hpp"

namespace onebudget::performance {

/// T is evaluated from T+1 on. Rule performance.year.
std::vector<FieldFault> check_evaluated_year(int evaluated_year, Day today);
/// T's evaluation, done in T+1, feeds the ceilings of T+2 (一下); T+1 is compiled before it exists.
int budget_year_of(int evaluated_year);

struct Decision {
  Proposal proposal;
  Money base;
  std::optional<Ratio> factor; ///< what the person decided; nothing = as proposed
  bool has_reason = false, has_shield_document = false;
  std::optional<Day> appeal_by;
  bool accepted = false; ///< the unit said that it does not appeal
  bool open_appeal = false;
  Day today;
};

struct Effect {
  Ratio factor;
  Money amount, change;
};

/// Rules performance.decision: a reason for what differs from the proposal, a document for what is shielded, a factor
/// within 0 and the highest; performance.decision_early: not before the term of appeal has passed or the unit accepted,
/// and not while an appeal is open.
std::vector<FieldFault> check_decision(const Decision& decision, const Parameters& parameters);
/// base × factor, half up to a fen; the proposal's own amount when nothing else was decided.
Result<Effect> effect_of(const Decision& decision);

struct Appeal {
  std::optional<Day> appeal_by; ///< of the notice
  bool notified = false, already_open = false, has_ground = false;
  Day filed_on;
};

/// Rules performance.appeal, performance.appeal_late.
std::vector<FieldFault> check_appeal(const Appeal& appeal);

struct Ruling {
  bool hearing_requested = false, heard = false;
  bool granted = false;
  std::optional<Points> corrected; ///< the total after the appeal
  Points original;
  bool late = false, has_late_reason = false, has_opinion = false;
};

/// Rules performance.hearing: a hearing that was asked for takes place first; performance.ruling: a granted appeal
/// names the corrected total, every ruling its opinion, a late one its reason.
std::vector<FieldFault> check_ruling(const Ruling& ruling);

} // namespace onebudget::performance
