#include <algorithm>

#include "plugins/compilation/domain/round/ceiling.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

Result<Answer> split_ceiling(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  OB_TRY(const Row parent, call.records().get("compilation.ceiling", id));
  std::vector<std::pair<std::string, Money>> parts;
  for (const Json& part : Row(body).at("parts")) {
    const RecordId node = Row(part).ref("node");
    OB_TRY(const Money amount, Money::parse_yuan(Row(part).text("amount")));
    parts.emplace_back(node.str(), amount);
  }
  std::map<std::string, Row> there;
  Money elsewhere;
  OB_CHECK(call.records().each("compilation.ceiling", where("parent_ceiling==" + id.str()),
                               [&](const Row& row) -> Result<void> {
                                 const std::string node = row.text("node");
                                 for (const auto& part : parts)
                                   if (part.first == node) return there.emplace(node, row), Result<void>();
                                 OB_TRY(elsewhere, elsewhere.plus(row.money("amount")));
                                 return {};
                               }));
  auto findings = check_split(parent.money("amount"), elsewhere, parts);
  if (!findings.empty())
    return refusal("compilation.ceiling_split",
                   {"控制数分解有误，请逐项改正。", "The split has mistakes; correct each."}, std::move(findings));
  // What is lowered first makes room for what is raised: each row is checked as it is written.
  const auto rise = [&](const auto& part) {
    const auto own = there.find(part.first);
    return part.second.fen() - (own == there.end() ? 0 : own->second.money("amount").fen());
  };
  auto order = parts;
  std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) { return rise(a) < rise(b); });
  std::map<std::string, RecordId> written;
  for (const auto& [node, amount] : order) {
    const auto own = there.find(node);
    if (own != there.end()) {
      written[node] = own->second.id();
      OB_CHECK(call.records().update("compilation.ceiling", own->second.id(), own->second.version(),
                                     {{"amount", plugin::abi(amount)}}));
      continue;
    }
    OB_TRY(written[node], call.records().insert("compilation.ceiling", {{"node", node},
                                                                        {"fiscal_year", parent.number("fiscal_year")},
                                                                        {"fund_kind", parent.text("fund_kind")},
                                                                        {"category", parent.text("category")},
                                                                        {"amount", plugin::abi(amount)},
                                                                        {"parent_ceiling", id.str()}}));
  }
  Json items = Json::array();
  for (const auto& [node, amount] : parts)
    items.push_back({{"id", written[node].str()}, {"node", node}, {"amount", amount.to_yuan()}});
  return Answer::json({{"items", items}});
}

} // namespace onebudget::compilation
