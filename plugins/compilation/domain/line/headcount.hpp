#pragma once
// 定员定额: what is paid by the head is paid for the people that the unit's confirmed profile has; domain rules 1.3.

#include <optional>
#include <string>
#include <vector>

#include "plugins/compilation/domain/line/decimal.hpp"
#include "plugins/compilation/domain/project_declaration.hpp"

namespace onebudget::compilation {

/// Of a confirmed profile (单位基本情况).
struct Headcount {
  int posts = 0;    ///< 编制人数
  int retirees = 0; ///< 离退休人数
};

/// Heads that one unit of measure counts in a year: 1 for 人, 人年, 12 for 人月; nothing for what is not counted by
/// people in post (台, 人次, 人天).
std::optional<int> heads_counted(const std::string& unit_of_measure);

struct HeadcountFacts {
  Category category = Category::personnel;
  std::string department_class;       ///< code of the department economic class
  std::string unit_of_measure;        ///< of the expenditure standard, else of the line
  Decimal quantity;                   ///< as typed, or 1
  std::optional<Money> standard;      ///< ceiling of the standard for one head
  Money amount;                       ///< what the line comes to, by whichever formula
  std::optional<Headcount> confirmed; ///< nothing while nobody confirmed a profile of the year
};

/// Rule compilation.headcount (定员定额): a line of a personnel or operating project that is measured by the head has
/// no more heads than the profile: pensions (30301, 30302) the retirees, wages (301) and operating quotas the posts;
/// and by a standard it comes to no more than that many times the standard, whatever its formula says. Other support of
/// persons (303, such as grants to students) counts others and is exempt, as is a unit without a confirmed profile.
std::vector<FieldFault> check_headcount(const HeadcountFacts& facts);

} // namespace onebudget::compilation
