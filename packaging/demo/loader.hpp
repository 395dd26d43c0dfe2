#pragma once
// Builds the demo province on an empty, running server, through its public interfaces only.

#include <string>
#include <vector>

#include "sdk/client/client.hpp"
#include "sdk/client/output.hpp"

namespace onebudget::demo {

/// How to reach the server and the person at the terminal.
struct Tool {
  std::string url, language, ca_file;
  const client::Output& output;
};

struct Options {
  double scale = 0.01;           ///< share of the whole province, 0 < scale <= 1
  std::string bootstrap_file;    ///< the server's one-time secret
  std::string data_dir;          ///< folder with the reference data CSV files
  std::string accounts_file;     ///< where the logins are written (mode 0600)
  std::string vocabulary;        ///< config/demo/<province>.json
  std::vector<std::string> acts; ///< config/demo/<province>_….json, one after the other; none = nobody does anything
  bool quiet = false;            ///< nothing is printed when it is done
};

/// Once done, a second call on the same data does nothing. Faults: ctl.demo_not_empty, ctl.file, those of the server.
Result<void> load(const Tool& tool, const Options& options);

} // namespace onebudget::demo
