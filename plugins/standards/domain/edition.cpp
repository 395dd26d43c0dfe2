#include "plugins/standards/domain/edition.hpp"

#include <algorithm>

namespace onebudget::standards {

Result<int> next_edition(const std::vector<Edition>& editions) {
  int highest = 0;
  for (const Edition& edition : editions) {
    if (edition.state == EditionState::draft || edition.state == EditionState::submitted) {
      const std::string number = std::to_string(edition.number);
      return fault(FaultKind::conflict, "standards.edition_open",
                   {"第 " + number + " 版尚未生效，请先完成或删除它，再修订。",
                    "Edition " + number + " is still being worked on; finish or delete it first."});
    }
    highest = std::max(highest, edition.number);
  }
  return highest + 1;
}

std::vector<Edition> replaced_by(const Edition& approved, const std::vector<Edition>& editions) {
  std::vector<Edition> replaced;
  for (const Edition& edition : editions)
    if (edition.id != approved.id && edition.state == EditionState::in_force && edition.number < approved.number)
      replaced.push_back(edition);
  return replaced;
}

std::vector<FieldFault> check_supersede(const Edition& old, const std::vector<Edition>& editions,
                                        const std::string& caller) {
  const auto newer = std::find_if(editions.begin(), editions.end(), [&](const Edition& edition) {
    return edition.number > old.number &&
           (edition.state == EditionState::submitted || edition.state == EditionState::in_force);
  });
  if (newer == editions.end())
    return {{"",
             "standards.edition_replaces",
             {"没有待批准或有效的新版次，不能替代。",
              "There is no newer edition awaiting approval or in force to take its place."},
             {"请先修订并送审新版；如要停用，请执行“停用”。",
              "Revise and submit a new edition first; to end its use, withdraw it."}}};
  const bool own = std::find(newer->makers.begin(), newer->makers.end(), caller) != newer->makers.end();
  if (newer->state == EditionState::submitted && !caller.empty() && own)
    return {{"",
             "standards.edition_replaces",
             {"新版次由您经办，须由另一人批准，批准时旧版自动被替代。",
              "You made the newer edition; another person has to approve it, which replaces this one."},
             {"请等待另一人批准新版。", "Wait for another person to approve it."}}};
  return {};
}

std::vector<FieldFault> check_frozen(const std::optional<Edition>& before, const Edition& after) {
  if (before && before->state != EditionState::draft)
    return {{"",
             "standards.edition_frozen",
             {"第 " + std::to_string(before->number) + " 版已送审或生效，内容不能修改。",
              "Edition " + std::to_string(before->number) + " was submitted or is in force; it is not edited."},
             {"请用“修订”建立新一版，由另一人批准。", "Revise it into a new edition, which another person approves."}}};
  if (after.state == EditionState::in_force && after.number > 1)
    return {{"/edition",
             "standards.edition_frozen",
             {"第 " + std::to_string(after.number) + " 版须由另一人批准后才能生效。",
              "Edition " + std::to_string(after.number) + " takes effect only when another person approves it."},
             {"请以草稿导入或修订，再送审。", "Import it as a draft, or revise, then submit it."}}};
  return {};
}

std::vector<FieldFault> check_validity(const Period& validity) {
  if (!validity.empty()) return {};
  return {{"/valid_to",
           "standards.validity",
           {"失效日期必须晚于生效日期。", "It must end after it begins."},
           {"请修改生效或失效日期。", "Change one of the two dates."}}};
}

} // namespace onebudget::standards
