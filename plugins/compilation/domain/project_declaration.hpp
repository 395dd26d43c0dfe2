#pragma once
// What a project declaration (项目申报) must satisfy by itself, before anybody looks at it.

#include <string>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::compilation {

enum class Category { personnel, operating, operating_other, specific };
enum class Existence { created, continuing, one_off };

struct Declaration {
  Category category = Category::specific;
  Existence existence = Existence::created;
  int fiscal_year = 0, start_year = 0, end_year = 0;
  Money total_amount, year_amount, social_investment;
  bool has_basis = false, has_goal = false, has_plan = false, has_location = false;
  bool is_construction = false;
};

/// The letter of the project code for a category: R personnel, Y operating, T specific goal.
char category_letter(Category category);
/// Years from start to end, both counted; 0 when they are the wrong way round.
int term_years(const Declaration& declaration);

/// Rule compilation.project_term: start ≤ fiscal year ≤ end, a one-off project ends in the year it begins, at most 30
/// years.
std::vector<FieldFault> check_term(const Declaration& declaration);
/// Rule compilation.project_amounts: the year's amount and the social investment lie within the total, and are not
/// negative.
std::vector<FieldFault> check_amounts(const Declaration& declaration);
/// Rule compilation.project_papers: what a specific-goal project must say before it is submitted (basis 设立依据, goal
/// 绩效目标), and a construction project where it stands. Personnel projects need none (domain rules 1.3).
std::vector<FieldFault> check_papers(const Declaration& declaration);

/// A project as finance admitted it last (入库), beside what its unit hands in now.
struct Admitted {
  int fiscal_year = 0; ///< 0 = it was never in the library
  Money total_amount, year_amount;
  bool same_goal = false; ///< the goal is word for word what it was
};

/// Rule compilation.goal_with_money: whoever changes the money of an admitted project changes its goal with it (domain
/// rules 1.5, 调整). The amount of another year is no change; personnel and quota projects have no goal of their own.
std::vector<FieldFault> check_goal_with_money(const Declaration& declaration, const Admitted& admitted);

} // namespace onebudget::compilation
