#pragma once
// A fiscal year, played by calendar through the public interfaces by people of every role who sign in.

#include <string>

#include "packaging/demo/loader.hpp"
#include "packaging/demo/year/stage.hpp"

namespace onebudget::demo {

struct YearOptions {
  Options load;                ///< where the province comes from when the server is empty, and where its logins are
  Settings settings;           ///< how much is played, and the case on paper
  std::string clock;           ///< the file that moves the server's clock (clock.c)
  std::string regime = "both"; ///< paper | onebudget | both
};

/// Plays T compile → T execute → T+1 compile → T evaluate → T+2 一下, in regions that no play has used for T. Ends with
/// one line of JSON on standard output. Faults: ctl.demo_clock, ctl.demo_played (no region is left), those of the
/// server with who asked for what.
Result<void> play_year(const Tool& tool, const YearOptions& options);

/// Regions of the play with their units, from the server's tree; every office gets somebody. `taken`: ids of regions
/// that are not to be used.
Result<void> cast(Stage& stage, const std::set<std::string>& taken, const std::string& regime);

/// The code lists of a year, made from those of an earlier one where they are not there yet.
Result<void> bring_lists(Stage& stage, const Json& vocabulary, const std::string& folder, int year);

/// What the play came to, from what the server recorded.
Result<Json> figures_of(Stage& stage, int year);

} // namespace onebudget::demo
