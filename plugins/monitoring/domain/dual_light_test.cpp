#include "plugins/monitoring/domain/dual_light.hpp"

#include "plugins/monitoring/tests/case_facts.hpp"

namespace onebudget::monitoring {
namespace {

std::optional<Ratio> share(const Case& one, const char* name) {
  const std::string text = one.value(name);
  if (text.empty()) return std::nullopt;
  return *Ratio::parse(text);
}

TEST(DualLight, shines_as_the_cases_say) {
  EXPECT_EQ(run("dual_light",
                [](const Case& one) {
                  DualProgress progress;
                  progress.money = {share(one, "计划支出"), share(one, "实际支出")};
                  progress.goals = {share(one, "计划产出"), share(one, "实际产出")};
                  for (const auto& [name, value] : one.given)
                    progress.key_indicator_missed = progress.key_indicator_missed || name == "关键指标预计完不成";
                  const DualLight light = dual_light(progress);
                  return Lines{std::string("资金 ") + code_of(light.money), std::string("目标 ") + code_of(light.goals),
                               std::string("总体 ") + code_of(light.both)};
                }),
            Lines());
}

} // namespace
} // namespace onebudget::monitoring
