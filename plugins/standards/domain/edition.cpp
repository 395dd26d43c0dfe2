#include "plugins/standards/domain/edition.hpp"

#include <algorithm>

namespace onebudget::standards {

Result<int> next_edition(const std::vector<Edition>& editions) {
  int highest = 0;
  for (const Edition& edition : editions) {
    if (edition.state == EditionState::draft || edition.state == EditionState::submitted) {
      const std::string number = std::to_string(edition.number);
      return fault(FaultKind::conflict, "standards.edition_open",
                   {"第 " + number + " 版尚未生效，请先完成或删除它，再修订。", "Edition " + number + " is still being worked on; finish or delete it first."});
    }
    highest = std::max(highest, edition.number);
  }
  return highest + 1;
}

std::vector<Edition> replaced_by(const Edition& approved, const std::vector<Edition>& editions) {
  std::vector<Edition> replaced;
  for (const Edition& edition : editions)
    if (edition.id != approved.id && edition.state == EditionState::in_force && edition.number < approved.number) replaced.push_back(edition);
  return replaced;
}

std::vector<FieldFault> check_validity(const Period& validity) {
  if (!validity.empty()) return {};
  return {{"/valid_to", "standards.validity", {"失效日期必须晚于生效日期。", "It must end after it begins."}, {"请修改生效或失效日期。", "Change one of the two dates."}}};
}

std::vector<FieldFault> check_postable(const CodeFacts& code, int year, Day on, const std::string& field) {
  const std::string shown = code.code + " " + code.name;
  std::string next;
  for (const std::string& successor : code.successors) next += (next.empty() ? "" : "、") + successor;
  const auto finding = [&](const std::string& zh, const std::string& en) {
    Text remedy = next.empty() ? Text{"请改用有效的末级编码。", "Use a leaf code that is in force."} : Text{"请改用：" + next + "。", "Use instead: " + next + "."};
    return std::vector<FieldFault>{{field, "standards.postable", {"“" + shown + "”" + zh, "\"" + shown + "\" " + en}, std::move(remedy)}};
  };
  if (code.list_year != 0 && code.list_year != year)
    return finding("属于 " + std::to_string(code.list_year) + " 年度，不能用于 " + std::to_string(year) + " 年度。",
                   "belongs to the list of " + std::to_string(code.list_year) + ", not of " + std::to_string(year) + ".");
  if (code.state != EditionState::in_force) return finding("已不再有效。", "is not in force.");
  if (!code.validity.contains(on)) return finding("在 " + on.str() + " 无效。", "is not valid on " + on.str() + ".");
  if (!code.leaf) return finding("不是末级编码。", "is not a leaf.");
  return {};
}

} // namespace onebudget::standards
