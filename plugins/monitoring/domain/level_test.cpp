#include "plugins/monitoring/domain/level.hpp"

#include "plugins/monitoring/tests/case_facts.hpp"

namespace onebudget::monitoring {
namespace {

Level level_named(const std::string& title) {
  for (const Level level : {Level::blue, Level::yellow, Level::orange, Level::red, Level::grey})
    if (title == title_of(level)) return level;
  ADD_FAILURE() << title;
  return Level::blue;
}

TEST(Level, a_hit_does_what_the_cases_say) {
  EXPECT_EQ(run("levels",
                [](const Case& one) {
                  const std::string rule = one.value("规则");
                  const Level level = level_named(one.value("等级"));
                  const bool live = one.when == "事中", overridden = one.value("放行", "否") != "否";
                  const Effect effect = effect_of(rule, level, live, overridden);
                  Lines out{code_of(effect)};
                  if (blocks(effect)) out.emplace_back("拦截");
                  if (closes_itself(rule, level)) out.emplace_back("原因消除后自行关闭");
                  return out;
                }),
            Lines());
}

TEST(Level, codes_come_back) {
  for (const char* code : {"blue", "yellow", "orange", "red", "grey"}) EXPECT_STREQ(code_of(*level_of(code)), code);
  EXPECT_FALSE(level_of("pink"));
}

} // namespace
} // namespace onebudget::monitoring
