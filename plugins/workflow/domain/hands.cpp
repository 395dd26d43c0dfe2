#include "plugins/workflow/domain/hands.hpp"

#include <algorithm>

namespace onebudget::workflow {

namespace {

bool among(PersonId person, const std::vector<PersonId>& people) {
  return person != 0 && std::find(people.begin(), people.end(), person) != people.end();
}

bool same_person(const Turn& turn, const Hand& hand) {
  const std::vector<PersonId> acted = {hand.actor, hand.principal};
  return among(turn.actor, acted) || among(turn.principal, acted);
}

} // namespace

std::optional<PersonId> entitled(PersonId actor, PersonId holder, const std::vector<PersonId>& office,
                                 const std::vector<PersonId>& principals) {
  const auto theirs = [&](PersonId person) { return holder != 0 ? person == holder : among(person, office); };
  if (theirs(actor)) return PersonId{0};
  for (const PersonId principal : principals)
    if (theirs(principal)) return principal;
  return std::nullopt;
}

std::optional<Fault> unclean(const Turn& turn, const std::vector<PersonId>& makers, const std::vector<Hand>& before) {
  if (among(turn.actor, makers) || among(turn.principal, makers))
    return fault(FaultKind::forbidden, "workflow.own",
                 {"经办人不能审批自己经办的事项，受其委派的人也不能。请由另一人办理。",
                  "Nobody approves what they made, nor does a deputy of theirs. Another person has to."});
  for (const Hand& hand : before) {
    const bool again = hand.step == turn.step && (hand.round != turn.round || hand.task == turn.task);
    if (again || !same_person(turn, hand)) continue;
    return fault(FaultKind::forbidden, "workflow.same_hand",
                 {"同一人（含委派、转办、加签）不能办理同一事项的两个环节。请由另一人办理。",
                  "One person, also as a deputy, by transfer or as an added signer, does not handle two steps of a "
                  "case. Another person has to."});
  }
  return std::nullopt;
}

} // namespace onebudget::workflow
