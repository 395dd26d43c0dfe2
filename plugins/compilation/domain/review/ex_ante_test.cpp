#include "plugins/compilation/domain/review/ex_ante.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(ExAnte, is_checked_in_every_case) {
  EXPECT_EQ(run("ex_ante",
                [](const Case& one) {
                  ExAnte sheet;
                  std::istringstream scores(one.value("scores", "16 16 16 16 16"));
                  for (int& score : sheet.scores) scores >> score;
                  const std::string conclusion = one.value("conclusion", "support");
                  sheet.conclusion = conclusion == "support"  ? ExAnteConclusion::support
                                     : conclusion == "adjust" ? ExAnteConclusion::adjust
                                                              : ExAnteConclusion::reject;
                  sheet.declared = yuan("1000000.00");
                  sheet.suggested = yuan(one, "suggested", "1000000.00");
                  sheet.has_opinion = has(one, "opinion");
                  Policy policy;
                  for (const char* code : {"ex_ante_support", "ex_ante_adjust", "ex_ante_weak"})
                    if (has(one, code)) {
                      EXPECT_TRUE(policy.set(code, one.value(code)).ok());
                    }
                  return lines(check_ex_ante(sheet, policy));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
