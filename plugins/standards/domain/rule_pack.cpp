#include "plugins/standards/domain/rule_pack.hpp"

#include <set>

namespace onebudget::standards {

namespace {

constexpr std::size_t kMostRules = 200;

std::vector<FieldFault> finding(Text message) {
  return {{"/rules",
           "standards.rule_pack",
           std::move(message),
           {"每条规则写明 id、filter 和 finding（zh、en）。", "Each rule has id, filter and finding (zh, en)."}}};
}

} // namespace

std::vector<FieldFault> check_pack(const std::vector<PackRule>& rules) {
  if (rules.empty() || rules.size() > kMostRules)
    return finding({"规则应为 1 到 200 条的列表。", "The rules must be a list of 1 to 200."});
  std::set<std::string> ids;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    const PackRule& rule = rules[i];
    if (rule.id.empty() || rule.filter.empty() || rule.finding.zh.empty() || rule.finding.en.empty())
      return finding(
          {"第 " + number + " 条规则缺少 id、filter 或 finding。", "Rule " + number + " lacks id, filter or finding."});
    if (!ids.insert(rule.id).second)
      return finding({"规则标识“" + rule.id + "”重复。", "The rule id \"" + rule.id + "\" occurs twice."});
  }
  return {};
}

} // namespace onebudget::standards
