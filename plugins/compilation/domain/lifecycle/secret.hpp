#pragma once
// 涉密: by default nothing of a secret project enters; at most one aggregate a year, which nothing can split.

#include <vector>

#include "plugins/compilation/domain/policy.hpp"

namespace onebudget::compilation {

/// Rule compilation.secret: a project that is marked secret, or whose text carries a classification mark (绝密, 机密★,
/// 秘密★), is refused. `texts` are its name, summary, basis and plan.
std::vector<FieldFault> check_secret(bool marked, const std::vector<std::string>& texts);

/// What is known when the year's aggregate is written.
struct SecretTotalFacts {
  bool exists = false;  ///< another aggregate of the year
  bool changes = false; ///< an aggregate that stands would be changed or taken away
  int parts = 0;        ///< how many projects it sums up; not kept
  Money amount;
};
/// Rule compilation.secret_total: one a year, over at least policy.secret_parts projects, never changed and never taken
/// away: the difference of two states would be a single project.
std::vector<FieldFault> check_secret_total(const SecretTotalFacts& facts, const Policy& policy);

} // namespace onebudget::compilation
