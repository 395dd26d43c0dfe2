#pragma once
// One row for each project and fiscal year: what the business records of a project add up to. Facts in, rows out.

#include <array>
#include <map>
#include <string>
#include <vector>

#include "sdk/values/id.hpp"
#include "sdk/values/money.hpp"
#include "sdk/values/ratio.hpp"

namespace onebudget::insight {

inline constexpr int kMonths = 12;

/// The project itself, with codes in place of links.
struct ProjectFacts {
  RecordId id, unit;
  std::string code, name, category, functional_class, fund_kind, status;
  bool three_guarantees = false;
  int fiscal_year = 0;
  Money declared;
};

/// Open alerts by level.
struct OpenAlerts {
  int grey = 0, red = 0, orange = 0, yellow = 0, blue = 0;
  void add(const std::string& level);
  /// "none" or the code of the gravest level with an open alert.
  [[nodiscard]] std::string gravest() const;
  auto operator<=>(const OpenAlerts&) const = default;
};

/// A performance result of the year and what it does to a later one.
struct ResultFacts {
  std::string state = "none";
  Ratio factor;
  int effect_year = 0;
  Money change;
  bool decided = false; ///< factor, year and change hold
};

struct MonthAmounts {
  Money planned, paid;
};

/// What the other records say of one year. Empty amounts are zero.
struct YearFacts {
  Money reviewed, ceiling, approved;
  Money indicator, frozen, in_flight, committed, paid, balance;
  Money contract;
  OpenAlerts alerts;
  std::string goal_state = "none";
  std::string self_score, final_score; ///< as decimals with two digits; empty without one
  std::string grade = "none";
  ResultFacts result;
  std::array<MonthAmounts, kMonths> months;
};

struct ProjectLine {
  int fiscal_year = 0;
  std::string stage;
  Money declared;
  YearFacts facts;
};

/// 三保: the mark of the project, or its place in the order of spending (livelihood, wages, operation).
bool guaranteed(bool marked, const std::string& spending_order);

/// An evaluation as far as it decides scores and grade.
struct Evaluated {
  std::string kind, status, total, grade;
};

/// insight.score: the self-evaluation gives the self-score; of those by others the finance office's goes before the
/// department's. A grade is that of the confirmed evaluation that goes first.
void take_evaluation(YearFacts& year, const std::vector<Evaluated>& evaluations);

/// insight.project_line: a row for each year of which records speak; the year that is being declared has one from its
/// submission on, because a draft is the unit's own business. Years before the declared one read as carried over.
std::vector<ProjectLine> project_lines(const ProjectFacts& project, const std::map<int, YearFacts>& years);

} // namespace onebudget::insight
