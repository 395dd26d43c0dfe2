#include "plugins/performance/domain/evaluate/verification.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

Lines experts(const Case& one) {
  std::vector<Points> given;
  for (const auto& row : rows(one, "expert")) given.push_back(points(row.at(0)));
  const auto findings = check_experts(given, Points::whole(10), "/lines/1");
  return findings.empty() ? Lines{"mean " + expert_mean(given).str()} : lines(findings);
}

TEST(Verification, cites_the_evidence_in_every_case) {
  EXPECT_EQ(run("verification",
                [](const Case& one) {
                  if (one.when == "experts") return experts(one);
                  SelfLine line;
                  line.line.weight = Points::whole(10);
                  line.line.target = "100";
                  line.line.actual = one.value("actual");
                  line.line.unit = line.line.actual_unit = "人";
                  line.points = score_of(line.line, {}).points;
                  for (const auto& row : rows(one, "proof"))
                    line.proofs.push_back({row.at(0), "名册", value(row.at(0))});
                  if (one.when == "evidence") return lines(check_evidence({line}));
                  Lines out;
                  for (const Inflation& found : inflated_lines({line}, {})) {
                    EXPECT_EQ(found.proof, found.measured.str()) << "the paper that is cited is the one that shows it";
                    out.push_back("claimed " + found.claimed.str() + " measured " + found.measured.str() +
                                  " difference " + found.difference.str());
                  }
                  return out;
                }),
            Lines{});
}

} // namespace
} // namespace onebudget::performance
