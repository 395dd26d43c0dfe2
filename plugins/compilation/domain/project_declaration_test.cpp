#include "plugins/compilation/domain/project_declaration.hpp"

#include <gtest/gtest.h>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

Category category_of(const std::string& text) {
  if (text == "personnel") return Category::personnel;
  if (text == "operating") return Category::operating;
  return text == "operating_other" ? Category::operating_other : Category::specific;
}

TEST(ProjectDeclaration, has_a_term_in_every_case) {
  EXPECT_EQ(run("project_term",
                [](const Case& one) {
                  Declaration d;
                  const std::string existence = one.value("existence");
                  d.existence = existence == "one_off"      ? Existence::one_off
                                : existence == "continuing" ? Existence::continuing
                                                            : Existence::created;
                  d.fiscal_year = std::stoi(one.value("year", "2026"));
                  d.start_year = std::stoi(one.value("start", "2026"));
                  d.end_year = std::stoi(one.value("end", "2028"));
                  return lines(check_term(d));
                }),
            Lines());
}

TEST(ProjectDeclaration, has_amounts_in_every_case) {
  EXPECT_EQ(run("project_amounts",
                [](const Case& one) {
                  Declaration d;
                  d.total_amount = *Money::parse_yuan(one.value("total", "300000.00"));
                  d.year_amount = *Money::parse_yuan(one.value("year", "100000.00"));
                  d.social_investment = *Money::parse_yuan(one.value("social", "0.00"));
                  return lines(check_amounts(d));
                }),
            Lines());
}

TEST(ProjectDeclaration, has_papers_in_every_case) {
  EXPECT_EQ(run("project_papers",
                [](const Case& one) {
                  Declaration d;
                  d.category = category_of(one.value("category", "specific"));
                  for (const auto& [name, value] : one.given) {
                    d.has_basis = d.has_basis || name == "basis";
                    d.has_goal = d.has_goal || name == "goal";
                    d.is_construction = d.is_construction || name == "construction";
                    d.has_location = d.has_location || name == "location";
                  }
                  return lines(check_papers(d));
                }),
            Lines());
}

TEST(ProjectDeclaration, changes_goal_and_money_together_in_every_case) {
  EXPECT_EQ(run("goal_with_money",
                [](const Case& one) {
                  Declaration d;
                  d.category = category_of(one.value("category", "specific"));
                  d.fiscal_year = number(one, "year", 2026);
                  d.total_amount = yuan(one, "total", "300000.00");
                  d.year_amount = yuan(one, "this_year", "100000.00");
                  const Admitted admitted{has(one, "first") ? 0 : 2026, yuan("300000.00"), yuan("100000.00"),
                                          !has(one, "goal")};
                  return lines(check_goal_with_money(d, admitted));
                }),
            Lines());
}

TEST(ProjectDeclaration, has_a_letter_in_every_case) {
  EXPECT_EQ(run("category_letter",
                [](const Case& one) { return Lines{std::string(1, category_letter(category_of(one.when)))}; }),
            Lines());
}

TEST(ProjectDeclaration, counts_the_years_of_its_term) {
  Declaration d;
  d.start_year = 2026;
  d.end_year = 2028;
  EXPECT_EQ(term_years(d), 3);
  d.end_year = 2025;
  EXPECT_EQ(term_years(d), 0);
}

} // namespace
} // namespace onebudget::compilation
