#include "plugins/performance/domain/goal/scheme.hpp"

#include <algorithm>
#include <set>

namespace onebudget::performance {

namespace {

constexpr Points kWhole = Points::whole(100);

bool among(const std::vector<std::string>& codes, const std::string& code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

FieldFault found(Text message, Text remedy) {
  return {"/tree", "performance.scheme", std::move(message), std::move(remedy)};
}

} // namespace

std::vector<FieldFault> check_scheme(const Scheme& scheme) {
  std::vector<FieldFault> findings;
  std::set<std::string> codes;
  Points sum = scheme.execution, floor;
  for (const SchemeLevel& level : scheme.levels) {
    sum += level.weight;
    if (among(scheme.at_least_levels, level.code)) floor += level.weight;
    const std::set<std::string> kinds(level.kinds.begin(), level.kinds.end());
    if (!codes.insert(level.code).second || kinds.size() != level.kinds.size() || kinds.empty())
      findings.push_back(found({"一级指标 " + level.code + " 重复，或其二级指标为空或重复。",
                                "The level " + level.code + " occurs twice, or its kinds are empty or repeated."},
                               {"请改正指标体系。", "Correct the tree."}));
    if (level.weight <= Points())
      findings.push_back(found(
          {"一级指标 " + level.code + " 的分值应大于零。", "The level " + level.code + " needs a weight above zero."},
          {"请填写分值。", "Give its weight."}));
  }
  if (sum != kWhole)
    findings.push_back(found({"各级分值与预算执行率合计 " + sum.str() + "，应为 100。",
                              "Levels and execution add up to " + sum.str() + ", not to 100."},
                             {"请调整分值，使合计为 100。", "Adjust the weights so that they add up to 100."}));
  if (floor < scheme.at_least)
    findings.push_back(
        found({"应占比最低的各级合计 " + floor.str() + "，低于 " + scheme.at_least.str() + "。",
               "The levels with a floor weigh " + floor.str() + ", less than " + scheme.at_least.str() + "."},
              {"请提高产出、效益等级的分值。", "Give them more weight."}));
  return findings;
}

std::vector<Points> level_weights(const Scheme& scheme, const std::vector<std::string>& absent) {
  std::vector<Points> out;
  Points there, given;
  for (const SchemeLevel& level : scheme.levels)
    if (!among(absent, level.code)) there += level.weight;
  const Points rest = kWhole - scheme.execution;
  std::size_t heaviest = scheme.levels.size();
  for (const SchemeLevel& level : scheme.levels) {
    Points weight;
    if (!among(absent, level.code) && Points() < there) {
      weight = Points::from_hundredths(
          scaled(level.weight.hundredths(), rest.hundredths(), there.hundredths(), Rounding::down));
      if (heaviest == scheme.levels.size() || scheme.levels[heaviest].weight < level.weight) heaviest = out.size();
    }
    given += weight;
    out.push_back(weight);
  }
  if (heaviest < out.size()) out[heaviest] += rest - given;
  return out;
}

} // namespace onebudget::performance
