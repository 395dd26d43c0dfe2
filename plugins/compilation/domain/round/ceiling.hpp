#pragma once
// Ceilings (控制数) per node × fund × category: pushed down and split, the sum never above the parent; the hard check
// of the second round up.

#include <map>
#include <string>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::compilation {

/// Rule compilation.ceiling_split: parts are not negative, each node once, together within the parent. `elsewhere`:
/// what the parent has given already and what does not change now.
std::vector<FieldFault> check_split(Money parent, Money elsewhere,
                                    const std::vector<std::pair<std::string, Money>>& parts);

/// fund kind and category of a sum
struct CeilingCell {
  std::string fund, category;
  friend auto operator<=>(const CeilingCell&, const CeilingCell&) = default;
};
/// Rule compilation.ceiling_hard: at 二上 every fund × category lies within its ceiling; money without a ceiling is
/// over it. One finding for each cell, its field "/cells/<fund>/<category>".
std::vector<FieldFault> check_ceilings(const std::map<CeilingCell, Money>& ceilings,
                                       const std::map<CeilingCell, Money>& declared);

} // namespace onebudget::compilation
