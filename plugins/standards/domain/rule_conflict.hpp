#pragma once
// Rules of one pack that contradict themselves or each other: what no record can be, and what every record is.

#include <string>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::standards {

/// One comparison of a filter; `op` as it is written: "==", "!=", "=lt=", "=le=", "=gt=", "=ge=", "=null=".
struct Condition {
  std::string field, op, value;
};

/// A rule whose filter is a conjunction of comparisons with one value each. Others have no conditions here and are not
/// judged.
struct RuleConditions {
  std::string id;
  std::vector<Condition> all;
};

/// Rule standards.rule_pack_conflict: a rule whose conditions exclude each other finds nothing ever; two rules of one
/// comparison each that leave no value of a field between them find every record. One finding for each, at
/// "/rules/<place>/filter", with the ids. Compared are amounts and numbers of at most four decimals, days, and equal
/// texts.
std::vector<FieldFault> check_conflicts(const std::vector<RuleConditions>& rules);

} // namespace onebudget::standards
