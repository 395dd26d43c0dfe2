#include "plugins/compilation/domain/lifecycle/secret.hpp"

#include <algorithm>

namespace onebudget::compilation {

std::vector<FieldFault> check_secret(bool marked, const std::vector<std::string>& texts) {
  constexpr const char* kMarks[] = {"绝密", "机密★", "秘密★", "机密级", "秘密级"};
  const bool carries = std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return std::any_of(std::begin(kMarks), std::end(kMarks),
                       [&](const char* mark) { return text.find(mark) != std::string::npos; });
  });
  if (!marked && !carries) return {};
  return {{marked ? "/is_secret" : "/name",
           "compilation.secret",
           {"涉密项目不得录入本系统。", "A secret project does not enter this system."},
           {"请按保密规定在涉密渠道办理；全系统至多登记一个汇总数。",
            "Use the channel for secrets; the whole system holds at most one aggregate."}}};
}

std::vector<FieldFault> check_secret_total(const SecretTotalFacts& facts, const Policy& policy) {
  constexpr const char* kRule = "compilation.secret_total";
  if (facts.changes)
    return {
        {"/amount",
         kRule,
         {"汇总数登记后不得修改或删除。", "An aggregate is never changed or taken away."},
         {"前后之差会暴露单个项目；请保持不变。", "The difference would show a single project; leave it as it is."}}};
  std::vector<FieldFault> findings;
  if (!facts.topmost)
    findings.push_back(
        {"/region",
         kRule,
         {"汇总数只能挂在顶级地区。", "The aggregate belongs to the topmost region."},
         {"按地区登记即可下钻；请选择顶级地区。", "A lower one could be drilled into; choose the topmost."}});
  if (facts.parts < policy.secret_parts) {
    const std::string fewest = std::to_string(policy.secret_parts);
    findings.push_back({"/parts",
                        kRule,
                        {"汇总的项目少于 " + fewest + " 个，可被推算。",
                         "It sums up fewer than " + fewest + " projects and could be split."},
                        {"请不要登记。", "Do not record it."}});
  }
  if (!(Money() < facts.amount))
    findings.push_back({"/amount",
                        kRule,
                        {"汇总数应大于零。", "An aggregate is more than zero."},
                        {"请核对金额。", "Check the amount."}});
  return findings;
}

} // namespace onebudget::compilation
