#pragma once
// Where a row of the functional and economic classes stands in its list.

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

} // namespace onebudget::standards
