#pragma once
// Text cases: rules told in sentences that a budget officer reads, run against the real rule.
//
//   # comments and blank lines anywhere
//   case 金额不得为负                     (or: 案例 …)
//     given amount = -1.00               (or: 假定 …)
//     when  check                        (or: 当 …)
//     then  guestbook.amount /amount     (or: 那么 …; no `then` line = nothing comes out)
//
// A name may say what kind of case it is: [边界] at the limit, [豁免] where the rule does not apply; else a normal one.
//
// What a line means is up to the rule's test: it turns `given` and `when` into facts and answers what came out, one
// line each.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::testing {

struct Case {
  std::string name;
  int line = 0;
  std::vector<std::pair<std::string, std::string>> given; ///< "amount" = "-1.00"; without "=" the value is empty
  std::string when;                                       ///< empty when the case has none
  std::vector<std::string> then;

  /// The last value given under a name, or `otherwise`.
  [[nodiscard]] std::string value(std::string_view name, std::string_view otherwise = {}) const;
};

/// Reads a .case file. Faults: testing.cases with file and line.
Result<std::vector<Case>> read_cases(const std::string& path);
Result<std::vector<Case>> parse_cases(std::string_view text, const std::string& file);

/// Runs every case of a file and answers what differs, one sentence each; empty = all hold. Lines are compared as sets
/// in order of the alphabet, because rules report in no particular order.
std::vector<std::string> run_cases(const std::string& path,
                                   const std::function<std::vector<std::string>(const Case&)>& rule);

} // namespace onebudget::testing
