#include "plugins/performance/domain/evaluate/statistics.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

TEST(Statistics, are_plain_in_every_case) {
  EXPECT_EQ(run("statistics",
                [](const Case& one) {
                  std::vector<Observation> values;
                  for (const auto& row : rows(one, "values"))
                    for (const auto& word : row) values.push_back({word, value(word)});
                  const Spread spread = spread_of(values, {});
                  Lines out = {"median " + spread.median.str() + " mad " + spread.mad.str() +
                               (spread.judged ? " judged" : "")};
                  for (const Outlier& found : spread.outliers) out.push_back("outlier " + values[found.at].subject);
                  return out;
                }),
            Lines{});
}

} // namespace
} // namespace onebudget::performance
