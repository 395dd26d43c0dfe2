#pragma once
// The projects of a region and year as recommendation, simulation and gap see them: read once, kept nowhere.

#include "plugins/compilation/domain/review/spending_order.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

struct LibraryProject {
  Claim claim; ///< amount: approved by the zero-base review where there is one, else the year's amount
  std::string department, function, fund, category, region;
  bool by_standard = false;
  std::string twin; ///< the pair it forms with a confirmed duplicate
};

inline constexpr const char* kLibraryStates = "(in_library,budgeted,issued,executing,carried_over)";

/// What is read beside the projects themselves, and how many of them there may be.
struct LibraryScope {
  bool below = false; ///< the regions below as well
  bool twins = false, standards = false;
  std::size_t most = 20'000;
};

/// Projects of a region's own units, in order of id (as text), with the points and priorities that reviews and results
/// of evaluations gave them. A project nobody reviewed counts as class B with 70 points. Fault plugin.too_many.
Result<std::vector<LibraryProject>> library_of(const Call& call, const Row& region, int fiscal_year,
                                               const LibraryScope& scope);
/// 财力 decided for a region and year, by source.
Result<std::map<std::string, Money>> resources_of(const Call& call, RecordId region, int fiscal_year);

} // namespace onebudget::compilation
