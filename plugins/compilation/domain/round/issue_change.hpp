#pragma once
// 调整 and 调剂 of what was issued: a later batch names the earlier one and every line of it. Domain rule 1.8; an
// adjustment rests on the standing committee's document (corrections).

#include <set>
#include <string>
#include <vector>

#include "sdk/values/money.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::compilation {

enum class BudgetSource { initial, adjustment, reallocation };

/// What is known when a batch is issued that may change another.
struct IssueChange {
  BudgetSource source = BudgetSource::initial;
  bool names_earlier = false;     ///< it names the batch it changes
  bool earlier_issued = false;    ///< and that one was issued
  bool same_receiver = false;     ///< for the same unit, year and way down
  bool has_document = false;      ///< the standing committee's document
  Money before, after;            ///< sums of both batches
  std::set<std::string> earlier;  ///< lines of the batch it changes
  std::set<std::string> replaced; ///< those that its own lines replace
};

/// Rule compilation.issue_change. Fields "/changes", "/document", "/lines".
std::vector<FieldFault> check_change(const IssueChange& change);

} // namespace onebudget::compilation
