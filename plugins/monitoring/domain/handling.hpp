#pragma once
// alert → explanation with papers → finding → rectification with amounts recovered → closure: what each step needs, and
// that nobody does two steps that check each other. Domain rules 4, J11; corrections "Execute".

#include <optional>
#include <string>
#include <vector>

#include "plugins/monitoring/domain/level.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::monitoring {

/// What is on the file of an alert. Makers are user ids; empty = nobody yet.
struct AlertFile {
  std::string rule;
  Level level = Level::yellow;
  bool explained = false; ///< an explanation is written
  int papers = 0;
  std::string explanation_by;
  std::optional<bool> violation; ///< what the finding says
  bool violation_type = false, demanded = false;
  std::string finding_by;
  Money to_recover, recovered;
  bool rectified = false; ///< measures are written
  std::string rectification_by;
};

/// Rule monitoring.handling. `step`: explain, find_normal, find_violation, rectify, close; `by`: who takes it.
std::vector<FieldFault> check_handling(const AlertFile& file, const std::string& step, const std::string& by);

/// The cause of an alert, by which it is raised once: rule, object, year and what tells two hits apart.
std::string cause_key(const std::string& rule, const std::string& subject, const std::string& object, int year,
                      const std::string& cause);

} // namespace onebudget::monitoring
