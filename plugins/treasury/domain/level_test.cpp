#include "plugins/treasury/domain/level.hpp"

#include <sstream>

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

TEST(Level, decides_in_every_case) {
  EXPECT_EQ(run("level",
                [](const Case& one) {
                  std::vector<Hit> hits;
                  std::vector<std::string> answered;
                  for (const auto& [name, value] : one.given) {
                    if (name == "paper for") answered.push_back(value);
                    if (name != "hit") continue;
                    std::istringstream words(value);
                    std::string rule, level;
                    words >> rule >> level;
                    hits.push_back({rule, level_of(level).value_or(Level::grey), {"命中", "A hit"}, ""});
                  }
                  return lines(judge(hits, answered));
                }),
            Lines());
}

TEST(Level, has_a_name_for_each_and_for_nothing_else) {
  for (const char* name : {"blue", "yellow", "orange", "red", "grey"}) EXPECT_STREQ(name_of(*level_of(name)), name);
  EXPECT_FALSE(level_of("green"));
  EXPECT_FALSE(level_of(""));
}

TEST(Level, the_gravest_wins) {
  EXPECT_FALSE(gravest({}));
  EXPECT_EQ(gravest({{"a", Level::yellow, {}, ""}, {"b", Level::red, {}, ""}, {"c", Level::blue, {}, ""}}), Level::red);
}

} // namespace
} // namespace onebudget::treasury
