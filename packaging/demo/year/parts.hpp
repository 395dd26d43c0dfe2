#pragma once
// The parts of a played year. Each puts acts on the agenda; what follows an act is put there when it is done.

#include "packaging/demo/year/stage.hpp"

namespace onebudget::demo {

/// The compile cycle of a region and budget year, from the opening of the first round to the issue after the People's
/// Congress. `down_only`: it ends with the ceilings (一下).
void compile(Stage& stage, Region& region, int year, Day opens, bool down_only);

/// The goal of a project with its lines, declared with its money; the performance division approves it when it gets to
/// it.
Result<void> set_goal(Stage& stage, Region& region, const Unit& unit, const Project& project);

/// The year's payments of a region's projects, once they are issued.
void execute(Stage& stage, Region& region, int year);

/// Monitoring of a region's year: facts from the ledger, a scan, and what people do about the alerts.
void watch(Stage& stage, Region& region, int year);

/// Evaluation of a region's year, in the year after it, and what it does to the money of the year after that.
void evaluate(Stage& stage, Region& region, int year);

/// Alerts of the year against what the seed had decided, by rule: put in, found, right; with recall and precision.
Result<Json> judged_alerts(Stage& stage, int year);
/// The same of inflated self-evaluations.
Json judged_scores(const Stage& stage, int year);

} // namespace onebudget::demo
