#include "plugins/compilation/domain/round/result_effect.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

constexpr const char* kTold[] = {"carry", "take_back", "shielded", "elsewhere", "nothing"};

TEST(ResultEffect, reaches_the_ceiling_in_every_case) {
  EXPECT_EQ(
      run("result_effect",
          [](const Case& one) {
            std::vector<EffectFacts> effects;
            for (const auto& [name, value] : one.given) {
              if (name != "结果") continue;
              std::istringstream words(value);
              std::string amount;
              words >> amount;
              EffectFacts effect;
              effect.change = yuan(amount);
              for (std::string word; words >> word;) {
                if (word == "撤销") effect.in_force = false;
                if (word == "保护") effect.shielded = true;
                if (word == "有文件") effect.documented = true;
                if (word == "已用于本控制数") effect.here = true, effect.carried = effect.change;
                if (word == "已用于其他控制数") effect.elsewhere = true;
              }
              effects.push_back(effect);
            }
            const auto plan = carry_results(yuan(one, "控制数", "100.00"), effects);
            Lines out;
            if (!plan) return Lines{plan.fault().code};
            for (const CarryStep& step : plan->steps)
              out.push_back(std::string(kTold[static_cast<std::size_t>(step.what)]) + " " + step.change.to_yuan());
            out.push_back("amount " + plan->amount.to_yuan());
            return out;
          }),
      Lines());
}

TEST(ResultEffect, reaches_the_review_in_every_case) {
  EXPECT_EQ(
      run("result_review",
          [](const Case& one) {
            const auto yes = [&](const char* name) { return one.value(name, "否") == "是"; };
            return lines(check_result_review({std::stoi(one.value("建议分", "10")), std::stoi(one.value("打分", "10")),
                                              yes("评价为差"), yes("保护"), yes("一票否决"), yes("理由")}));
          }),
      Lines());
}

TEST(ResultEffect, of_a_year_feeds_the_year_after_next) { EXPECT_EQ(year_fed_by(2025), 2027); }

} // namespace
} // namespace onebudget::compilation
