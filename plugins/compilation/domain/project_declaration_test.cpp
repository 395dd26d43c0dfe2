#include "plugins/compilation/domain/project_declaration.hpp"

#include <gtest/gtest.h>

namespace onebudget::compilation {
namespace {

Declaration sound() {
  Declaration d;
  d.fiscal_year = 2026;
  d.start_year = 2026;
  d.end_year = 2028;
  d.total_amount = Money::from_fen(300'000'00);
  d.year_amount = Money::from_fen(100'000'00);
  d.has_basis = d.has_goal = true;
  return d;
}

TEST(ProjectDeclaration, a_sound_one_has_no_findings) {
  EXPECT_TRUE(check_term(sound()).empty());
  EXPECT_TRUE(check_amounts(sound()).empty());
  EXPECT_TRUE(check_papers(sound()).empty());
  EXPECT_EQ(term_years(sound()), 3);
}

TEST(ProjectDeclaration, the_years_must_make_sense) {
  Declaration d = sound();
  d.end_year = 2025;
  EXPECT_EQ(check_term(d).at(0).field, "/end_year");
  d = sound();
  d.fiscal_year = 2029;
  EXPECT_EQ(check_term(d).at(0).field, "/fiscal_year");
  d = sound();
  d.existence = Existence::one_off;
  EXPECT_EQ(check_term(d).size(), 1U);
  d.end_year = 2027;
  EXPECT_TRUE(check_term(d).empty());
  d = sound();
  d.end_year = 2060;
  EXPECT_EQ(check_term(d).size(), 1U);
}

TEST(ProjectDeclaration, no_part_is_larger_than_the_whole) {
  Declaration d = sound();
  d.year_amount = Money::from_fen(300'000'01);
  EXPECT_EQ(check_amounts(d).at(0).field, "/year_amount");
  d = sound();
  d.social_investment = Money::from_fen(300'000'01);
  EXPECT_EQ(check_amounts(d).at(0).field, "/social_investment");
  d.social_investment = Money::from_fen(-1);
  EXPECT_EQ(check_amounts(d).size(), 1U);
}

TEST(ProjectDeclaration, papers_depend_on_the_category) {
  Declaration d = sound();
  d.has_basis = d.has_goal = false;
  EXPECT_EQ(check_papers(d).size(), 2U);
  d.category = Category::operating_other;
  EXPECT_EQ(check_papers(d).size(), 1U);
  d.category = Category::personnel;
  EXPECT_TRUE(check_papers(d).empty());
  d.is_construction = true;
  EXPECT_EQ(check_papers(d).size(), 1U);
}

TEST(ProjectDeclaration, the_letter_of_the_code_follows_the_category) {
  EXPECT_EQ(category_letter(Category::personnel), 'R');
  EXPECT_EQ(category_letter(Category::operating), 'Y');
  EXPECT_EQ(category_letter(Category::operating_other), 'Y');
  EXPECT_EQ(category_letter(Category::specific), 'T');
}

} // namespace
} // namespace onebudget::compilation
