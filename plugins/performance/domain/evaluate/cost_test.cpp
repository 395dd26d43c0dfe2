#include "plugins/performance/domain/evaluate/cost.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

TEST(Cost, is_analysed_in_every_case) {
  EXPECT_EQ(run("cost",
                [](const Case& one) {
                  CostItem item;
                  item.cost = yuan(one, "cost");
                  item.quantity = value(one.value("quantity"));
                  if (has(one, "standard")) item.standard = yuan(one, "standard");
                  item.has_standard_source = one.value("source") != "no";
                  const auto findings = check_cost(item);
                  if (!findings.empty()) return lines(findings);
                  const auto answer = analyse(item);
                  if (!answer) return Lines{answer.fault().code};
                  return Lines{"unit " + answer->unit_cost.to_yuan() + " deviation " + answer->deviation.percent() +
                               " saving " + answer->saving.to_yuan()};
                }),
            Lines{});
}

} // namespace
} // namespace onebudget::performance
