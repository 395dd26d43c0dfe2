#include "plugins/compilation/domain/round/ceiling.hpp"

#include <set>

namespace onebudget::compilation {

std::vector<FieldFault> check_split(Money parent, Money elsewhere,
                                    const std::vector<std::pair<std::string, Money>>& parts) {
  constexpr const char* kRule = "compilation.ceiling_split";
  std::vector<FieldFault> findings;
  std::set<std::string> nodes;
  Money sum = elsewhere;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string place = "/parts/" + std::to_string(i);
    if (!nodes.insert(parts[i].first).second)
      findings.push_back({place + "/node",
                          kRule,
                          {"同一单位出现两次。", "The same node occurs twice."},
                          {"请合并为一行。", "Make it one part."}});
    if (parts[i].second < Money())
      findings.push_back({place + "/amount",
                          kRule,
                          {"控制数不能为负。", "A ceiling is not negative."},
                          {"请填写不小于零的金额。", "Give zero or more."}});
    const auto next = sum.plus(parts[i].second);
    if (!next)
      return {{place + "/amount", next.fault().code, next.fault().message, {"请核对金额。", "Check the amounts."}}};
    sum = *next;
  }
  if (parent < sum)
    findings.push_back(
        {"/parts",
         kRule,
         {"分解合计 " + sum.to_yuan() + " 元超过上级控制数 " + parent.to_yuan() + " 元。",
          "The parts add up to " + sum.to_yuan() + " yuan, above the ceiling of " + parent.to_yuan() + " yuan."},
         {"请核减分解数。", "Lower the parts."}});
  return findings;
}

std::vector<FieldFault> check_ceilings(const std::map<CeilingCell, Money>& ceilings,
                                       const std::map<CeilingCell, Money>& declared) {
  std::vector<FieldFault> findings;
  for (const auto& [cell, amount] : declared) {
    const auto ceiling = ceilings.find(cell);
    const Money most = ceiling == ceilings.end() ? Money() : ceiling->second;
    if (!(most < amount)) continue;
    const std::string place = "/cells/" + cell.fund + "/" + cell.category;
    findings.push_back({place,
                        "compilation.ceiling_hard",
                        {"资金性质 " + cell.fund + "、类别 " + cell.category + " 申报 " + amount.to_yuan() +
                             " 元，超过控制数 " + most.to_yuan() + " 元。",
                         "Fund " + cell.fund + ", category " + cell.category + ": " + amount.to_yuan() +
                             " yuan, above the ceiling of " + most.to_yuan() + " yuan."},
                        {"请压减到控制数以内。", "Keep to the ceiling."}});
  }
  return findings;
}

} // namespace onebudget::compilation
