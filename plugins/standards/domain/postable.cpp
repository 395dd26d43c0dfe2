#include "plugins/standards/domain/postable.hpp"

namespace onebudget::standards {

namespace {

Text remedy_for(const CodeFacts& code) {
  std::string zh, en;
  for (const std::string& successor : code.successors) {
    zh += (zh.empty() ? "" : "、") + successor;
    en += (en.empty() ? "" : ", ") + successor;
  }
  if (!zh.empty()) return {"请改用：" + zh + "。", "Use instead: " + en + "."};
  if (code.edition_in_force > 0) {
    const std::string number = std::to_string(code.edition_in_force);
    return {"请重新选择 " + code.code + "（第 " + number + " 版有效）。",
            "Choose " + code.code + " again: edition " + number + " is in force."};
  }
  return {"请改用有效的末级编码。", "Use a leaf code that is in force."};
}

} // namespace

std::vector<FieldFault> check_postable(const CodeFacts& code, int year, Day on, const std::string& field) {
  const auto finding = [&](const std::string& zh, const std::string& en) {
    const std::string shown = code.code + " " + code.name;
    return std::vector<FieldFault>{
        {field, "standards.postable", {"“" + shown + "”" + zh, "\"" + shown + "\" " + en}, remedy_for(code)}};
  };
  if (code.list_year != 0 && code.list_year != year)
    return finding(
        "属于 " + std::to_string(code.list_year) + " 年度，不能用于 " + std::to_string(year) + " 年度。",
        "belongs to the list of " + std::to_string(code.list_year) + ", not of " + std::to_string(year) + ".");
  if (code.state == EditionState::superseded)
    return finding("的这一版已被替代。", "was superseded by a newer edition.");
  if (code.state == EditionState::withdrawn) return finding("已停用。", "was withdrawn.");
  if (code.state != EditionState::in_force) return finding("尚未批准生效。", "is not in force yet.");
  if (!code.validity.contains(on)) return finding("在 " + on.str() + " 无效。", "is not valid on " + on.str() + ".");
  if (!code.leaf) return finding("不是末级编码。", "is not a leaf.");
  return {};
}

} // namespace onebudget::standards
