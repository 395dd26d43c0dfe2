#include "plugins/performance/domain/evaluate/sampling.hpp"

#include <algorithm>
#include <tuple>

namespace onebudget::performance {

namespace {

/// SplitMix64 over seed and code: every candidate has its own number, so that adding one moves no other.
std::uint64_t lot(std::uint64_t seed, const std::string& code) {
  std::uint64_t state = seed;
  for (const char c : code) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  state += 0x9e3779b97f4a7c15ULL;
  state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9ULL;
  state = (state ^ (state >> 27)) * 0x94d049bb133111ebULL;
  return state ^ (state >> 31);
}

FieldFault found(const char* field, Text message, Text remedy) {
  return {field, "performance.sampling", std::move(message), std::move(remedy)};
}

Text must(const Candidate& one, const SamplingPlan& plan) {
  if (Money() < plan.always_from && !(one.amount < plan.always_from))
    return {"金额 " + one.amount.to_yuan() + " 元，达到必评标准", one.amount.to_yuan() + " yuan: always evaluated"};
  if (one.poor_before) return {"上次评价为中或差", "fair or poor last time"};
  if (one.flagged) return {"存在未处理的绩效疑点", "an open finding"};
  return {};
}

} // namespace

std::vector<FieldFault> check_plan(const SamplingPlan& plan) {
  std::vector<FieldFault> findings;
  if (plan.share <= Ratio() || Ratio::from_percent(100) < plan.share)
    findings.push_back(found("/share", {"抽样比例应大于 0 且不超过 100%。", "The share is above 0 and up to 100 %."},
                             {"请改正比例。", "Correct it."}));
  if (plan.seed <= 0)
    findings.push_back(
        found("/seed", {"随机种子应大于零，并在抽样前公布。", "The seed is above zero and announced before the draw."},
              {"请填写种子。", "Fill it in."}));
  if (plan.always_from < Money())
    findings.push_back(
        found("/always_from", {"必评金额不能为负。", "The amount is not negative."}, {"请改正。", "Correct it."}));
  return findings;
}

std::vector<Drawn> draw(const SamplingPlan& plan, std::vector<Candidate> candidates) {
  const auto seed = static_cast<std::uint64_t>(plan.seed);
  std::sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
    return std::tuple(a.stratum, lot(seed, a.code), a.code) < std::tuple(b.stratum, lot(seed, b.code), b.code);
  });
  std::vector<Drawn> out;
  for (std::size_t from = 0; from < candidates.size();) {
    std::size_t to = from;
    while (to < candidates.size() && candidates[to].stratum == candidates[from].stratum) ++to;
    std::vector<const Candidate*> free;
    for (std::size_t i = from; i < to; ++i) {
      const Text reason = must(candidates[i], plan);
      if (reason.zh.empty())
        free.push_back(&candidates[i]);
      else
        out.push_back({candidates[i].code, candidates[i].stratum, reason});
    }
    const auto size = static_cast<std::int64_t>(free.size());
    const auto wanted = static_cast<std::size_t>((size * plan.share.millionths() + Ratio::kOne - 1) / Ratio::kOne);
    for (std::size_t i = 0; i < free.size() && i < wanted; ++i)
      out.push_back({free[i]->code,
                     free[i]->stratum,
                     {"随机抽取第 " + std::to_string(i + 1) + " 个，共 " + std::to_string(size) + " 个",
                      "drawn number " + std::to_string(i + 1) + " of " + std::to_string(size)}});
    from = to;
  }
  std::sort(out.begin(), out.end(),
            [](const Drawn& a, const Drawn& b) { return std::tie(a.stratum, a.code) < std::tie(b.stratum, b.code); });
  return out;
}

} // namespace onebudget::performance
