#include "plugins/compilation/domain/round/ceiling.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(Ceiling, is_split_in_every_case) {
  EXPECT_EQ(run("ceiling_split",
                [](const Case& one) {
                  std::vector<std::pair<std::string, Money>> parts;
                  for (const auto& [name, value] : one.given)
                    if (name != "parent" && name != "elsewhere") parts.emplace_back(name, yuan(value));
                  return lines(check_split(yuan(one, "parent", "100.00"), yuan(one, "elsewhere"), parts));
                }),
            Lines());
}

TEST(Ceiling, is_hard_in_every_case) {
  EXPECT_EQ(run("ceiling_hard",
                [](const Case& one) {
                  std::map<CeilingCell, Money> ceilings, declared;
                  for (const auto& [name, value] : one.given) {
                    std::istringstream words(value);
                    CeilingCell cell;
                    std::string amount;
                    words >> cell.fund >> cell.category >> amount;
                    (name == "ceiling" ? ceilings : declared)[cell] = yuan(amount);
                  }
                  return lines(check_ceilings(ceilings, declared));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
