#pragma once
// From records to verdicts: an object with its facts, judged; alerts raised once for each cause.

#include <map>
#include <set>

#include "plugins/monitoring/service/standing.hpp"

namespace onebudget::monitoring {

/// One thing that is looked at.
struct Object {
  RecordId unit, row; ///< row: the record that the facts came from; none in an examination
  std::int64_t version = 0;
  std::string subject, object, title, told_by;
  int year = 0;
  Facts facts;
  Findings found;
  bool checked = false; ///< judged since it last changed
  Json not_run;         ///< what was found missing then
};

/// [{name, value, name_en?, value_en?}]: evidence with its words in English.
Json evidence_json(const Evidence& evidence);

/// "=in=(…)" over texts, in batches of a hundred: each(filter).
Result<void> by_hundreds(const std::set<std::string>& texts, const std::string& field,
                         const std::function<Result<void>(const std::string& filter)>& each);

/// Payments learn what this plugin knows of their contracts and of payments to the same payee; what their source told
/// stays as it was told.
Result<void> enrich(const Call& call, std::vector<Object>& objects);

/// Fills `found`. Faults of units that are gone.
Result<void> judge(const Call& call, Standing& standing, std::vector<Object>& objects);

/// Writes alerts for causes that have none, opens an inquiry letter for each, lets graver levels show, and closes
/// progress alerts of yellow and blue whose cause is gone. A scan: nothing is blocked.
Result<void> raise_alerts(const Call& call, Standing& standing, const std::vector<Object>& objects);

/// Actuals that no indicator, plan or target is known for, one row each.
Result<void> list_unmatched(const Call& call, const std::vector<Object>& objects);

} // namespace onebudget::monitoring
