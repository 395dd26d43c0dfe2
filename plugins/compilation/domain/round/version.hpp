#pragma once
// Frozen versions (一上, 一下, 二上, 二下): cells of project × classes × fund, compared cell by cell; and the roll-up
// check (勾稽) of any tree of codes.

#include <map>
#include <string>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::compilation {

/// What a cell is of: "project|functional|department economic|government economic|fund", any text without meaning here.
using Cells = std::map<std::string, Money>;

struct CellDifference {
  enum class Kind { added, removed, changed } kind = Kind::changed;
  std::string cell;
  Money left, right, difference;
};
/// Every cell that differs, in order; equal cells are left out. Fault money.overflow.
Result<std::vector<CellDifference>> compare_versions(const Cells& left, const Cells& right);
/// Fault money.overflow.
Result<Money> total_of(const Cells& cells);

/// One figure of a tree of codes. `column` tells figures of one code apart (a year, a fund, an economic class).
struct TreeCell {
  std::string code, parent; ///< parent empty = a root
  std::string column;
  Money amount;
};
struct RollUpDifference {
  std::string code, column;
  Money stated, summed;
  int children = 0;
};
/// Rule compilation.roll_up: every code with children equals their sum in each column where it or they have a figure.
/// Names each cell that does not. Faults compilation.roll_up_cycle (with the code), compilation.roll_up_twice (a cell
/// stated twice), money.overflow.
Result<std::vector<RollUpDifference>> check_roll_up(const std::vector<TreeCell>& cells);

/// What a cell of 二上 says of its economic classes.
struct ClassedCell {
  std::string project_code;
  std::string department_class, government_class; ///< codes, empty where none was chosen
  Money amount;
};
/// Rule compilation.two_up_classes (二上编列到经济分类款): every amount of the second round has both economic classes
/// down to the 款 (five digits). Each project is named once; what gets no money needs none.
std::vector<FieldFault> check_classed(const std::vector<ClassedCell>& cells);

/// A frozen version as its unit sends it up.
struct SentUp {
  bool step_up = true;    ///< 一上 or 二上
  bool has_newer = false; ///< of the same unit, year and step
  bool has_note = false;  ///< 编制说明
};

/// Rules compilation.version and compilation.version_note: what a unit sends up is its newest version of a step up,
/// with the note that explains it; what finance sends down is not submitted.
std::vector<FieldFault> check_sent_up(const SentUp& version);

} // namespace onebudget::compilation
