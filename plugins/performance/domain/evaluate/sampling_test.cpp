#include "plugins/performance/domain/evaluate/sampling.hpp"

#include <algorithm>

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

TEST(Sampling, is_drawn_in_every_case) {
  EXPECT_EQ(run("sampling",
                [](const Case& one) {
                  SamplingPlan plan;
                  plan.seed = number(one, "seed", 20260301);
                  plan.share = share(one.value("share"));
                  plan.always_from = yuan(one, "always_from", "0");
                  const auto findings = check_plan(plan);
                  if (!findings.empty()) return lines(findings);
                  std::vector<Candidate> candidates;
                  for (const auto& row : rows(one, "candidate"))
                    candidates.push_back({row.at(0), row.at(1), yuan(row.at(2)), row.size() > 3 && row[3] == "poor",
                                          row.size() > 3 && row[3] == "flagged"});
                  const auto drawn = draw(plan, candidates);
                  if (one.when == "count") return Lines{std::to_string(drawn.size())};
                  Lines out;
                  for (const Drawn& item : drawn) out.push_back(item.code + " " + item.stratum + " " + item.reason.zh);
                  return out;
                }),
            Lines{});
}

TEST(Sampling, the_same_seed_draws_the_same_in_whatever_order_and_another_seed_differs) {
  std::vector<Candidate> candidates;
  for (int i = 0; i < 200; ++i)
    candidates.push_back({"P" + std::to_string(i), std::to_string(100 + i % 4), Money::from_fen(100), false, false});
  const auto codes = [](const std::vector<Drawn>& drawn) {
    Lines out;
    for (const Drawn& one : drawn) out.push_back(one.code);
    return out;
  };
  SamplingPlan plan{7, Ratio::from_percent(20), Money()};
  const Lines first = codes(draw(plan, candidates));
  std::reverse(candidates.begin(), candidates.end());
  EXPECT_EQ(codes(draw(plan, candidates)), first);
  EXPECT_EQ(first.size(), 40U);
  plan.seed = 8;
  EXPECT_NE(codes(draw(plan, candidates)), first);
}

} // namespace
} // namespace onebudget::performance
