#include "plugins/performance/domain/goal/scheme.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

TEST(Scheme, is_weighed_in_every_case) {
  EXPECT_EQ(run("scheme",
                [](const Case& one) {
                  Scheme scheme;
                  scheme.execution = points(one.value("execution"));
                  for (const auto& row : rows(one, "level"))
                    scheme.levels.push_back({row.at(0), points(row.at(1)), {"kind"}, false, false});
                  scheme.at_least_levels = {"output", "benefit"};
                  scheme.at_least = points(one.value("floor", "0"));
                  const auto findings = check_scheme(scheme);
                  if (!findings.empty()) return lines(findings);
                  const auto absent = rows(one, "absent");
                  const auto weights =
                      level_weights(scheme, absent.empty() ? std::vector<std::string>() : absent.front());
                  Lines out;
                  for (std::size_t i = 0; i < weights.size(); ++i)
                    out.push_back(scheme.levels[i].code + " " + weights[i].str());
                  return out;
                }),
            Lines{});
}

} // namespace
} // namespace onebudget::performance
