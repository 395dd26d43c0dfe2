#include "plugins/compilation/domain/plan/rolling_plan.hpp"

#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

Result<Answer> show_rolling_plan(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  const int base_year = year_parameter(request, "base_year");
  OB_CHECK(call.records().get(kProject, id));
  // Base year, then version: the order in which plans follow each other.
  std::map<std::pair<int, int>, YearPlan> plans;
  OB_CHECK(call.records().each("compilation.year_amount", where("project==" + id.str()),
                               [&](const Row& row) -> Result<void> {
                                 const int base = static_cast<int>(row.number("base_year")),
                                           version = static_cast<int>(row.number("version_no"));
                                 YearPlan& plan = plans[{base, version}];
                                 plan.base_year = base;
                                 plan.version = version;
                                 plan.amounts[static_cast<int>(row.number("year"))] = row.money("amount");
                                 return {};
                               }));
  auto at = plans.upper_bound({base_year, 100});
  if (at == plans.begin() || std::prev(at)->second.base_year != base_year)
    return fault(FaultKind::not_found, "compilation.no_plan",
                 {"该项目没有以此为基年的滚动规划。请先填写分年金额。",
                  "The project has no rolling plan of this base year. Enter its amounts by year first."});
  --at;
  Json amounts = Json::object(), next = Json::object(), variance = Json::array();
  for (const auto& [year, amount] : at->second.amounts) amounts[std::to_string(year)] = amount.to_yuan();
  for (const auto& [year, amount] : roll_forward(at->second).amounts) next[std::to_string(year)] = amount.to_yuan();
  Json earlier;
  if (at != plans.begin()) {
    const YearPlan& before = std::prev(at)->second;
    earlier = {{"base_year", before.base_year}, {"version", before.version}};
    OB_TRY(const auto differences, plan_variance(before, at->second));
    for (const Variance& each : differences)
      variance.push_back({{"year", each.year},
                          {"earlier", each.earlier.to_yuan()},
                          {"now", each.now.to_yuan()},
                          {"difference", each.difference.to_yuan()}});
  }
  return Answer::json({{"base_year", base_year},
                       {"version", at->second.version},
                       {"amounts", amounts},
                       {"against", earlier},
                       {"variance", variance},
                       {"next_roll", next}});
}

} // namespace onebudget::compilation
