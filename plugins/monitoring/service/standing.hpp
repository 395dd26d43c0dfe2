#pragma once
// What holds in a place, a year and on a day: thresholds and rules. Read once for a call, asked for every object.

#include <map>

#include "plugins/monitoring/domain/catalogue.hpp"
#include "plugins/monitoring/service/service.hpp"

namespace onebudget::monitoring {

class Standing {
 public:
  /// Reads rows in force. `draft`: a threshold that is tried out, held as if it were in force.
  static Result<Standing> load(const Call& call, Day day, const std::optional<LimitRow>& draft = std::nullopt);

  [[nodiscard]] Day day() const { return day_; }
  [[nodiscard]] const RuleBook& rules() const { return rules_; }
  /// Of the unit's region. Fault when the unit is unknown.
  Result<const Limits*> limits(const Call& call, RecordId unit, int year);

 private:
  explicit Standing(Day day) : day_(day) {}

  Day day_;
  RuleBook rules_;
  std::vector<LimitRow> rows_;
  std::map<std::int64_t, std::string> regions_;
  std::map<std::pair<std::string, int>, Limits> limits_;
};

/// A row of threshold or alert_rule as the rules read it.
LimitRow limit_row(const Row& row);
RuleRow rule_row(const Row& row);

} // namespace onebudget::monitoring
