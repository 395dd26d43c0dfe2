#include "plugins/compilation/domain/line/headcount.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(Headcount, keeps_to_the_profile_in_every_case) {
  EXPECT_EQ(run("headcount",
                [](const Case& one) {
                  const std::string category = one.value("category", "personnel");
                  HeadcountFacts facts;
                  facts.category = category == "operating"  ? Category::operating
                                   : category == "specific" ? Category::specific
                                                            : Category::personnel;
                  facts.department_class = one.value("class", "30101");
                  facts.unit_of_measure = one.value("measure", "人");
                  facts.quantity = *Decimal::parse(one.value("quantity", "1"));
                  if (has(one, "standard")) facts.standard = yuan(one, "standard");
                  facts.amount = yuan(one, "amount");
                  if (!has(one, "unconfirmed"))
                    facts.confirmed = Headcount{number(one, "posts", 100), number(one, "retirees", 20)};
                  return lines(check_headcount(facts));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
