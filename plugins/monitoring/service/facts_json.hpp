#pragma once
// Facts from JSON. Money: a whole number is fen, a text is yuan ("100.00"); days YYYY-MM-DD; shares as 0.25.

#include "plugins/monitoring/domain/catalogue.hpp"
#include "plugins/monitoring/service/service.hpp"

namespace onebudget::monitoring {

/// The facts of a subject. Every member that is unknown or of the wrong type is a finding at "/facts/<member>"; with
/// `known_only` members that no fact has are passed over.
std::optional<Facts> read_facts(const std::string& subject, const Json& json, std::vector<FieldFault>& findings,
                                bool known_only = false);
/// Sets the day that facts without one are seen on.
void set_day(Facts& facts, Day day);

} // namespace onebudget::monitoring
