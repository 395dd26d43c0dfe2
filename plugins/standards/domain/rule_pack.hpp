#pragma once
// A rule pack (规则包): named filters over the records of one entity, each with what it means when a record is found.

#include <string>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::standards {

struct PackRule {
  std::string id, filter;
  Text finding;
};

/// Rule standards.rule_pack: 1 to 200 rules; each has an id of its own, a filter, and a finding in both languages.
std::vector<FieldFault> check_pack(const std::vector<PackRule>& rules);

} // namespace onebudget::standards
