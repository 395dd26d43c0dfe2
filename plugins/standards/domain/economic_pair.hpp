#pragma once
// The two economic classes of one expenditure: a department class and the government class it corresponds to.

#include <string>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::standards {

struct EconomicPair {
  std::string department_class, government_class;
  /// Government classes that the year's mapping allows for the department class, over the kinds of units; an empty one
  /// says that a kind of unit may not use the department class.
  std::vector<std::string> allowed;
};

/// Rule standards.economic_pair: the government class is one that the department class corresponds to. Without a
/// mapping of the department class nothing is said.
std::vector<FieldFault> check_pair(const EconomicPair& pair, const std::string& field);

} // namespace onebudget::standards
