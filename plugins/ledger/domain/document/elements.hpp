#pragma once
// The 26 elements of an indicator (要素, domain rules 1.10): which there are, what they say together, what moves of
// money must keep.

#include <map>
#include <string>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::ledger {

/// Names of the elements as fields, without year and unit, which are the 25th and 26th.
inline constexpr const char* kElements[] = {
    "region_code",    "document_no",    "project_code",     "fund_kind",        "business_office",   "managing_office",
    "revenue_class",  "transfer_class", "functional_class", "government_class", "department_class",  "indicator_type",
    "budget_source",  "is_advance",     "receiving_region", "budget_level",     "upper_document_no", "is_procurement",
    "payment_method", "is_wage",        "direct_mark",      "is_research",      "is_debt",           "is_construction"};
inline constexpr std::size_t kElementCount = 24;

/// An indicator as documents see it. Elements are texts; marks are "true" or empty.
struct Indicator {
  std::string key;   ///< id, or empty while it is not made yet
  std::string stage; ///< budget | division | to_issue | executable
  std::string unit;  ///< code of the node
  int fiscal_year = 0, source_year = 0;
  std::map<std::string, std::string> elements;

  [[nodiscard]] std::string element(const std::string& name) const {
    const auto found = elements.find(name);
    return found == elements.end() ? std::string() : found->second;
  }
};

/// All of it on one line, in a fixed order: equal indicators have equal lines. The indicator's code is made of its
/// digest.
std::string canonical(const Indicator& indicator);
/// "320583-2026-E-1a2b3c4d5e6f": region, year, stage's letter, beginning of the digest (hexadecimal).
std::string indicator_code(const Indicator& indicator, const std::string& digest);
/// `wanted` with every element that it leaves empty taken from `source`.
Indicator completed(Indicator wanted, const Indicator& source);

} // namespace onebudget::ledger
