#pragma once
// A request to a plugin's own route against what its manifest says of it.

#include <string>
#include <utility>
#include <vector>

#include "sdk/declarations/package/manifest.hpp"

namespace onebudget::declarations {

/// Refuses what the route does not describe, before the plugin sees it. `parameters`: path and query, as they stand in
/// the address, and "if-match". A route that says nothing of its request takes any; a body of other media types than
/// JSON is the plugin's to read; an empty body counts as {}. Faults: http.parameter and http.body (malformed, with a
/// pointer for every mistake) and those of parse_json.
Result<void> check_request(const DeclaredRoute& route,
                           const std::vector<std::pair<std::string, std::string>>& parameters, const std::string& body);

/// What is wrong with an answer of success; empty when it is as the route says. For tests.
std::vector<FieldFault> reply_mistakes(const DeclaredRoute& route, int status, const std::string& media_type,
                                       const std::string& body);

} // namespace onebudget::declarations
