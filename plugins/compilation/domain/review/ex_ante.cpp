#include "plugins/compilation/domain/review/ex_ante.hpp"

#include <algorithm>
#include <numeric>

namespace onebudget::compilation {

namespace {
constexpr const char* kRule = "compilation.ex_ante";
constexpr int kMost = 20;
} // namespace

int ex_ante_total(const ExAnte& sheet) { return std::accumulate(sheet.scores.begin(), sheet.scores.end(), 0); }

std::vector<FieldFault> check_ex_ante(const ExAnte& sheet, const Policy& policy) {
  std::vector<FieldFault> findings;
  for (std::size_t i = 0; i < sheet.scores.size(); ++i)
    if (sheet.scores[i] < 0 || sheet.scores[i] > kMost)
      findings.push_back({kExAnteFields[i],
                          kRule,
                          {"每个维度 0 到 20 分。", "A dimension has 0 to 20 points."},
                          {"请改正分数。", "Correct the points."}});
  if (!findings.empty()) return findings;
  const int total = ex_ante_total(sheet), weakest = *std::min_element(sheet.scores.begin(), sheet.scores.end());
  const bool supportable = total >= policy.ex_ante_support && weakest >= policy.ex_ante_weak;
  if (sheet.conclusion == ExAnteConclusion::support && !supportable)
    findings.push_back({"/conclusion",
                        kRule,
                        {"总分 " + std::to_string(total) + "，最低维度 " + std::to_string(weakest) + "，不能予以支持。",
                         "With " + std::to_string(total) + " points, the weakest " + std::to_string(weakest) +
                             ", it cannot be supported."},
                        {std::to_string(policy.ex_ante_support) + " 分以上且各维度不低于 " +
                             std::to_string(policy.ex_ante_weak) + " 分方可予以支持。",
                         "Support needs " + std::to_string(policy.ex_ante_support) + " points and " +
                             std::to_string(policy.ex_ante_weak) + " in each dimension."}});
  if (sheet.conclusion == ExAnteConclusion::adjust && total < policy.ex_ante_adjust)
    findings.push_back({"/conclusion",
                        kRule,
                        {"总分低于 " + std::to_string(policy.ex_ante_adjust) + "，应不予支持。",
                         "Under " + std::to_string(policy.ex_ante_adjust) + " points it is not supported."},
                        {"请改为不予支持。", "Change the conclusion."}});
  if (sheet.conclusion != ExAnteConclusion::support && !sheet.has_opinion)
    findings.push_back({"/opinion",
                        kRule,
                        {"未予以支持的须说明理由。", "What is not supported needs its reason."},
                        {"请填写评估意见。", "Write the opinion."}});
  if (sheet.suggested < Money() || sheet.declared < sheet.suggested)
    findings.push_back({"/suggested_amount",
                        kRule,
                        {"建议金额应在零和申报数之间。", "The suggestion lies between zero and the declared amount."},
                        {"请核对。", "Check it."}});
  else if (sheet.conclusion == ExAnteConclusion::reject && !(sheet.suggested == Money()))
    findings.push_back({"/suggested_amount",
                        kRule,
                        {"不予支持的建议金额应为零。", "What is not supported gets zero."},
                        {"请改为零。", "Set it to zero."}});
  return findings;
}

} // namespace onebudget::compilation
