#pragma once
// Whose hand may do it: nobody approves their own, and 经办 ≠ 审核 ≠ 复核 holds for the one who acts and for the one
// they act for.

#include <optional>
#include <string>
#include <vector>

#include "plugins/workflow/domain/office.hpp"

namespace onebudget::workflow {

/// An approval that was given before.
struct Hand {
  PersonId actor = 0, principal = 0; ///< principal: for whom the deputy acted, 0 = for themself
  std::string step;
  int round = 1;
  std::int64_t task = 0;
};

/// What is asked: this person, for themself (principal 0) or for another, on this task.
struct Turn {
  PersonId actor = 0, principal = 0;
  std::string step;
  int round = 1;
  std::int64_t task = 0;
};

/// Rule workflow.entitled. `holder` is the person the task lies with (0 = its office), `office` the people of its
/// office, `principals` those who delegated to the actor today. Answers for whom the actor would act: 0 for themself, a
/// principal, or nothing when the task is not theirs.
std::optional<PersonId> entitled(PersonId actor, PersonId holder, const std::vector<PersonId>& office,
                                 const std::vector<PersonId>& principals);

/// Rules workflow.own and workflow.same_hand: neither the actor nor their principal made the subject, and neither has
/// approved another step, or another place of this round of the same step.
std::optional<Fault> unclean(const Turn& turn, const std::vector<PersonId>& makers, const std::vector<Hand>& before);

} // namespace onebudget::workflow
