#pragma once
// The live rules of a payment request (J9): the form, the plan, the papers, and what the monitoring finds.

#include "plugins/treasury/service/request/papers.hpp"

namespace onebudget::treasury {

struct Examination {
  std::vector<FieldFault> findings; ///< what is wrong with the document itself
  std::vector<Hit> hits;            ///< rules it met, with their levels
  Json rules_run;                   ///< {"monitoring": "run" | "not_run", "not_run": [{rule, source}]}
  Papers papers;
};

/// stage: "save" (form and plan only), "submit" (all), "review" and "approve" (what may have changed since).
Result<Examination> examine(const Call& call, const Row& request, RecordId id, const std::string& stage);

/// Digest of what a reviewer sees; the same however the row was read.
Result<std::string> digest_of(const Call& call, const Row& request, const Papers& papers);

/// The rate of a currency in force on a day, if any.
Result<Json> rate_on(const Call& call, const std::string& currency, Day day);

} // namespace onebudget::treasury
