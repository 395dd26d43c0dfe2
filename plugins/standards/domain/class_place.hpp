#pragma once
// Where a row of a list whose codes form a tree stands in it.

#include <string>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::standards {

struct ClassRow {
  std::string code, parent_code;
  int level = 0;
};

/// Rule standards.class_place: 类 has three digits, each level below adds two; a row stands directly below the code
/// that it begins with (项 belongs to its 款, 款 to its 类), and its level says how deep.
std::vector<FieldFault> check_place(const ClassRow& row);

/// Rule standards.class_parent, for the lists whose levels have no fixed length (procurement, assets, regions, zones,
/// funds): a code begins with the code above it, zeros at the end of both left out, and is longer. Parents therefore
/// never lead back to where they began, whatever the order in which rows are written.
std::vector<FieldFault> check_parent(const ClassRow& row);

} // namespace onebudget::standards
