#pragma once
// 涉密: by default nothing of a secret project enters; at most one aggregate in the whole system, which nothing can
// split: two years, two regions or two states of it would be subtracted from each other.

#include <vector>

#include "plugins/compilation/domain/policy.hpp"

namespace onebudget::compilation {

/// Rule compilation.secret: a project that is marked secret, or whose text carries a classification mark (绝密, 机密★,
/// 秘密★), is refused. `texts` are its name, summary, basis and plan.
std::vector<FieldFault> check_secret(bool marked, const std::vector<std::string>& texts);

/// What is known when the aggregate is written. That there is no other, the database sees to: its place is unique.
struct SecretTotalFacts {
  bool topmost = true;  ///< it belongs to the region above all others
  bool changes = false; ///< an aggregate that stands would be changed or taken away
  int parts = 0;        ///< how many projects it sums up; not kept
  Money amount;
};
/// Rule compilation.secret_total: over at least policy.secret_parts projects, at the topmost region, never changed and
/// never taken away: the difference of two states would be a single project.
std::vector<FieldFault> check_secret_total(const SecretTotalFacts& facts, const Policy& policy);

} // namespace onebudget::compilation
