#pragma once
// The two economic classes of one expenditure: a department class and the government class it corresponds to.

#include <string>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::standards {

/// A row of the year's mapping; an empty government class says that the kind of unit may not use the department class.
struct AllowedClass {
  std::string unit_type, government_class; ///< administrative 行政机关, institution 事业单位
};

struct EconomicPair {
  std::string department_class, government_class;
  std::string unit_type;             ///< empty while nobody has confirmed what kind of unit it is
  std::vector<AllowedClass> allowed; ///< of the department class, for every kind of unit
};

/// Rule standards.economic_pair: the government class is the one that the department class corresponds to for the kind
/// of unit; while that is not known, for any kind. Without a mapping of the department class nothing is said.
std::vector<FieldFault> check_pair(const EconomicPair& pair, const std::string& field);

} // namespace onebudget::standards
