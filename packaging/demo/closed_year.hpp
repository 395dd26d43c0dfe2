#pragma once
// The year before, closed: goals that were set, what units and finance found, what it does to the money of the year to
// come; by people of the regions, through the public interfaces. What is found how often is the script's business
// (config/demo/*_evaluations.json).

#include "packaging/demo/acts.hpp"

namespace onebudget::demo {

/// {"year": 2025, "people": [{"username", "title", "role"}: declares, evaluates, confirms, accepts, applies],
///  "grades": [{"weight": 30, "from": 97, "to": 104}: percent of every target that is reached],
///  "kinds": [{"ends": "培训", "annual_goal", "midterm_goal", "indicators": [{"first", "second", "name", "nature",
///    "target", "unit", "weight", "library"?}]}: by how the names of projects end],
///  "rules": {of a policy pack},
///  "regions": [{"code", "projects": 8, "finance": 4, "late": 1 that are not evaluated yet, "until": "proposed" |
///  "notified" | "accepted" | "decided" |
///    "applied"; without it no results}]}
struct ClosedYearDone {
  int goals = 0, evaluations = 0, results = 0;
};

class ClosedYear {
 public:
  ClosedYear(Acts& people, const Json& script);
  /// Stops at the first refusal. Faults: those of the server; ctl.demo_act for a script that cannot be read.
  Result<ClosedYearDone> play(const std::function<void(double)>& progress);

 private:
  enum Part : std::size_t { kDeclares, kEvaluates, kConfirms, kAccepts, kApplies };
  struct Project {
    std::string id, code, name, unit;
    std::int64_t amount = 0; ///< fen of the year
    const Json* kind = nullptr;
    int reached = 100;     ///< percent of every target
    bool inflated = false; ///< the self-evaluation claims more than its evidence
  };
  Result<client::Client*> person(Part part);
  /// A list's first page.
  Result<Json> rows(Part part, const std::string& path, const std::string& filter);
  Result<std::string> made(Part part, const std::string& path, const Json& body);
  /// Transitions one after the other, each of the row as it stands.
  Result<void> moved(Part part, const std::string& path, const std::string& step);
  Result<void> imported(Part part, const std::string& path, const std::vector<Json>& lines);
  Result<void> lists();
  Result<std::vector<Project>> chosen(const Json& region);
  Result<void> goals(std::vector<Project>& projects);
  Result<void> evaluate(Project& project, bool finance);
  Result<void> results(const Json& region);
  Result<void> settle(const std::string& result, const std::string& until);

  Acts& people_;
  const Json& script_;
  int year_;
  std::map<std::string, std::string> schemes_, library_; ///< ids by code
  ClosedYearDone done_;
};

} // namespace onebudget::demo
