#include "plugins/compilation/domain/line/expenditure_line.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

Category category_of(const Case& one) {
  const std::string text = one.value("category", "specific");
  return text == "personnel" ? Category::personnel : text == "operating" ? Category::operating : Category::specific;
}

TEST(ExpenditureLine, is_checked_in_every_case) {
  EXPECT_EQ(run("expenditure_line",
                [](const Case& one) {
                  LineFacts f;
                  f.category = category_of(one);
                  f.year = number(one, "year", 2026);
                  f.start_year = 2026;
                  f.end_year = 2028;
                  f.department_class = one.value("class", "30213");
                  if (has(one, "standard")) f.standard = yuan(one, "standard");
                  f.price = yuan(one, "price", "5000.00");
                  f.quantity = *Decimal::parse(one.value("quantity", "10"));
                  if (has(one, "computed")) f.computed = *Decimal::parse(one.value("computed"));
                  Lines out = lines(check_line(f));
                  if (one.when == "amount") out.push_back(line_amount(f)->to_yuan());
                  return out;
                }),
            Lines());
}

TEST(ExpenditureLine, adds_up_in_every_case) {
  EXPECT_EQ(run("lines_sum",
                [](const Case& one) {
                  std::vector<Money> amounts;
                  for (const auto& [name, value] : one.given)
                    if (name == "line") amounts.push_back(yuan(value));
                  return lines(check_lines_sum(category_of(one), yuan(one, "year", "1000.00"), amounts));
                }),
            Lines());
}

TEST(ExpenditureLine, holds_its_linked_budgets_in_every_case) {
  EXPECT_EQ(run("linked_budget",
                [](const Case& one) {
                  LinkedFacts f;
                  f.kind = one.when == "asset"     ? Linked::asset
                           : one.when == "service" ? Linked::service
                                                   : Linked::procurement;
                  f.price = yuan(one, "price", "5000.00");
                  f.quantity = *Decimal::parse(one.value("quantity", "10"));
                  f.line_amount = yuan(one, "line", "50000.00");
                  f.linked_before = yuan(one, "before");
                  f.category_code = one.value("code", "A");
                  if (has(one, "price_cap")) f.price_cap = yuan(one, "price_cap");
                  if (has(one, "count_cap")) f.count_cap = number(one, "count_cap");
                  f.existing = number(one, "existing");
                  return lines(check_linked(f));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
