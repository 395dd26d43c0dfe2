#include "plugins/compilation/domain/plan/fiscal_gap.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(FiscalGap, is_known_in_every_case) {
  EXPECT_EQ(run("fiscal_gap",
                [](const Case& one) {
                  std::map<std::string, Money> sources;
                  std::map<int, Money> spending;
                  for (const auto& [name, value] : one.given) {
                    if (name.size() == 1)
                      spending[std::stoi(name)] = yuan(value);
                    else
                      sources[name] = yuan(value);
                  }
                  const auto gap = fiscal_gap(sources, spending);
                  if (!gap) return Lines{gap.fault().code};
                  return Lines{"gap " + gap->gap.to_yuan(), "rest " + gap->rest.to_yuan()};
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
